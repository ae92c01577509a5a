import NNDiagnostics
import NNGraph
import NNLayers
import Testing

@Suite struct RenderTests {
  /// Every golden file with a whole network, rendered and read back.
  @Test(arguments: GoldenCase.all) func parsesBackToTheSameNetwork(_ golden: GoldenCase) throws {
    let result = check(golden.file, options: golden.options)
    guard let model = result.model, let text = render(result) else { return }
    var options = CheckOptions()
    options.data = golden.options.data
    let again = check(SourceFile(name: "resolved.nn", text: text), options: options)
    let other = try #require(again.model, "\(text)\n\(again.diagnostics.map(\.message))")
    #expect(other.name == model.name)
    #expect(other.input == model.input)
    #expect(other.recipe == model.recipe)
    #expect(other.nodes.map(\.name) == model.nodes.map(\.name))
    #expect(other.nodes.map(\.output) == model.nodes.map(\.output))
    #expect(other.nodes.map(\.inputs) == model.nodes.map(\.inputs))
    #expect(other.nodes.map(\.weights) == model.nodes.map(\.weights))
    // What is written out fully does not change any more.
    #expect(render(again) == text)
  }

  @Test func writesDefaultsAndShapesOut() throws {
    let text = "input 8x8x1\nlet c = 4\nconv 3x3x$c pad 1 relu as skip\nres { conv 3x3x8 stride 2 pad 1 } via auto\ngap | fc 2 softmax\n"
    #expect(
      render(check(SourceFile(name: "tiny.nn", text: text))) == """
        model tiny
        input 8x8x1
        loss cross_entropy
        optimizer adam lr 0.001 beta1 0.9 beta2 0.999 eps 1e-8 decay 0
        epochs 10
        batch 32
        seed 0

        conv 3x3x4 stride 1 pad 1 groups 1 dilate 1 relu -> 8x8x4 as label1
        res { conv 3x3x8 stride 2 pad 1 groups 1 dilate 1 -> 4x4x8 } via { conv 1x1x8 stride 2 pad 0 groups 1 dilate 1 nobias -> 4x4x8 } -> 4x4x8
        gap -> 8
        fc 2 softmax -> 2

        """)
  }

  /// Names that no text in quotes can hold: of files, and of classes that the data brings.
  @Test func namesThatCannotBeSaid() throws {
    for name in ["a\"b.nn", "a\nb.nn", ".nn", "a\u{1B}b.nn", "…nn"] {
      var options = CheckOptions()
      var facts = DataFacts()
      (facts.classes, facts.classNames) = (2, ["one\ntwo", "a \"b\""])
      options.data = facts
      let result = check(SourceFile(name: name, text: "input 4\nfc $classes softmax\n"), options: options)
      let text = try #require(render(result))
      let again = check(SourceFile(name: "resolved.nn", text: text))
      #expect(again.isOK && again.classCount == 2, "\(text)\n\(again.diagnostics)")
    }
  }
}
