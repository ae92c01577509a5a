import NNDiagnostics

/// What stands in for the Higgs set (Baldi, Sadowski and Whiteson 2014): as many rows of 28 numbers, of which some tell signal from background
/// only in combination.
struct Collisions: DataReader {
  static let rows = 11_000_000
  static let columns = 28

  let request: DataRequest

  func load(name: String) throws(Diagnostic) -> Dataset {
    var dataset = try Dataset(name: name, train: try Collisions.examples(rows: Collisions.rows, threads: request.threads), request)
    dataset.classes = try classes(name)
    dataset.standIn = "\(number(Collisions.rows)) generated rows of \(Collisions.columns) numbers in two classes"
    return dataset
  }

  func inspect(name: String) throws(Diagnostic) -> DataFacts {
    DataFacts(
      name: name, shape: [Collisions.columns], classes: try classes(name), features: (1...Collisions.columns).map(String.init),
      count: Collisions.rows)
  }

  private func classes(_ name: String) throws(Diagnostic) -> [String] {
    try agreedClasses(found: ["0", "1"], request, in: name)
  }

  /// Rows are drawn in pieces, each from a generator of its own, so that they do not depend on the number of threads.
  static func examples(rows: Int, threads: Int?) throws(Diagnostic) -> Examples {
    try Memory.check(rows, of: 4 * (columns + 1), "\(number(rows)) generated rows of \(columns) numbers")
    let piece = 65_536
    var labels = [Int32](repeating: 0, count: rows)
    let numbers = [Float](unsafeUninitializedCapacity: rows * columns) { buffer, filled in
      labels.withUnsafeMutableBufferPointer { labels in
        guard let x = buffer.baseAddress, let y = labels.baseAddress else { return }
        let memory = CollisionMemory(x: x, y: y)
        Workers.run(pieces: (rows + piece - 1) / piece, threads: threads) { next in
          while let number = next() {
            var random = Random(seed: 0x4165, UInt64(number))
            for row in number * piece..<min((number + 1) * piece, rows) { memory.fill(row, &random) }
          }
        }
        filled = rows * columns
      }
    }
    return Examples(
      shape: [columns], storage: .floats(Stretch(numbers)), targets: .classes(labels), count: rows, origin: .generated("higgs"))
  }
}

/// Rows that several threads write, each its own.
private struct CollisionMemory: @unchecked Sendable {
  let x: UnsafeMutablePointer<Float>
  let y: UnsafeMutablePointer<Int32>

  /// 21 numbers of which pairs are correlated by class, then 7 made from products of them, as the masses of the real set are.
  func fill(_ row: Int, _ random: inout Random) {
    let isSignal = random.bits() >> 63 == 1
    y[row] = isSignal ? 1 : 0
    let own = x + row * Collisions.columns
    let tilt: Float = isSignal ? 0.45 : -0.1
    for pair in 0..<10 {
      let (a, b) = (random.noise(), random.noise())
      own[2 * pair] = a
      own[2 * pair + 1] = b + tilt * a
    }
    own[20] = random.noise() + (isSignal ? 0.15 : 0)
    for mass in 0..<7 {
      let product = own[2 * mass] * own[2 * mass + 1]
      own[21 + mass] = (product * product + 0.5 + random.noise().magnitude).squareRoot()
    }
  }
}
