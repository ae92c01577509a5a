import NNDiagnostics

/// Reads data of one layout, or makes it.
protocol DataReader {
  /// Reads all examples and divides them; of a stand-in, `Dataset.standIn` says in a few words what was made.
  func load(name: String) throws(Diagnostic) -> Dataset

  /// What can be said without reading all of it.
  func inspect(name: String) throws(Diagnostic) -> DataFacts
}

/// A reader of a file, which is not opened before it is read.
struct FileReader<Reader: DataReader>: DataReader {
  let path: String
  let reader: (TableText) -> Reader

  func load(name: String) throws(Diagnostic) -> Dataset { try opened().load(name: name) }

  func inspect(name: String) throws(Diagnostic) -> DataFacts { try opened().inspect(name: name) }

  private func opened() throws(Diagnostic) -> Reader { reader(TableText(file: try MappedFile(path))) }
}
