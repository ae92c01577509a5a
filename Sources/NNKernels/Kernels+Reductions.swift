import NNKernelTypes

extension Kernels {
  /// Rows of a column sum that one chunk adds up.
  static let rowGrain = 2048

  /// y `[columns]` = the sums of x `[rows][columns]` over its rows.
  public func columnSums(rows: Int, columns: Int, x: Floats, y: MutableFloats) {
    reduceColumns(rows: rows, columns: columns, sets: 1) { start, count, sums in
      loops.columnSums(rows: count, columns: columns, x: x + start * columns, ldx: columns, sums: sums)
    } finish: { sums in
      for j in 0..<columns { y[j] = Float(sums[j]) }
    }
  }

  /// y `[rows]` = the sums of x `[rows][columns]` over its columns.
  public func rowSums(rows: Int, columns: Int, x: Floats, y: MutableFloats) {
    forEachRange(of: rows, grain: max(1, Self.grain / max(1, columns)), work: rows * columns) {
      loops.rowSums(rows: $1, columns: columns, x: x + $0 * columns, sums: y + $0)
    }
  }

  /// Σ x
  public func sum(count: Int, x: Floats) -> Double {
    reduce(count: count, work: count) { loops.sum(count: $1, x: x + $0) }
  }

  /// Σ x²
  public func sumOfSquares(count: Int, x: Floats) -> Double {
    reduce(count: count, work: count) { loops.sumOfSquares(count: $1, x: x + $0) }
  }

  /// The largest |x|: NaN where any is, 0 for no numbers.
  public func largestMagnitude(count: Int, x: Floats) -> Float {
    let chunks = Self.pieces(count, Self.grain)
    if chunks < 2 || threads == 1 { return Float(bitPattern: loops.largestMagnitude(count: count, x: x)) }
    return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: chunks) { largest in
      forEach(chunks: chunks, work: count) { chunk in
        largest[chunk] = loops.largestMagnitude(count: min(Self.grain, count - chunk * Self.grain), x: x + chunk * Self.grain)
      }
      return Float(bitPattern: largest.max() ?? 0)
    }
  }

  /// The sum of `part(start, size)` over fixed ranges of elements, added in their order.
  func reduce(count: Int, grain: Int = Kernels.grain, work: Int, _ part: (Int, Int) -> Double) -> Double {
    let chunks = Self.pieces(count, grain)
    if chunks < 2 { return count > 0 ? part(0, count) : 0 }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: chunks) { parts in
      forEach(chunks: chunks, work: work) { chunk in
        parts[chunk] = part(chunk * grain, min(grain, count - chunk * grain))
      }
      return parts.reduce(0, +)
    }
  }

  /// y `[count]`, which may be the first of them, becomes the sum of `parts` `[number][count]`, added in their order.
  func addParts(_ number: Int, count: Int, _ parts: MutableFloats, into y: MutableFloats) {
    forEachRange(of: count, grain: 4096, work: number * count) { start, size in
      var sum = Floats(parts + start)
      for part in 1..<max(1, number) {
        loops.add(count: size, a: sum, b: parts + part * count + start, y: y + start)
        sum = Floats(y + start)
      }
      if number < 2, y != parts { (y + start).update(from: sum, count: size) }
    }
  }

  /// Column sums in double: `part` adds rows `start ..< start + count` to its `sets` x columns sums; `finish` gets the totals.
  func reduceColumns(
    rows: Int, columns: Int, sets: Int, _ part: (_ start: Int, _ count: Int, MutableDoubles) -> Void,
    finish: (Doubles) -> Void
  ) {
    let chunks = max(1, Self.pieces(rows, Self.rowGrain))
    let width = sets * columns
    withUnsafeTemporaryAllocation(of: Double.self, capacity: chunks * width) { buffer in
      buffer.initialize(repeating: 0)
      guard let sums = buffer.baseAddress else { return }
      forEach(chunks: chunks, work: rows * width) { chunk in
        let start = chunk * Self.rowGrain
        part(start, min(Self.rowGrain, rows - start), sums + chunk * width)
      }
      for chunk in stride(from: 1, to: chunks, by: 1) {
        for j in 0..<width { sums[j] += sums[chunk * width + j] }
      }
      finish(sums)
    }
  }
}
