import NNDiagnostics
import NNGraph
import NNLayers

/// Asks the language itself what a stage gives, and which weights it has.
struct StageProbe {
  private var known: [String: (shape: Shape, weights: [WeightSpec])] = [:]

  /// - Throws: the words of `check` where it refuses the stage.
  mutating func result(of text: String, on input: Shape) throws(Unsayable) -> (shape: Shape, weights: [WeightSpec]) {
    let model = "input \(input.statementText)\n\(text)\n"
    if let result = known[model] { return result }
    var options = CheckOptions()
    options.provesFixes = false
    let result = check(SourceFile(name: "", text: model), options: options)
    guard let node = result.model?.nodes.last else {
      let problem = result.diagnostics.first { $0.severity == .error }
      throw Unsayable("`\(text)`: \(problem?.message ?? "it is refused")")
    }
    known[model] = (node.output, node.weights)
    return (node.output, node.weights)
  }
}
