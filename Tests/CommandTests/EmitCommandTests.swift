import Foundation
import Testing

struct EmitCommandTests {
  /// An option of another target would be ignored; a drawing needs what the weights say of input and classes.
  @Test func optionsOfTargets() throws {
    let here = try Workshop()
    try here.write("epochs 1\nfc 4 relu | fc $classes softmax\n", to: "net.nn")
    #expect(try here.nnc("run", "net.nn", "--data", "iris", "--out", "out", "-q").code == 0)
    let weights = ["emit", "net.nn", "--weights", "out/last.safetensors"]
    for (options, message) in [
      (["--target", "onnx", "--cpu", "native", "-o", "x"], "`--cpu` has no effect with `--target onnx`"),
      (["--target", "dot", "--embed"], "`--embed` has no effect with `--target dot`"),
      (["--triton", "x"], "`--triton` has no effect with `--target swift`"), (["--bare"], "`--bare` has no effect with `--target swift`"),
    ] {
      let result = try here.start(weights + options).finish()
      #expect(result.code == 2 && result.errors.contains(message), "\(result)")
    }
    #expect(try here.start(weights + ["--target", "dot"]).finish().output.contains("digraph"))
    let open = try here.nnc("emit", "net.nn", "--input", "4", "--target", "dot")
    #expect(open.code == 1 && open.errors.contains("error[NN203]: `$classes` has no value"), "\(open)")
  }

  /// A trained network, small enough to be made in a moment.
  fileprivate func trained(_ workshop: borrowing Workshop) throws {
    let result = try workshop.nnc("run", "\(examples)/iris.nn", "--epochs", "2", "--quiet", "--out", "run")
    #expect(result.code == 0, "\(result.errors)")
  }

  @Test func codeIsWrittenAndVerified() throws {
    let workshop = try Workshop()
    try trained(workshop)
    let result = try workshop.nnc(
      "emit", "\(examples)/iris.nn", "--weights", "run/last.safetensors", "-o", "Flowers.swift", "--verify")
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output.hasPrefix("written  Flowers.swift, "))
    #expect(result.output.contains("verified with swiftc -O, its self-test, and 16 made-up examples"))
    let code = try workshop.read("Flowers.swift")
    #expect(code.contains("public struct Flowers: Sendable {"))
  }

  @Test func dataGivesTheExamplesAndJSONTheNumbers() throws {
    let workshop = try Workshop()
    try trained(workshop)
    let result = try workshop.nnc(
      "emit", "\(examples)/iris.nn", "--weights", "run/last.safetensors", "--data", "iris", "-o", "Iris.swift", "--beside", "--verify",
      "--format", "json")
    #expect(result.code == 0, "\(result.errors)")
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    #expect(object?["ok"] as? Bool == true)
    #expect(object?["examples"] as? Int == 16)
    let entries = try workshop.entries(".")
    #expect(entries == ["Iris.safetensors", "Iris.swift", "run"])
  }

  @Test func withoutAFileTheCodeGoesToStandardOutput() throws {
    let workshop = try Workshop()
    try trained(workshop)
    let result = try workshop.nnc("emit", "\(examples)/iris.nn", "--weights", "run/last.safetensors", "--cpu", "x86-64-v3")
    #expect(result.code == 0)
    #expect(result.output.hasPrefix("// Iris.swift: the neural network `iris`"))
    #expect(result.output.contains("// compile  swiftc -O -Xcc -march=x86-64-v3 Iris.swift …"))
    #expect(result.output.contains("try check(line, \"avx2\")"))
  }

  @Test func whatIsMissingIsSaid() throws {
    let workshop = try Workshop()
    try trained(workshop)
    let weights = "run/last.safetensors"
    let alone = try workshop.nnc("emit", "\(examples)/iris.nn")
    #expect(alone.code == 2)
    #expect(alone.errors.hasPrefix("error: `nnc emit` needs the weights to write into the code: `--weights FILE`\n"))
    let beside = try workshop.nnc("emit", "\(examples)/iris.nn", "--weights", weights, "--beside")
    #expect(beside.code == 2)
    #expect(beside.errors.hasPrefix("error: `--beside` needs a file to be beside: `-o FILE`\n"))
    let both = try workshop.nnc("emit", "\(examples)/iris.nn", "--weights", weights, "-o", "I.swift", "--beside", "--embed")
    #expect(both.code == 2)
    let other = try workshop.nnc("emit", "\(examples)/xor.nn", "--weights", weights, "-o", "Xor.swift")
    #expect(other.code == 1)
    #expect(other.errors.contains("NN304"))
    let isWritten = workshop.has("Xor.swift")
    #expect(!isWritten)
  }

  @Test func theGraphIsForGraphviz() throws {
    let workshop = try Workshop()
    let result = try workshop.nnc("emit", "\(examples)/iris.nn", "--target", "dot")
    #expect(result.code == 0)
    #expect(result.output.hasPrefix("digraph \"iris\" {\n"))
    #expect(result.output.contains("input -> n0 [label=\"4\"]"))
  }
}

extension EmitCommandTests {
  @Test func aPackageIsWhole() throws {
    let workshop = try Workshop()
    try trained(workshop)
    let result = try workshop.nnc(
      "emit", "\(examples)/iris.nn", "--weights", "run/last.safetensors", "--package", "Flowers", "--cpu", "x86-64-v3")
    #expect(result.code == 0, "\(result.errors)")
    let manifest = try workshop.read("Flowers/Package.swift")
    #expect(manifest.contains(".target(name: \"Flowers\", swiftSettings: [.unsafeFlags([\"-Xcc\", \"-march=x86-64-v3\"])]),"))
    let files = [
      "Sources/Flowers/Flowers.swift", "Sources/flowers-predict/main.swift", "Tests/FlowersTests/FlowersTests.swift",
    ].map { workshop.has("Flowers/\($0)") }
    #expect(files == [true, true, true])
    let again = try workshop.nnc("emit", "\(examples)/iris.nn", "--weights", "run/last.safetensors", "--package", "Flowers")
    #expect(again.code == 2)
    #expect(again.errors.contains("cannot write into Flowers: it holds files already"))
  }

  @Test func theDrawingShowsShapes() throws {
    let workshop = try Workshop()
    let result = try workshop.nnc("emit", "\(examples)/mri.nn", "--target", "svg", "-o", "mri.svg")
    #expect(result.code == 0, "\(result.errors)")
    let svg = try workshop.read("mri.svg")
    #expect(svg.hasPrefix("<svg "))
    #expect(svg.contains(">42x42x32</text>"))
  }
}
