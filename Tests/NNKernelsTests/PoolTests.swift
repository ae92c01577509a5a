import NNKernels
import Testing

@Suite struct PoolTests {
  static let geometries: [PoolGeometry] = [
    window(4, 4, 1, 2, 2), window(7, 5, 3, 2, 2), window(8, 8, 32, 2, 2), window(9, 9, 17, 3, 2, pad: 1), window(6, 7, 20, 3, 1, pad: 1),
    window(7, 7, 4, 2, 2, ceil: true), window(7, 8, 5, 3, 2, pad: 1, ceil: true), window(5, 5, 2, 3, 3, pad: 1, ceil: true),
    PoolGeometry(inHeight: 21, inWidth: 21, channels: 6, toHeight: 7, toWidth: 7),
    PoolGeometry(inHeight: 10, inWidth: 7, channels: 33, toHeight: 3, toWidth: 5),
    PoolGeometry(inHeight: 6, inWidth: 5, channels: 3, toHeight: 1, toWidth: 1),
    PoolGeometry(inHeight: 2, inWidth: 3, channels: 2, toHeight: 4, toWidth: 4),
  ]

  static func window(
    _ height: Int, _ width: Int, _ channels: Int, _ window: Int, _ stride: Int, pad: Int = 0, ceil: Bool = false
  ) -> PoolGeometry {
    PoolGeometry(
      inHeight: height, inWidth: width, channels: channels, windowHeight: window, windowWidth: window, strideHeight: stride,
      strideWidth: stride, padHeight: pad, padWidth: pad, ceil: ceil)
  }

  @Test(arguments: InstructionSet.supported, geometries)
  func maximum(set: InstructionSet, g: PoolGeometry) throws {
    let batch = 2
    var numbers = Numbers(g.inCount)
    // Few distinct numbers, so that windows hold ties.
    let x = numbers.array(batch * g.inCount).map { ($0 * 3).rounded() }
    let dy = numbers.array(batch * g.outCount)
    var y: [Double] = []
    var dx = [Double](repeating: 0, count: x.count)
    forEachWindow(g, batch) { base, pixels, _ in
      var best = pixels[0]
      for pixel in pixels where x[base + pixel] > x[base + best] { best = pixel }
      dx[base + best] += Double(dy[y.count])
      y.append(Double(x[base + best]))
    }
    let kernels = try Machine.kernels(set, threads: 2)
    let found = output(batch * g.outCount) { kernels.maxPoolForward(g, batch: batch, x: x, y: $0) }
    #expect(found.map(Double.init) == y)
    withScratch(Kernels.maxPoolBackwardScratch(g, batch: batch)) { scratch in
      let gradient = output(x.count) { kernels.maxPoolBackward(g, batch: batch, x: x, y: found, dy: dy, dx: $0, scratch: scratch) }
      #expect(error(gradient, dx) < tolerance(terms: 9))
    }
  }

  @Test(arguments: InstructionSet.supported, geometries)
  func average(set: InstructionSet, g: PoolGeometry) throws {
    let batch = 2
    var numbers = Numbers(g.inCount + 1)
    let x = numbers.array(batch * g.inCount)
    let dy = numbers.array(batch * g.outCount)
    var y: [Double] = []
    var dx = [Double](repeating: 0, count: x.count)
    forEachWindow(g, batch) { base, pixels, size in
      for pixel in pixels { dx[base + pixel] += Double(dy[y.count]) / Double(size) }
      y.append(pixels.reduce(0) { $0 + Double(x[base + $1]) } / Double(size))
    }
    let kernels = try Machine.kernels(set, threads: 2)
    #expect(error(output(y.count) { kernels.averagePoolForward(g, batch: batch, x: x, y: $0) }, y) < tolerance(terms: 64))
    #expect(error(output(x.count) { kernels.averagePoolBackward(g, batch: batch, dy: dy, dx: $0) }, dx) < tolerance(terms: 9))
  }

  @Test func aNaNIsKept() throws {
    let g = Self.window(2, 2, 1, 2, 2)
    let kernels = try Machine.kernels(.baseline)
    for position in 0..<4 {
      var x: [Float] = [1, 2, 3, 4]
      x[position] = .nan
      #expect(output(1) { kernels.maxPoolForward(g, batch: 1, x: x, y: $0) }[0].isNaN)
    }
  }

  /// Sizes by torch.nn.MaxPool2d, in torch 2: (size, window, stride, pad, ceil) -> windows.
  @Test(arguments: [
    (7, 2, 2, 0, false, 3), (7, 2, 2, 0, true, 4), (5, 3, 3, 1, true, 2), (4, 3, 3, 1, true, 2), (4, 2, 3, 0, true, 2),
    (3, 1, 3, 0, true, 1),
    (2, 3, 1, 0, false, 0), (1, 2, 2, 1, true, 1),
  ])
  func outputs(size: Int, window: Int, stride: Int, pad: Int, ceil: Bool, expected: Int) {
    #expect(PoolGeometry.outputs(size, window: window, stride: stride, pad: pad, ceil: ceil) == expected)
  }

  /// Window by window in memory order: the image's offset, the offsets of the pixels, the divisor of a mean.
  func forEachWindow(_ g: PoolGeometry, _ batch: Int, _ body: (Int, [Int], Int) -> Void) {
    for image in 0..<batch {
      for oy in 0..<g.outHeight {
        for ox in 0..<g.outWidth {
          let (rows, height) = extent(oy, g.outHeight, g.inHeight, g.windowHeight, g.strideHeight, g.padHeight, g.isAdaptive)
          let (columns, width) = extent(ox, g.outWidth, g.inWidth, g.windowWidth, g.strideWidth, g.padWidth, g.isAdaptive)
          for channel in 0..<g.channels {
            body(
              image * g.inCount, rows.flatMap { y in columns.map { x in (y * g.inWidth + x) * g.channels + channel } }, height * width)
          }
        }
      }
    }
  }

  /// The window's positions inside the image, and their number with padding counted, by the text of PyTorch's documentation.
  func extent(
    _ index: Int, _ count: Int, _ size: Int, _ window: Int, _ stride: Int, _ pad: Int, _ adaptive: Bool
  ) -> ([Int], Int) {
    if adaptive {
      let first = Int((Double(index) * Double(size) / Double(count)).rounded(.down))
      let last = Int((Double(index + 1) * Double(size) / Double(count)).rounded(.up))
      return (Array(first..<last), last - first)
    }
    let all = (0..<window).map { index * stride - pad + $0 }
    return (all.filter { (0..<size).contains($0) }, all.filter { $0 < size + pad }.count)
  }
}
