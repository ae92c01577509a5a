import NNKernels
import Testing

@Suite struct NormTests {
  struct Size: Sendable, CustomTestStringConvertible {
    var rows: Int
    var columns: Int
    var testDescription: String { "\(rows)x\(columns)" }
  }
  static let sizes = [(1, 1), (1, 10), (2, 3), (5, 17), (33, 4), (64, 8), (70, 33), (7, 130), (2100, 3), (3, 16)].map(Size.init)

  @Test(arguments: InstructionSet.supported, sizes)
  func softmax(set: InstructionSet, size: Size) throws {
    let count = size.rows * size.columns
    let x = Numbers(count).repeated(count).map { $0 * 10 }
    let dy = Numbers(count + 1).repeated(count)
    var y: [Double] = []
    var dx: [Double] = []
    for i in 0..<size.rows {
      let row = i * size.columns..<(i + 1) * size.columns
      let top = Double(x[row].max() ?? 0)
      let powers = x[row].map { exponential(Double($0) - top) }
      let p = powers.map { $0 / powers.reduce(0, +) }
      let mean = zip(p, dy[row]).reduce(0) { $0 + $1.0 * Double($1.1) }
      y += p
      dx += zip(p, dy[row]).map { $0 * (Double($1) - mean) }
    }
    let kernels = try Machine.kernels(set, threads: 2)
    let found = output(count) { kernels.softmaxForward(rows: size.rows, columns: size.columns, x: x, y: $0) }
    #expect(error(found, y) < tolerance(terms: size.columns))
    let slope = output(count) { kernels.softmaxBackward(rows: size.rows, columns: size.columns, y: found, dy: dy, dx: $0) }
    // y (dy - Σ y dy) cancels where y is almost 1, so the error is that of the terms, which are below 1.
    let difference = zip(slope, dx).map { abs(Double($0) - $1) }.max() ?? 0
    #expect(difference < tolerance(terms: size.columns))
  }

  @Test(arguments: InstructionSet.supported, sizes)
  func layerNorm(set: InstructionSet, size: Size) throws {
    let given = NormInput(size)
    let (rows, n) = (given.rows, given.columns)
    let expected = NormResult(ofRows: given, epsilon: 1e-5)
    let kernels = try Machine.kernels(set, threads: 2)
    var mean = [Float](repeating: 0, count: rows)
    var rstd = mean
    let y = output(rows * n) {
      kernels.layerNormForward(
        rows: rows, columns: n, epsilon: 1e-5, x: given.x, scale: given.scale, shift: given.shift, y: $0, mean: &mean, rstd: &rstd)
    }
    // x - mean loses three bits: the numbers are about 3 and spread by 1.
    #expect(error(y, expected.y) < 16 * tolerance(terms: n))
    let found = outputs(rows, n) { dx, dscale, dshift in
      kernels.layerNormBackward(
        rows: rows, columns: n, x: given.x, scale: given.scale, mean: mean, rstd: rstd, dy: given.dy, dx: dx, dscale: dscale,
        dshift: dshift)
    }
    // With one column the true gradient is 0, with two almost.
    if n > 2 {
      #expect(error(found.dx, expected.dx) < 64 * tolerance(terms: n))
      #expect(error(found.dscale, expected.dscale) < 16 * tolerance(terms: rows))
    }
    #expect(error(found.dshift, expected.dshift) < tolerance(terms: rows))
  }

  @Test(arguments: InstructionSet.supported, sizes.filter { $0.rows > 2 })
  func batchNorm(set: InstructionSet, size: Size) throws {
    let given = NormInput(size)
    let (rows, n) = (given.rows, given.columns)
    let expected = NormResult(ofColumns: given, epsilon: 1e-3)
    let kernels = try Machine.kernels(set, threads: 2)
    var (mean, rstd) = ([Float](repeating: 0, count: n), [Float](repeating: 0, count: n))
    var (runningMean, runningVariance) = ([Float](repeating: 0.5, count: n), [Float](repeating: 2, count: n))
    let y = output(rows * n) {
      kernels.batchNormForward(
        rows: rows, channels: n, epsilon: 1e-3, momentum: 0.1, x: given.x, scale: given.scale, shift: given.shift,
        runningMean: &runningMean, runningVariance: &runningVariance, y: $0, mean: &mean, rstd: &rstd)
    }
    #expect(error(y, expected.y) < 32 * tolerance(terms: 1))
    #expect(error(runningMean, expected.means.map { 0.9 * 0.5 + 0.1 * $0 }) < tolerance(terms: 1))
    #expect(error(runningVariance, expected.variances.map { 0.9 * 2 + 0.1 * $0 }) < tolerance(terms: 1))
    let found = outputs(rows, n) { dx, dscale, dshift in
      withScratch(4 * n) {
        kernels.batchNormBackward(
          rows: rows, channels: n, x: given.x, scale: given.scale, mean: mean, rstd: rstd, dy: given.dy, dx: dx, dscale: dscale,
          dshift: dshift, scratch: $0)
      }
    }
    #expect(error(found.dx, expected.dx) < 32 * tolerance(terms: 1))
    #expect(error(found.dscale, expected.dscale) < 16 * tolerance(terms: 32))
    #expect(error(found.dshift, expected.dshift) < tolerance(terms: 32))
    inference(kernels, given, runningMean, runningVariance)
  }

