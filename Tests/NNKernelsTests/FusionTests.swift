import NNKernels
import Testing

/// What convolutions and products do for the layers around them, against the same kernels one after the other.
@Suite struct FusionTests {
  /// Direct and Winograd's, even and odd sizes, channels that fill vectors and others.
  static let geometries = [
    ConvolutionTests.square(8, 3, 5), ConvolutionTests.square(9, 1, 8), ConvolutionTests.square(12, 8, 32),
    ConvolutionTests.square(11, 20, 17),
    ConvolutionTests.square(10, 4, 6, kernel: 5, pad: 1), ConvolutionTests.square(13, 4, 8, stride: 2),
  ]
  static let activations = [Activation.linear, Activation(.relu), Activation(.leakyRelu, alpha: 0.1)]

  @Test(arguments: InstructionSet.supported, geometries + [ConvolutionTests.square(3, 20, 40)])
  func poolAndBack(set: InstructionSet, g: ConvGeometry) throws {
    let kernels = try Machine.kernels(set, threads: 2)
    let batch = 3
    var numbers = Numbers(g.hashSeed)
    let (x, w, bias) = (numbers.array(batch * g.inCount), numbers.array(g.weightCount), numbers.array(g.outChannels))
    let pool = PoolGeometry(
      inHeight: g.outHeight, inWidth: g.outWidth, channels: g.outChannels, windowHeight: 2, windowWidth: 2, strideHeight: 2, strideWidth: 2)
    let dy = numbers.array(batch * pool.outCount)
    for activation in Self.activations {
      try bias.withUnsafeBufferPointer { bias in
        var epilogue = Epilogue(bias: bias.baseAddress, activation: activation)
        // Not of several pixels in a vector, which a fused pool does without: then sums have the same order.
        let y = output(batch * g.outCount) { kernels.convolutionForward(g, batch: batch, x: x, w: w, epilogue: epilogue, y: $0) }
        let pooled = output(batch * pool.outCount) { kernels.maxPoolForward(pool, batch: batch, x: y, y: $0) }
        var choices: [Float] = []
        let fused = output(batch * pool.outCount) { fused in
          choices = output(batch * pool.outCount) {
            (epilogue.pooled, epilogue.choices) = (fused, $0)
            kernels.convolutionForward(g, batch: batch, x: x, w: w, epilogue: epilogue, y: fused)
          }
        }
        #expect(error(fused, pooled.map(Double.init)) < tolerance(terms: g.taps))
        let expected = output(batch * g.outCount) { dx in
          withScratch(Kernels.maxPoolBackwardScratch(pool, batch: batch)) {
            kernels.maxPoolBackward(pool, batch: batch, x: y, y: pooled, dy: dy, dx: dx, scratch: $0)
          }
          kernels.activateBackward(activation, count: batch * g.outCount, x: y, y: y, dy: Floats(dx), dx: dx)
        }
        let slope = try #require(activation.slopeBelowZero)
        let found = output(batch * g.outCount) {
          kernels.unpoolPairs(g, batch: batch, dy: dy, choices: choices, slope: slope, dx: $0)
        }
        #expect(found == expected)
      }
    }
  }

  @Test(arguments: InstructionSet.supported, geometries + [ConvolutionTests.square(6, 4, 9, kernel: 1, pad: 0)])
  func gate(set: InstructionSet, g: ConvGeometry) throws {
    let kernels = try Machine.kernels(set, threads: 2)
    let batch = 2
    var numbers = Numbers(g.hashSeed)
    let (x, w, dy) = (numbers.array(batch * g.inCount), numbers.array(g.weightCount), numbers.array(batch * g.outCount))
    let plain = output(batch * g.inCount) { kernels.convolutionInputGradient(g, batch: batch, dy: dy, w: w, dx: $0) }
    for slope: Float in [0, 0.25] {
      let gated = output(batch * g.inCount) {
        kernels.convolutionInputGradient(g, batch: batch, dy: dy, w: w, gate: x, gateSlope: slope, dx: $0)
      }
      #expect(gated == zip(plain, x).map { $1 > 0 ? $0 : $0 * slope })
    }
  }

  @Test(arguments: InstructionSet.supported, geometries)
  func preparedConvolution(set: InstructionSet, g: ConvGeometry) throws {
    let kernels = try Machine.kernels(set, threads: 2)
    var numbers = Numbers(g.hashSeed)
    let (x, w) = (numbers.array(4 * g.inCount), numbers.array(g.weightCount))
    withScratch(Kernels.convolutionPreparedCount(g)) { memory in
      // A smaller batch first: what is prepared serves batches of any size.
      for (batch, areNew) in [(1, true), (4, false)] {
        let plain = output(batch * g.outCount) { kernels.convolutionForward(g, batch: batch, x: x, w: w, y: $0) }
        let prepared = PreparedWeights(memory: memory, areNew: areNew)
        #expect(output(batch * g.outCount) { kernels.convolutionForward(g, batch: batch, x: x, w: w, prepared: prepared, y: $0) } == plain)
      }
    }
  }

  @Test(arguments: InstructionSet.supported, [1, 2, 13, 300])
  func preparedProduct(set: InstructionSet, m: Int) throws {
    for (n, k) in [(1, 1), (10, 7), (33, 300), (600, 65)] {
      let kernels = try Machine.kernels(set, threads: 2)
      var numbers = Numbers(n * 1000 + k)
      let (a, b, bias) = (numbers.array(m * k), numbers.array(k * n), numbers.array(n))
      let activation = Activation(.leakyRelu, alpha: 0.1)
      let expected = (0..<m * n).map { index -> Double in
        let sum = (0..<k).reduce(Double(bias[index % n])) { $0 + Double(a[index / n * k + $1]) * Double(b[$1 * n + index % n]) }
        return Definition.value(activation, sum)
      }
      withScratch(Kernels.gemmPreparedCount(n: n, k: k)) { memory in
        bias.withUnsafeBufferPointer { bias in
          let epilogue = Epilogue(bias: bias.baseAddress, activation: activation)
          for areNew in [true, false] {
            let found = output(m * n) {
              kernels.gemm(
                m: m, n: n, k: k, a: a, b: b, c: $0, epilogue: epilogue, prepared: PreparedWeights(memory: memory, areNew: areNew))
            }
            #expect(error(found, expected) < tolerance(terms: k + 1))
          }
        }
      }
    }
  }
}
