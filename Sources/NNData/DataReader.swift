import NNDiagnostics

/// Reads data of one layout, or makes it.
protocol DataReader {
  /// Reads all examples and divides them; of a stand-in, `Dataset.standIn` says in a few words what was made.
  func load(name: String) throws(Diagnostic) -> Dataset

  /// What can be said without reading all of it.
  func inspect(name: String) throws(Diagnostic) -> DataFacts
}
