import NNDiagnostics
import NNRecipe

extension Dataset {
  /// Divides the examples as `split` says; the training part keeps the memory of the whole.
  /// - Parameters:
  ///   - train: what is to be divided.
  ///   - validation: a set that the data brings along, which stays as it is; so for `test`.
  init(name: String, train: consuming Examples, validation: Examples? = nil, test: Examples? = nil, _ request: DataRequest)
    throws(Diagnostic)
  {
    let splitter = Splitter(request, hasValidation: validation != nil, hasTest: test != nil)
    var division =
      train.isSeries ? try splitter.divideInOrder(count: train.count) : try splitter.divide(count: train.count, labels: train.labels)
    if let share = request.trainingShare {
      division.train = train.isSeries ? division.train.lastShare(share) : division.train.randomShare(share, seed: request.seed)
    }
    let cutValidation = division.validation.isEmpty ? nil : train.copied(division.validation)
    let cutTest = division.test.isEmpty ? nil : train.copied(division.test)
    if division.train.count < train.count { train.keep(division.train) }
    self.init(name: name, train: train, validation: validation ?? cutValidation, test: test ?? cutTest, unused: division.unused)
  }
}

extension [Int32] {
  /// A share of them, drawn at random, in their order; at least one. A larger share holds all of a smaller one.
  fileprivate func randomShare(_ share: Double, seed: UInt64) -> [Int32] {
    var random = Random(seed: seed, 0x51CE)
    var order = self
    random.shuffle(&order)
    return order.prefix(Swift.max(1, Int((share * Double(count)).rounded()))).sorted()
  }

  /// Of what has an order, the share that is closest to what follows.
  fileprivate func lastShare(_ share: Double) -> [Int32] { Array(suffix(Swift.max(1, Int((share * Double(count)).rounded())))) }
}

extension Examples {
  /// Windows of a series or a text.
  var isSeries: Bool { if case .windows = storage { true } else { false } }

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
    case .windows: storage = storage.copied(chosen, size)
    }
    dropOthers(chosen)
  }

  private mutating func dropOthers(_ chosen: [Int32]) {
    count = chosen.count
    switch targets {
    case .none, .following: break
    case .classes(let labels): targets = .classes(chosen.map { labels[Int($0)] })
    case .values(let values, let width):
      targets = .values(chosen.flatMap { values[Int($0) * width..<(Int($0) + 1) * width] }, width: width)
    }
    switch origin {
    case .files(let paths): origin = .files(chosen.map { paths[Int($0)] })
    case .rows(let file, let lines): origin = .rows(file: file, lines: chosen.map { lines[Int($0)] })
    case .named(let names): origin = .named(chosen.map { names[Int($0)] })
    case .characters(let file, let starts): origin = .characters(of: file, starts: chosen.map { starts[Int($0)] })
    case .generated: break
    }
  }
}

extension Examples.Storage {
  fileprivate func copied(_ rows: [Int32], _ size: Int) -> Examples.Storage {
    switch self {
    case .bytes(let bytes): .bytes(bytes.copiedRows(rows, size))
    case .floats(let floats): .floats(floats.copiedRows(rows, size))
    case .windows(let windows): .windows(windows.copied(rows))
    }
  }
}

extension Windows {
  fileprivate func copied(_ chosen: [Int32]) -> Windows {
    var part = self
    part.starts = chosen.map { starts[Int($0)] }
    return part
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

extension Examples {
  /// At most so many examples, evenly spaced; windows of a series or a text, too.
  public func sample(atMost limit: Int) -> Examples {
    guard limit > 0, count > limit else { return self }
    return copied((0..<limit).map { Int32($0 * count / limit) })
  }
}
