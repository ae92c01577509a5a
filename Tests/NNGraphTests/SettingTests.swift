import NNDiagnostics
import NNGraph
import NNRecipe
import Testing

@Suite struct SettingTests {
  @Test(
    arguments: [
      ("lr", "0.1,0.01", ["0.1", "0.01"]), ("batch", "16, 32", ["16", "32"]), ("width", "(2*(3,4)),5", ["(2*(3,4))", "5"]),
      ("split", "train 80%, test 20%", ["train 80%, test 20%"]),
      ("split", "train 80%; train 60%, test 40%", ["train 80%", "train 60%, test 40%"]),
      ("optimizer", "sgd lr 0.1,adam", ["sgd lr 0.1", "adam"]), ("classes", "a, b", ["a, b"]), ("seed", "7", ["7"]),
    ])
  func divided(_ name: String, _ value: String, _ pieces: [String]) { #expect(SettingValues.divided(name, value) == pieces) }

  private func rate(_ text: String, _ settings: [(name: String, value: String)]) throws -> Optimizer {
    var options = CheckOptions()
    options.settings = settings
    let result = check(SourceFile(name: "net.nn", text: text), options: options)
    return try #require(result.model, "\(result.diagnostics.map(\.message))").recipe.optimizer
  }

  /// `--set lr=0.5` changes the rate and leaves the rest of the optimizer as it is.
  @Test func rateAlone() throws {
    var sgd = SGDSettings(learningRate: 0.5)
    sgd.momentum = 0.9
    let lr = [(name: "lr", value: "0.5")]
    #expect(try rate("input 2\noptimizer sgd lr 0.1 momentum 0.9\nfc 2 softmax", lr) == .sgd(sgd))
    #expect(try rate("input 2\nlet r = 1\noptimizer sgd lr (0.1 * $r) momentum 0.9  # slow\nfc 2 softmax", lr) == .sgd(sgd))
    #expect(try rate("input 2\noptimizer sgd momentum 0.9\nfc 2 softmax", lr) == .sgd(sgd))
    #expect(try rate("input 2\nfc 2 softmax", lr).learningRate == 0.5)
    #expect(try rate("input 2\nfc 2 softmax", lr + [(name: "optimizer", value: "sgd lr 3 momentum 0.9")]) == .sgd(sgd))
    #expect(try rate("input 2\nlet lr = 2\noptimizer sgd lr $lr momentum 0.9\nfc 2 softmax", lr) == .sgd(sgd))
  }

  /// A number that an option gives is shown beside the place where it is wrong, whatever was computed with it.
  @Test(
    arguments: ["fc $width", "fc (2*$width)", "repeat $width { relu }", "wide $width", "fc (8/$width)", "relu -> $width", "fc (-$width)"])
  func numbersOfOptions(_ stage: String) throws {
    var options = CheckOptions()
    options.settings = [(name: "width", value: "0")]
    let text = "let width = 4\nblock wide(n) { fc $n }\ninput 4\n\(stage)\nfc 2 softmax\n"
    let result = check(SourceFile(name: "net.nn", text: text), options: options)
    let error = try #require(result.diagnostics.first { $0.severity == .error })
    #expect([.outOfRange, .notWhole].contains(error.code) && error.labels.map(\.text) == ["given here"], "\(error)")
    #expect(error.labels.allSatisfy { $0.span.file.isOption && $0.span.text == "0" })
  }
}
