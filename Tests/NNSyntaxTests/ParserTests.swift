import NNDiagnostics
import NNSyntax
import Testing

@Suite struct ParserTests {
  @Test func aFileOfOneLineIsANetwork() {
    let (tree, problems) = parse(
      SourceFile(name: "a.nn", text: "conv 3x3x32 pad 1 | relu | maxpool 2 | dropout 0.2 | fc 4 softmax"))
    #expect(problems.isEmpty)
    #expect(
      TreeText.text(of: tree)
        == "(pipeline (conv (size 3 3 32) pad 1) (relu) (maxpool 2) (dropout 0.2) (fc 4 softmax))")
  }
}
