import NNDiagnostics
import Testing

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("rlu", "relu"), ("Relu", "relu"), ("optimiser", "optimizer"), ("maxpol", "maxpool"), ("dropuot", "dropout"), ("fx", "fc"),
    ("learning_rate", nil), ("x", nil), ("", nil), ("sigmiod", "sigmoid"), ("blok", "block"),
  ])
  func theNearestWordIsFound(word: String, expected: String?) {
    let words = ["relu", "elu", "gelu", "fc", "optimizer", "maxpool", "avgpool", "dropout", "sigmoid", "block"]
    #expect(Suggestion.nearest(to: word, among: words) == expected)
  }
}