  private func inference(_ kernels: Kernels, _ given: NormInput, _ mean: [Float], _ variance: [Float]) {
    let (rows, n) = (given.rows, given.columns)
    let y = output(rows * n) { y in
      withScratch(n) {
        kernels.batchNormInference(
          rows: rows, channels: n, epsilon: 1e-3, x: given.x, scale: given.scale, shift: given.shift, runningMean: mean,
          runningVariance: variance, y: y, rstd: $0)
      }
    }
    let expected = given.x.indices.map { i in
      let j = i % n
      let centered = Double(given.x[i]) - Double(mean[j])
      return centered / (Double(variance[j]) + 1e-3).squareRoot() * Double(given.scale[j]) + Double(given.shift[j])
    }
    #expect(error(y, expected) < tolerance(terms: 4))
  }

  /// What a backward pass writes.
  private func outputs(
    _ rows: Int, _ n: Int, _ body: (_ dx: MutableFloats, _ dscale: MutableFloats, _ dshift: MutableFloats) -> Void
  ) -> (dx: [Float], dscale: [Float], dshift: [Float]) {
    var (dscale, dshift): ([Float], [Float]) = ([], [])
    let dx = output(rows * n) { dx in
      dscale = output(n) { dscale in
        dshift = output(n) { body(dx, dscale, $0) }
      }
    }
    return (dx, dscale, dshift)
  }
}

private struct NormInput {
  let rows: Int
  let columns: Int
  let x: [Float]
  let dy: [Float]
  let scale: [Float]
  let shift: [Float]

  init(_ size: NormTests.Size) {
    (rows, columns) = (size.rows, size.columns)
    x = Numbers(rows).repeated(rows * columns).map { $0 + 3 }
    dy = Numbers(rows + 1).repeated(rows * columns)
    scale = Numbers(7).repeated(columns)
    shift = Numbers(8).repeated(columns)
  }
}

/// In double precision, by the definitions.
private struct NormResult {
  var y, dx, dscale, dshift: [Double]
  /// Of what was standardised, with the unbiased variance.
  var means: [Double] = []
  var variances: [Double] = []

  private init(_ given: NormInput) {
    y = Array(repeating: 0, count: given.x.count)
    dx = y
    dscale = Array(repeating: 0, count: given.columns)
    dshift = dscale
  }

  /// Every row by itself.
  init(ofRows given: NormInput, epsilon: Double) {
    self.init(given)
    for row in 0..<given.rows { add(given, (0..<given.columns).map { row * given.columns + $0 }, epsilon) }
  }

  /// Every column by itself.
  init(ofColumns given: NormInput, epsilon: Double) {
    self.init(given)
    for column in 0..<given.columns { add(given, (0..<given.rows).map { $0 * given.columns + column }, epsilon) }
  }

  /// The numbers at `places` are standardised together.
  private mutating func add(_ given: NormInput, _ places: [Int], _ epsilon: Double) {
    let x = places.map { Double(given.x[$0]) }
    let count = Double(x.count)
    let mean = x.reduce(0, +) / count
    let squares = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let rstd = 1 / (squares / count + epsilon).squareRoot()
    let normalized = x.map { ($0 - mean) * rstd }
    let dy = places.map { Double(given.dy[$0]) }
    let g = zip(places, dy).map { $1 * Double(given.scale[$0 % given.columns]) }
    // The gradient of a standardisation, from that of its result: the projections on 1 and on the result are taken out.
    let meanG = g.reduce(0, +) / count
    let along = zip(g, normalized).reduce(0) { $0 + $1.0 * $1.1 } / count
    for (index, place) in places.enumerated() {
      let column = place % given.columns
      y[place] = normalized[index] * Double(given.scale[column]) + Double(given.shift[column])
      dx[place] = rstd * (g[index] - meanG - normalized[index] * along)
      dscale[column] += normalized[index] * dy[index]
      dshift[column] += dy[index]
    }
    means.append(mean)
    variances.append(squares / (count - 1))
  }
}
