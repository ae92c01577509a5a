import Foundation
import Testing

@Suite struct FormatCommandTests {
  private let messy = "input   8x8x1 # grey\nconv 3x3x8 pad 1|relu\n|gap|fc 2   softmax\n"
  private let neat = "input 8x8x1   # grey\nconv 3x3x8 pad 1 | relu\ngap | fc 2 softmax\n"

  @Test func filesAreFormattedInPlace() throws {
    let here = try Workshop()
    try here.write(messy, to: "a.nn")
    try here.write("fc 3 softmax\n", to: "b.nn")
    let check = try here.nnc("fmt", "--check", "a.nn", "b.nn")
    #expect(check.code == 1 && check.output == "a.nn\n" && check.errors.isEmpty)
    #expect(try here.read("a.nn") == messy)
    let result = try here.nnc("fmt", "a.nn", "b.nn")
    #expect(result.code == 0 && result.output == "a.nn\n")
    #expect(try here.read("a.nn") == neat)
    #expect(try here.nnc("fmt", "--check", "a.nn", "b.nn").code == 0)
    #expect(try here.entries(".") == ["a.nn", "b.nn"])
    #expect(try here.nnc("fmt", "-", input: messy).output == neat)
  }

  @Test func brokenFilesAreLeftAlone() throws {
    let here = try Workshop()
    try here.write("fc   3 softmax\nres {\n", to: "a.nn")
    let result = try here.nnc("fmt", "a.nn")
    #expect(result.code == 1 && result.errors.contains("error[NN101]"))
    #expect(try here.read("a.nn") == "fc   3 softmax\nres {\n")
    // The files behind it are formatted, and the status is that of the worst.
    try here.write("fc   3 softmax\n", to: "b.nn")
    #expect(try here.nnc("fmt", "a.nn", "b.nn").code == 1)
    #expect(try here.read("b.nn") == "fc 3 softmax\n")
    let ignored = try here.nnc("fmt", "b.nn", "--input", "4")
    #expect(ignored.code == 2 && ignored.errors.contains("`--input` has no effect without `--shapes`"))
  }

  @Test func shapesAreWrittenAndProved() throws {
    let here = try Workshop()
    let text = """
      block two(n) { fc $n relu | fc $n relu }
      input 8x8x1
      conv 3x3x4 pad 1 relu as skip  # first
      res {
        conv 3x3x8 stride 2 pad 1
      } via auto
      branch concat { {} } { conv 1x1x4 } as both
      repeat 2 { maxpool 2 }
      flatten | two 6 | fc 2 softmax

      """
    try here.write(text.replacing("{ {} }", with: "{}"), to: "a.nn")
    let result = try here.nnc("fmt", "--shapes", "a.nn")
    #expect(result.code == 0, "\(result.errors)")
    let written = """
      block two(n) { fc $n relu | fc $n relu }
      input 8x8x1
      conv 3x3x4 pad 1 relu -> 8x8x4 as skip  # first
      res {
        conv 3x3x8 stride 2 pad 1 -> 4x4x8
      } via auto -> 4x4x8
      branch concat {} { conv 1x1x4 -> 4x4x4 } -> 4x4x12 as both
      repeat 2 { maxpool 2 } -> 1x1x12
      flatten -> 12 | two 6 -> 6 | fc 2 softmax -> 2

      """
    #expect(try here.read("a.nn") == written)
    #expect(try here.nnc("check", "a.nn").code == 0)
    #expect(try here.nnc("fmt", "--shapes", "a.nn").output.isEmpty)
    try here.write("fc 3 softmax\n", to: "b.nn")
    #expect(try here.nnc("fmt", "--shapes", "b.nn").errors.contains("error[NN104]: no input shape"))
    #expect(try here.nnc("fmt", "--shapes", "b.nn", "--input", "4").code == 0)
    #expect(try here.read("b.nn") == "fc 3 softmax -> 3\n")
  }

  /// Before the data is looked at, `$classes` is not known: what stands behind it says nothing of how the network ends.
  @Test func shapesBehindWhatOnlyTheDataKnows() throws {
    let here = try Workshop()
    try here.write("data csv \"iris.csv\" target species\nfc 10 relu\nfc $classes softmax\n", to: "a.nn")
    let before = try here.nnc("check", "a.nn")
    #expect(try here.nnc("fmt", "--shapes", "a.nn").code == 0)
    #expect(try here.read("a.nn").contains("fc $classes softmax -> 3"))
    let after = try here.nnc("check", "a.nn")
    #expect(after.code == 0 && after.errors.isEmpty && after.output == before.output, "\(after)")
  }

  @Test func linksAndRightsStay() throws {
    let here = try Workshop()
    try here.write(messy, to: "real.nn")
    #expect(try here.shell("ln -s real.nn link.nn && chmod 640 real.nn && '\(Running.executable.path)' fmt link.nn").code == 0)
    let (link, real) = (here.folder.appendingPathComponent("link.nn").path, here.folder.appendingPathComponent("real.nn").path)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real.nn")
    #expect(try FileManager.default.attributesOfItem(atPath: real)[.posixPermissions] as? Int == 0o640)
    #expect(try here.read("real.nn") == neat)
  }
}

@Suite struct FixTests {
  @Test func certainFixesAreWritten() throws {
    let here = try Workshop()
    try here.write("input 8x8x1\nconv 3x3x8 padding 1 | bn | relu\ngap | fc 2 sofmax\n", to: "a.nn")
    let result = try here.nnc("check", "--fix", "a.nn")
    // The misspelt activation is probable, not certain.
    #expect(result.code == 1 && result.errors.contains("error[NN201]: unknown activation `sofmax`"))
    #expect(result.errors.contains("a.nn:2: NN202 `conv` has no argument `padding`"))
    #expect(try here.read("a.nn") == "input 8x8x1\nconv 3x3x8 pad 1 nobias | bn | relu\ngap | fc 2 sofmax\n")
    #expect(try here.nnc("check", "--fix", "-", input: "fc 3").code == 2)
  }
}

@Suite struct RenderCommandTests {
  @Test func whatIsPrintedIsTheSameNetwork() throws {
    let here = try Workshop()
    let rendered = try here.nnc("render", "\(examples)/cifar.nn")
    #expect(rendered.code == 0 && rendered.errors.isEmpty)
    try here.write(rendered.output, to: "again.nn")
    #expect(try here.nnc("check", "again.nn").output.contains("parameters 272,474"))
    #expect(try here.nnc("render", "again.nn").output == rendered.output)
    let library = try here.nnc("render", "\(examples)/blocks.nn")
    #expect(library.code == 1 && library.errors.contains("has no network to write out"))
    #expect(try here.nnc("render", "-", input: "fc 3 softmax\n").errors.contains("error[NN104]"))
  }
}
