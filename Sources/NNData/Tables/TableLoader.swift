import NNDiagnostics
import NNRecipe

/// Reads a table into a data set.
struct TableLoader: DataReader {
  let text: TableText
  let source: CSVSource
  /// nil: recognised, because no statement says it.
  let hasHeader: Bool?
  let request: DataRequest

  /// - Throws: NN5xx with the place in the table.
  func load(name: String) throws(Diagnostic) -> Dataset {
    if let series = try series() { return try series.load(name: name) }
    var (contents, layout) = try read()
    try checkShape(contents.features.count)
    let targets = TableTargets(text: text, layout: layout, source: source, request: request, lines: contents.lines)
    let (values, classes) = try targets.make(from: contents.target)
    contents.target = TargetColumn()
    // Moved, not shared: a shared array would be copied when the parts are cut out of it.
    let x = contents.x
    contents.x = []
    var dataset = try Dataset(
      name: name,
      train: Examples(
        shape: request.shape ?? [contents.features.count], storage: .floats(Stretch(x)), targets: values, count: contents.lines.count,
        origin: .rows(file: text.name, lines: contents.lines)), request)
    dataset.classes = classes
    dataset.features = contents.features
    return dataset
  }

  func inspect(name: String) throws(Diagnostic) -> DataFacts {
    try inspect(name: name, limit: 1 << 24)
  }

  /// - Parameter limit: the largest table, in bytes, whose rows are read; of a larger one only the header is looked at.
  func inspect(name: String, limit: Int) throws(Diagnostic) -> DataFacts {
    if let series = try series() { return try series.inspect(name: name) }
    let size = try text.withBytes { (start, end) throws(Diagnostic) in end - start }
    guard size <= limit else {
      let layout = try layout()
      return DataFacts(
        name: name, shape: [layout.features.count], classes: source.bins.isEmpty ? nil : source.bins, features: layout.features)
    }
    let (contents, layout) = try read()
    let targets = TableTargets(text: text, layout: layout, source: source, request: request, lines: contents.lines)
    return DataFacts(
      name: name, shape: [contents.features.count], classes: try targets.make(from: contents.target).classes, features: contents.features,
      count: contents.lines.count)
  }

  private func series() throws(Diagnostic) -> SeriesLoader? {
    guard case .series(_, let window, let predict)? = source.target else { return nil }
    return SeriesLoader(text: text, layout: try layout(), window: window, predict: predict, request: request)
  }

  private func layout() throws(Diagnostic) -> CSVLayout {
    try text.withBytes { (start, limit) throws(Diagnostic) in
      try CSVLayout.recognise(
        text, target: source.target, hasHeader: hasHeader, from: start, to: limit, at: request.statements["data"])
    }
  }

  private func read() throws(Diagnostic) -> (CSVReader.Contents, CSVLayout) {
    let layout = try layout()
    let mayBeText = request.target != .values && source.bins.isEmpty && source.firstClass == nil
    return try text.withBytes { (start, limit) throws(Diagnostic) in
      var reader = CSVReader(text, layout, target: .numbers, from: start, to: limit)
      do throws(Diagnostic) { return (try reader.contents(), layout) } catch {
        guard reader.hasFoundTextTarget, mayBeText else { throw error }
      }
      reader = CSVReader(text, layout, target: .names, from: start, to: limit)
      return (try reader.contents(), layout)
    }
  }

  private func checkShape(_ features: Int) throws(Diagnostic) {
    guard let shape = request.shape, shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) != features else { return }
    throw Diagnostic(
      .dataShape, .error, "the model takes \(sizeText(shape)), \(text.name) has \(counted(features, "input column"))",
      at: request.statements["input"], notes: ["every column but the target is an input"])
  }
}
