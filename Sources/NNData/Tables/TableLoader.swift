import NNDiagnostics
import NNRecipe

/// Reads a table into a data set.
struct TableLoader {
  let text: TableText
  let source: CSVSource
  /// nil: recognised, because no statement says it.
  let hasHeader: Bool?
  let request: DataRequest

  /// - Throws: NN5xx with the place in the table.
  func load(name: String) throws(Diagnostic) -> Dataset {
    let (contents, layout) = try read()
    try checkShape(contents.features.count)
    let targets = TableTargets(text: text, layout: layout, source: source, request: request, lines: contents.lines)
    let (values, classes) = try targets.make(from: contents.target)
    var shape = [contents.features.count]
    if let asked = request.shape { shape = asked }
    let all = Examples(
      shape: shape, storage: .floats(contents.x), targets: values, count: contents.lines.count,
      origin: .rows(file: text.name, lines: contents.lines))
    var dataset = try Dataset(name: name, dividing: all, request)
    dataset.classes = classes
    dataset.features = contents.features
    return dataset
  }

  /// - Parameter limit: the largest table, in bytes, whose rows are read; of a larger one only the header is looked at.
  func inspect(name: String, limit: Int = 1 << 24) throws(Diagnostic) -> DataFacts {
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
      var reader = CSVReader(text, layout, targetIsText: false, from: start, to: limit)
      do throws(Diagnostic) { return (try reader.contents(), layout) } catch {
        guard reader.hasFoundTextTarget, mayBeText else { throw error }
      }
      reader = CSVReader(text, layout, targetIsText: true, from: start, to: limit)
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

extension Dataset {
  /// Divides all examples as `split` says; the training part keeps the memory of the whole.
  init(name: String, dividing all: consuming Examples, _ request: DataRequest) throws(Diagnostic) {
    let division = try Splitter(request, hasTest: false).divide(count: all.count, labels: all.labels)
    let validation = division.validation.isEmpty ? nil : all.copied(division.validation)
    let test = division.test.isEmpty ? nil : all.copied(division.test)
    if division.train.count < all.count { all.keep(division.train) }
    self.init(name: name, train: all, validation: validation, test: test, unused: division.unused)
  }
}

extension Examples {
  /// The chosen examples, in memory of their own.
  func copied(_ chosen: [Int32]) -> Examples {
    var part = self
    part.storage = storage.copied(chosen, size)
    part.dropOthers(chosen)
    return part
  }

  /// Keeps the chosen examples (ascending) and moves them together where they are.
  mutating func keep(_ chosen: [Int32]) {
    let size = size
    switch storage {
    case .bytes(var bytes):
      storage = .bytes([])
      bytes.keepRows(chosen, size)
      storage = .bytes(bytes)
    case .floats(var floats):
      storage = .floats([])
      floats.keepRows(chosen, size)
      storage = .floats(floats)
    }
    dropOthers(chosen)
  }

  private mutating func dropOthers(_ chosen: [Int32]) {
    count = chosen.count
    switch targets {
    case .none: break
    case .classes(let labels): targets = .classes(chosen.map { labels[Int($0)] })
    case .values(let values, let width):
      targets = .values(chosen.flatMap { values[Int($0) * width..<(Int($0) + 1) * width] }, width: width)
    }
    switch origin {
    case .files(let paths): origin = .files(chosen.map { paths[Int($0)] })
    case .rows(let file, let lines): origin = .rows(file: file, lines: chosen.map { lines[Int($0)] })
    case .generated: break
    }
  }
}

extension Examples.Storage {
  fileprivate func copied(_ rows: [Int32], _ size: Int) -> Examples.Storage {
    switch self {
    case .bytes(let bytes): .bytes(bytes.copiedRows(rows, size))
    case .floats(let floats): .floats(floats.copiedRows(rows, size))
    }
  }
}

extension Array {
  fileprivate func copiedRows(_ rows: [Int32], _ size: Int) -> [Element] {
    var copy: [Element] = []
    copy.reserveCapacity(rows.count * size)
    for row in rows { copy.append(contentsOf: self[Int(row) * size..<(Int(row) + 1) * size]) }
    return copy
  }

  /// `rows` ascending, so that nothing is overwritten before it has moved.
  fileprivate mutating func keepRows(_ rows: [Int32], _ size: Int) {
    for (to, from) in rows.enumerated() where to != Int(from) {
      for i in 0..<size { self[to * size + i] = self[Int(from) * size + i] }
    }
    removeLast(count - rows.count * size)
  }
}
