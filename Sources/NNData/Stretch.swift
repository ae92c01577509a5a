/// A stretch of numbers that the parts of a data set share, so that dividing a table takes no second one. Its indices count from 0.
public struct Stretch<Number: Sendable>: Sendable, RandomAccessCollection, ExpressibleByArrayLiteral {
  private var shared: [Number]
  private let range: Range<Int>

  public init(_ numbers: [Number]) {
    shared = numbers
    range = 0..<numbers.count
  }

  public init(arrayLiteral elements: Number...) { self.init(elements) }

  /// - Parameter range: within `numbers`.
  private init(_ numbers: [Number], _ range: Range<Int>) {
    shared = numbers
    self.range = range
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { range.count }
  public subscript(index: Int) -> Number { shared[range.lowerBound + index] }

  public subscript(bounds: Range<Int>) -> ArraySlice<Number> {
    shared[range.lowerBound + bounds.lowerBound..<range.lowerBound + bounds.upperBound]
  }

  /// A part of it, in the same memory.
  func part(_ bounds: Range<Int>) -> Stretch {
    Stretch(shared, range.lowerBound + bounds.lowerBound..<range.lowerBound + bounds.upperBound)
  }

  /// As of an array: the pointer is good while `body` runs.
  public func withUnsafeBufferPointer<R>(_ body: (UnsafeBufferPointer<Number>) throws -> R) rethrows -> R {
    try shared.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[range])) }
  }

  public func withContiguousStorageIfAvailable<R>(_ body: (UnsafeBufferPointer<Number>) throws -> R) rethrows -> R? {
    try withUnsafeBufferPointer(body)
  }

  /// Its numbers, in memory of their own where others share it.
  consuming func own() -> [Number] {
    if range.count == shared.count { return shared }
    return Array(shared[range])
  }
}

extension Stretch {
  /// Puts rows into another order, where they are as long as nobody shares them.
  /// - Parameters:
  ///   - order: for each new place the row that comes there, each row once.
  ///   - size: numbers per row.
  consuming func arranged(_ order: consuming [Int32], size: Int) -> Stretch {
    var numbers = own()
    var source = consume order
    numbers.withUnsafeMutableBufferPointer { numbers in
      guard let base = numbers.baseAddress else { return }
      withUnsafeTemporaryAllocation(of: Number.self, capacity: size) { row in
        guard let held = row.baseAddress else { return }
        for start in source.indices where Int(source[start]) != start && source[start] >= 0 {
          // Follows a cycle of rows that take each other's places; a row that has arrived is marked.
          held.initialize(from: base + start * size, count: size)
          var place = start
          while true {
            let from = Int(source[place])
            source[place] = -1
            if from == start { break }
            (base + place * size).update(from: base + from * size, count: size)
            place = from
          }
          (base + place * size).update(from: held, count: size)
          held.deinitialize(count: size)
        }
      }
    }
    return Stretch(numbers)
  }
}
