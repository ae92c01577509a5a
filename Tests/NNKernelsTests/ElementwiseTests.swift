import NNKernels
import Testing

@Suite struct ElementwiseTests {
  @Test(arguments: InstructionSet.supported)
  func arithmetic(set: InstructionSet) throws {
    let kernels = try Machine.kernels(set, threads: 2)
    for count in [0, 1, 3, 16, 31, 70_001] {
      let a = Numbers(count).repeated(count)
      let b = Numbers(count + 1).repeated(count)
      let pairs = Array(zip(a, b))
      #expect(output(count) { kernels.add(count: count, a: a, b: b, y: $0) } == pairs.map { $0 + $1 })
      #expect(output(count) { kernels.multiply(count: count, a: a, b: b, y: $0) } == pairs.map { $0 * $1 })
      #expect(output(count) { kernels.scale(count: count, factor: 0.5, x: a, y: $0) } == a.map { $0 * 0.5 })
      #expect(output(count) { kernels.fill(count: count, value: 2, y: $0) } == a.map { _ in 2 })
      #expect(output(count) { kernels.copy(count: count, x: a, y: $0) } == a)
      #expect(output(count) { kernels.clamp(count: count, low: -0.5, high: 0.25, x: a, y: $0) } == a.map { min(0.25, max(-0.5, $0)) })
      // Halves and quarters of numbers below 1 in magnitude: the sums below are off by one rounding, whether fused or not.
      let added = output(count) { y in
        for i in 0..<count { y[i] = a[i] }
        kernels.addScaled(count: count, factor: 0.25, x: b, y: y)
        kernels.addProduct(count: count, a: a, b: b, y: y)
      }
      #expect(zip(added, pairs).allSatisfy { abs($0 - ($1.0 + 0.25 * $1.1 + $1.0 * $1.1)) < 4e-7 })
      let sum = kernels.sum(count: count, x: a)
      let squares = kernels.sumOfSquares(count: count, x: a)
      #expect(abs(sum - a.reduce(0) { $0 + Double($1) }) < 1e-5 * Double(max(count, 1)).squareRoot())
      #expect(abs(squares - a.reduce(0) { $0 + Double($1) * Double($1) }) <= 1e-6 * squares)
      let alone = try Machine.kernels(set)
      #expect(alone.sum(count: count, x: a) == sum)
    }
  }

  /// A concatenation of 3 and 5 channels, and its two parts again.
  @Test(arguments: InstructionSet.supported)
  func rowsOfChannels(set: InstructionSet) throws {
    let kernels = try Machine.kernels(set)
    let a = Numbers(1).repeated(4 * 3)
    let b = Numbers(2).repeated(4 * 5)
    let both = output(4 * 8) {
      kernels.copyRows(rows: 4, columns: 3, x: a, ldx: 3, y: $0, ldy: 8)
      kernels.copyRows(rows: 4, columns: 5, x: b, ldx: 5, y: $0 + 3, ldy: 8)
    }
    var joined: [Float] = []
    for row in 0..<4 {
      joined += a[row * 3..<row * 3 + 3]
      joined += b[row * 5..<row * 5 + 5]
    }
    #expect(both == joined)
    let part = output(4 * 5) { y in
      both.withUnsafeBufferPointer { both in
        guard let base = both.baseAddress else { return }
        kernels.fill(count: 4 * 5, value: 1, y: y)
        kernels.copyRows(rows: 4, columns: 5, x: base + 3, ldx: 8, y: y, ldy: 5, accumulate: true)
      }
    }
    #expect(part == b.map { $0 + 1 })
  }

  @Test(arguments: InstructionSet.supported)
  func sumsOverRowsAndColumns(set: InstructionSet) throws {
    let kernels = try Machine.kernels(set, threads: 2)
    for (rows, columns) in [(1, 1), (3, 17), (100, 4), (5000, 9)] {
      let x = Numbers(rows).repeated(rows * columns)
      var byColumn = [Double](repeating: 0, count: columns)
      var byRow = [Double](repeating: 0, count: rows)
      for i in x.indices {
        byColumn[i % columns] += Double(x[i])
        byRow[i / columns] += Double(x[i])
      }
      let found = output(columns) { kernels.columnSums(rows: rows, columns: columns, x: x, y: $0) }
      // Blocks of 32 rows in single precision, then double.
      #expect(error(found, byColumn) < tolerance(terms: rows))
      #expect(error(output(rows) { kernels.rowSums(rows: rows, columns: columns, x: x, y: $0) }, byRow) < tolerance(terms: columns))
      let alone = try Machine.kernels(set)
      #expect(output(columns) { alone.columnSums(rows: rows, columns: columns, x: x, y: $0) } == found)
    }
  }

  @Test(arguments: InstructionSet.supported, [0.0, 0.2, 0.5, 1.0])
  func dropoutFollowsItsDefinition(set: InstructionSet, probability: Double) throws {
    let mask = DropoutMask(seed: 42, probability: probability)
    let kernels = try Machine.kernels(set, threads: 2)
    for count in [0, 5, 40_003] {
      let x = Numbers(count).repeated(count).map { $0 + 2 }
      let y = output(count) { kernels.dropout(mask, count: count, x: x, y: $0) }
      #expect(y == x.indices.map { mask.keeps($0) ? x[$0] * mask.scale : 0 })
      let kept = Double(y.filter { $0 != 0 }.count)
      // Five standard deviations of a binomial distribution.
      let spread = 5 * (Double(count) * probability * (1 - probability)).squareRoot()
      #expect(abs(kept - Double(count) * (1 - probability)) <= spread)
    }
  }

  @Test func masksOfNeighbouringSeedsAreUnrelated() {
    let a = DropoutMask(seed: 1, probability: 0.5)
    let b = DropoutMask(seed: 2, probability: 0.5)
    let same = (0..<10_000).filter { a.keeps($0) == b.keeps($0) }.count
    #expect(abs(same - 5000) < 250)
    let shifted = (0..<10_000).filter { a.keeps($0) == a.keeps($0 + 1) }.count
    #expect(abs(shifted - 5000) < 250)
  }
}
