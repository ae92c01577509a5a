import NNData
import NNDiagnostics
import NNGraph

extension Dataset {
  /// For a network that carries its state on, each part becomes windows that follow on one another; for others nothing changes.
  ///
  /// - Throws: NN511 where the examples are no windows of one series or text.
  public mutating func followOn(for model: Model) throws(Diagnostic) {
    train = try model.followingOn(train, of: name)
    if let part = validation { validation = try model.followingOn(part, of: name) }
    if let part = test { test = try model.followingOn(part, of: name) }
  }
}

extension Model {
  /// Examples in the order in which the network is to read them.
  func followingOn(_ examples: Examples, of name: String) throws(Diagnostic) -> Examples {
    guard isStateful else { return examples }
    if let consecutive = examples.consecutive { return consecutive }
    throw Diagnostic(
      .dataShape, .error,
      "`stateful` carries the state from one window to the next, but the examples of `\(name)` do not follow on one another",
      at: stages.first { $0.text.contains("stateful") }?.span,
      notes: ["windows of one series or text do: `data text \"play.txt\" chars`, `data csv \"s.csv\" column y window 40 predict 1`"],
      fixes: [.init("leave out `stateful`: every example then begins with a state of zeros")])
  }
}
