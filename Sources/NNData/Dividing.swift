import NNDiagnostics
import NNRecipe

extension Dataset {
  /// Divides the examples as `split` says; the parts share the memory of the whole.
  /// - Parameters:
  ///   - train: what is to be divided.
  ///   - validation: a set that the data brings along, which stays as it is; so for `test`.
  /// - Throws: NN509 where the parts do not come out; NN511 for more examples than 32 bits can number.
  public init(name: String, train: consuming Examples, validation: Examples? = nil, test: Examples? = nil, _ request: DataRequest)
    throws(Diagnostic)
  {
    guard train.count <= Int(Int32.max) else {
      throw Diagnostic(.dataShape, .error, "\(name) has \(counted(train.count, "example")); at most \(number(Int(Int32.max))) are read")
    }
    let splitter = Splitter(request, hasValidation: validation != nil, hasTest: test != nil)
    var division =
      train.isSeries ? try splitter.divideInOrder(count: train.count) : try splitter.divide(count: train.count, labels: train.labels)
    if let share = request.trainingShare {
      let whole = division.train
      division.train = train.isSeries ? whole.lastShare(share) : whole.randomShare(share, seed: request.seed)
      division.unused += whole.count - division.train.count
    }
    let all = division.train.count == train.count
    let parts = all ? [train] : train.divided([division.train, division.validation, division.test])
    func part(_ number: Int) -> Examples? { number < parts.count && parts[number].count > 0 ? parts[number] : nil }
    self.init(name: name, train: parts[0], validation: validation ?? part(1), test: test ?? part(2), unused: division.unused)
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
    switch storage {
    case .bytes(let bytes): part.storage = .bytes(Stretch(bytes.copiedRows(chosen, size)))
    case .floats(let floats): part.storage = .floats(Stretch(floats.copiedRows(chosen, size)))
    case .windows(let windows): part.storage = .windows(windows.choosing(chosen))
    case .files(let files): part.storage = .files(files.choosing(chosen))
    }
    part.dropOthers(chosen)
    return part
  }

  /// The chosen examples of each part, in the memory there is: it is put in order for that, so that each part has a stretch of it.
  /// - Parameter parts: no example twice.
  consuming func divided(_ parts: [[Int32]]) -> [Examples] {
    let (size, count) = (size, count)
    let taken = storage
    storage = .bytes([])
    switch consume taken {
    case .bytes(let bytes):
      return cut((consume bytes).arranged(Examples.order(parts, of: count), size: size), parts) { .bytes($0) }
    case .floats(let floats):
      return cut((consume floats).arranged(Examples.order(parts, of: count), size: size), parts) { .floats($0) }
    case .windows(let windows):
      storage = .windows(windows)
      return parts.map(copied)
    case .files(let files):
      storage = .files(files)
      return parts.map(copied)
    }
  }

  /// Part after part, and behind them what is in none.
  private static func order(_ parts: [[Int32]], of count: Int) -> [Int32] {
    var order: [Int32] = []
    order.reserveCapacity(count)
    for part in parts { order += part }
    guard order.count < count else { return order }
    var isUsed = [Bool](repeating: false, count: count)
    for example in order { isUsed[Int(example)] = true }
    for example in 0..<count where !isUsed[example] { order.append(Int32(clamping: example)) }
    return order
  }

  private func cut<Number>(_ rows: Stretch<Number>, _ parts: [[Int32]], _ storage: (Stretch<Number>) -> Storage) -> [Examples] {
    var start = 0
    return parts.map { chosen in
      var part = self
      part.storage = storage(rows.part(start..<start + chosen.count * size))
      start += chosen.count * size
      part.dropOthers(chosen)
      return part
    }
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
    case .rows(let file, let lines): origin = .rows(file: file, lines: lines.choosing(chosen))
    case .named(let names): origin = .named(chosen.map { names[Int($0)] })
    case .characters(let file, let starts): origin = .characters(of: file, starts: chosen.map { starts[Int($0)] })
    case .generated: break
    }
  }
}

extension Windows {
  fileprivate func choosing(_ chosen: [Int32]) -> Windows {
    var part = self
    part.starts = chosen.map { starts[Int($0)] }
    return part
  }
}

extension Stretch {
  fileprivate func copiedRows(_ rows: [Int32], _ size: Int) -> [Element] {
    var copy: [Element] = []
    copy.reserveCapacity(rows.count * size)
    for row in rows { copy.append(contentsOf: self[Int(row) * size..<(Int(row) + 1) * size]) }
    return copy
  }
}

extension Examples {
  /// At most so many examples, evenly spaced; windows of a series or a text, too.
  public func sample(atMost limit: Int) -> Examples {
    guard limit > 0, count > limit else { return self }
    return copied((0..<limit).map { Int32($0 * count / limit) })
  }
}
