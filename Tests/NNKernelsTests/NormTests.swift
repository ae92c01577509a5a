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
    let (rows, n) = (size.rows, size.columns)
    let x = Numbers(rows).repeated(rows * n).map { $0 + 3 }
    let dy = Numbers(rows + 1).repeated(rows * n)
    let scale = Numbers(7).repeated(n)
    let shift = Numbers(8).repeated(n)
    var y: [Double] = []
    var dx: [Double] = []
    var dscale = [Double](repeating: 0, count: n)
    var dshift = dscale
    for i in 0..<rows {
      let (normalized, rstd) = standardized(x[i * n..<(i + 1) * n].map(Double.init), epsilon: 1e-5)
      let g = (0..<n).map { Double(dy[i * n + $0]) * Double(scale[$0]) }
      dx += gradient(normalized, rstd, g)
      for j in 0..<n {
        y.append(normalized[j] * Double(scale[j]) + Double(shift[j]))
        dscale[j] += normalized[j] * Double(dy[i * n + j])
        dshift[j] += Double(dy[i * n + j])
      }
    }
    let kernels = try Machine.kernels(set, threads: 2)
    var mean = [Float](repeating: 0, count: rows)
    var rstd = mean
    let found = output(rows * n) {
      kernels.layerNormForward(rows: rows, columns: n, epsilon: 1e-5, x: x, scale: scale, shift: shift, y: $0, mean: &mean, rstd: &rstd)
    }
    // x - mean loses three bits: the numbers are about 3 and spread by 1.
    #expect(error(found, y) < 16 * tolerance(terms: n))
    var foundScale: [Float] = []
    var foundShift: [Float] = []
    let slope = output(rows * n) { dx in
      foundScale = output(n) { dscale in
        foundShift = output(n) { dshift in
          kernels.layerNormBackward(
            rows: rows, columns: n, x: x, scale: scale, mean: mean, rstd: rstd, dy: dy, dx: dx, dscale: dscale, dshift: dshift)
        }
      }
    }
    // With one column the true gradient is 0, with two almost.
    if n > 2 {
      #expect(error(slope, dx) < 64 * tolerance(terms: n))
      #expect(error(foundScale, dscale) < 16 * tolerance(terms: rows))
    }
    #expect(error(foundShift, dshift) < tolerance(terms: rows))
  }

  @Test(arguments: InstructionSet.supported, sizes.filter { $0.rows > 2 })
  func batchNorm(set: InstructionSet, size: Size) throws {
    let (rows, n) = (size.rows, size.columns)
    let x = Numbers(rows).repeated(rows * n).map { $0 + 3 }
    let dy = Numbers(rows + 1).repeated(rows * n)
    let scale = Numbers(7).repeated(n)
    let shift = Numbers(8).repeated(n)
    var expected = BatchNormResult(rows, n)
    for j in 0..<n {
      let column = (0..<rows).map { Double(x[$0 * n + j]) }
      let (normalized, rstd) = standardized(column, epsilon: 1e-3)
      let slopes = (0..<rows).map { Double(dy[$0 * n + j]) }
      let dx = gradient(normalized, rstd, slopes.map { $0 * Double(scale[j]) })
      let mean = column.reduce(0, +) / Double(rows)
      let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows - 1)
      expected.running[j] = 0.9 * 0.5 + 0.1 * mean
      expected.running[n + j] = 0.9 * 2 + 0.1 * variance
      for i in 0..<rows {
        expected.y[i * n + j] = normalized[i] * Double(scale[j]) + Double(shift[j])
        expected.dx[i * n + j] = dx[i]
        expected.dscale[j] += normalized[i] * slopes[i]
        expected.dshift[j] += slopes[i]
      }
    }
    let kernels = try Machine.kernels(set, threads: 2)
    var saved = [Float](repeating: 0, count: 2 * n)
    var running = [Float](repeating: 0.5, count: n) + [Float](repeating: 2, count: n)
    let y = output(rows * n) { y in
      saved.withUnsafeMutableBufferPointer { saved in
        running.withUnsafeMutableBufferPointer { running in
          guard let saved = saved.baseAddress, let running = running.baseAddress else { return }
          kernels.batchNormForward(
            rows: rows, channels: n, epsilon: 1e-3, momentum: 0.1, x: x, scale: scale, shift: shift, runningMean: running,
            runningVariance: running + n, y: y, mean: saved, rstd: saved + n)
        }
      }
    }
    #expect(error(y, expected.y) < 32 * tolerance(terms: 1))
    #expect(error(running, expected.running) < tolerance(terms: 1))
    var dscale: [Float] = []
    var dshift: [Float] = []
    let dx = output(rows * n) { dx in
      dscale = output(n) { dscale in
        dshift = output(n) { dshift in
          withScratch(4 * n) {
            kernels.batchNormBackward(
              rows: rows, channels: n, x: x, scale: scale, mean: Array(saved[..<n]), rstd: Array(saved[n...]), dy: dy, dx: dx,
              dscale: dscale, dshift: dshift, scratch: $0)
          }
        }
      }
    }
    #expect(error(dx, expected.dx) < 32 * tolerance(terms: 1))
    #expect(error(dscale, expected.dscale) < 16 * tolerance(terms: 32))
    #expect(error(dshift, expected.dshift) < tolerance(terms: 32))
    try inference(kernels, rows, n, x, scale, shift, running)
  }

  struct BatchNormResult {
    var y, dx, dscale, dshift, running: [Double]
    init(_ rows: Int, _ n: Int) {
      y = Array(repeating: 0, count: rows * n)
      dx = y
      dscale = Array(repeating: 0, count: n)
      dshift = dscale
      running = dscale + dscale
    }
  }

  func inference(
    _ kernels: Kernels, _ rows: Int, _ n: Int, _ x: [Float], _ scale: [Float], _ shift: [Float], _ running: [Float]
  ) throws {
    let y = output(rows * n) { y in
      withScratch(n) {
        kernels.batchNormInference(
          rows: rows, channels: n, epsilon: 1e-3, x: x, scale: scale, shift: shift, runningMean: Array(running[..<n]),
          runningVariance: Array(running[n...]), y: y, rstd: $0)
      }
    }
    let expected = x.indices.map { i in
      let j = i % n
      let centered = Double(x[i]) - Double(running[j])
      return centered / (Double(running[n + j]) + 1e-3).squareRoot() * Double(scale[j]) + Double(shift[j])
    }
    #expect(error(y, expected) < tolerance(terms: 4))
  }

  /// (x - mean) rstd with the biased variance, and rstd.
  func standardized(_ x: [Double], epsilon: Double) -> ([Double], Double) {
    let mean = x.reduce(0, +) / Double(x.count)
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
    let rstd = 1 / (variance + epsilon).squareRoot()
    return (x.map { ($0 - mean) * rstd }, rstd)
  }

  /// The gradient of a standardisation, from the gradient g of its result: the projections on 1 and on the result are taken out.
  func gradient(_ normalized: [Double], _ rstd: Double, _ g: [Double]) -> [Double] {
    let n = Double(g.count)
    let mean = g.reduce(0, +) / n
    let along = zip(g, normalized).reduce(0) { $0 + $1.0 * $1.1 } / n
    return zip(g, normalized).map { rstd * ($0 - mean - $1 * along) }
  }
}
