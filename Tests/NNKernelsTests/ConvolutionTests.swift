import NNKernels
import Testing

@Suite struct ConvolutionTests {
  static func square(
    _ size: Int, _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1, pad: Int = 1, dilation: Int = 1, groups: Int = 1
  ) -> ConvGeometry {
    ConvGeometry(
      inHeight: size, inWidth: size, inChannels: inputs, outChannels: outputs, kernelHeight: kernel, kernelWidth: kernel,
      strideHeight: stride, strideWidth: stride, padTop: pad, padLeft: pad, padBottom: pad, padRight: pad, dilationHeight: dilation,
      dilationWidth: dilation, groups: groups)
  }

  static let geometries: [ConvGeometry] = [
    square(5, 1, 1), square(7, 1, 8), square(12, 1, 8), square(8, 2, 4), square(6, 3, 2, kernel: 5, stride: 1, pad: 2), square(9, 3, 5),
    square(8, 8, 32), square(11, 4, 17), square(6, 16, 33), square(13, 2, 3),
    square(9, 5, 7, kernel: 5, pad: 2), square(10, 3, 4, kernel: 1, pad: 0), square(10, 3, 4, kernel: 1, stride: 2, pad: 0),
    square(12, 2, 6, kernel: 3, stride: 2), square(11, 3, 20, kernel: 7, stride: 2, pad: 3), square(12, 2, 4, pad: 2, dilation: 2),
    square(8, 6, 9, groups: 3), square(8, 8, 16, groups: 4), square(9, 5, 5, groups: 5), square(9, 20, 20, groups: 20),
    square(10, 17, 17, stride: 2, groups: 17), square(7, 3, 6, groups: 3), square(4, 2, 2, kernel: 4, pad: 0),
    ConvGeometry(
      inHeight: 7, inWidth: 10, inChannels: 3, outChannels: 6, kernelHeight: 2, kernelWidth: 4, strideHeight: 2, strideWidth: 3, padTop: 1,
      padLeft: 0, padBottom: 2, padRight: 3),
    ConvGeometry(
      inHeight: 1, inWidth: 12, inChannels: 2, outChannels: 5, kernelHeight: 1, kernelWidth: 5, padLeft: 4, dilationWidth: 2),
  ]

  /// Those that Winograd is used for: many channels, unit stride, edges of all kinds.
  static let large: [ConvGeometry] = [
    square(13, 16, 17), square(14, 20, 33, pad: 0), square(11, 17, 16, pad: 2), square(12, 8, 32), square(18, 8, 17), square(22, 8, 5),
    square(19, 4, 9), square(9, 32, 8),
    ConvGeometry(
      inHeight: 12, inWidth: 17, inChannels: 16, outChannels: 32, kernelHeight: 3, kernelWidth: 3, padTop: 0, padLeft: 2, padBottom: 1,
      padRight: 0),
  ]

  /// A good part of their windows lies outside.
  static let few: [ConvGeometry] = [
    square(3, 20, 40), square(3, 5, 33, kernel: 5, pad: 2), square(5, 6, 34, stride: 2), square(4, 4, 70, pad: 2, dilation: 2),
    square(2, 17, 8),
    ConvGeometry(
      inHeight: 1, inWidth: 6, inChannels: 3, outChannels: 36, kernelHeight: 3, kernelWidth: 5, padTop: 1, padLeft: 4, padBottom: 1,
      padRight: 0),
  ]

  @Test(arguments: InstructionSet.supported, geometries + large + few)
  func threePasses(set: InstructionSet, g: ConvGeometry) throws {
    let batch = 3
    var numbers = Numbers(g.hashSeed)
    let x = numbers.array(batch * g.inCount)
    let w = numbers.array(g.weightCount)
    let bias = numbers.array(g.outChannels)
    let dy = numbers.array(batch * g.outCount)
    var y = [Double](repeating: 0, count: batch * g.outCount)
    var dx = [Double](repeating: 0, count: batch * g.inCount)
    var dw = [Double](repeating: 0, count: g.weightCount)
    var dbias = [Double](repeating: 0, count: g.outChannels)
    for image in 0..<batch {
      Definition.convolution(g) { i, k, o in
        y[image * g.outCount + o] += Double(x[image * g.inCount + i]) * Double(w[k])
        dx[image * g.inCount + i] += Double(dy[image * g.outCount + o]) * Double(w[k])
        dw[k] += Double(dy[image * g.outCount + o]) * Double(x[image * g.inCount + i])
      }
    }
    for i in y.indices {
      y[i] = Definition.value(Activation(.leakyRelu, alpha: 0.1), y[i] + Double(bias[i % g.outChannels]))
      dbias[i % g.outChannels] += Double(dy[i])
    }
    // Winograd's transforms multiply by up to 8 and add up numbers that cancel: ten times the error of the plain sums.
    for (kernels, factor) in try [(Machine.exactKernels(set), 1.0), (Machine.kernels(set), 10.0)] {
      let found = passes(kernels, g, batch, x, w, bias, dy)
      #expect(error(found.y, y) < factor * tolerance(terms: g.taps + 1))
      #expect(error(found.dx, dx) < factor * tolerance(terms: g.kernelHeight * g.kernelWidth * g.groupOutputs))
      #expect(error(found.dw, dw) < factor * tolerance(terms: batch * g.outHeight * g.outWidth))
      #expect(error(found.dbias, dbias) < tolerance(terms: batch * g.outHeight * g.outWidth))
    }
    #expect(
      try passes(Machine.kernels(set, threads: 2), g, batch, x, w, bias, dy) == passes(Machine.kernels(set), g, batch, x, w, bias, dy))
  }

  struct Result: Equatable {
    var y: [Float]
    var dx: [Float]
    var dw: [Float]
    var dbias: [Float]
  }

  func passes(
    _ kernels: Kernels, _ g: ConvGeometry, _ batch: Int, _ x: [Float], _ w: [Float], _ bias: [Float], _ dy: [Float]
  ) -> Result {
    var result = Result(y: [], dx: [], dw: [], dbias: [])
    bias.withUnsafeBufferPointer { bias in
      let epilogue = Epilogue(bias: bias.baseAddress, activation: Activation(.leakyRelu, alpha: 0.1))
      result.y = output(batch * g.outCount) { kernels.convolutionForward(g, batch: batch, x: x, w: w, epilogue: epilogue, y: $0) }
    }
    result.dx = output(batch * g.inCount) { kernels.convolutionInputGradient(g, batch: batch, dy: dy, w: w, dx: $0) }
    withScratch(Kernels.convolutionWeightGradientScratch(g, batch: batch)) { scratch in
      result.dbias = output(g.outChannels) { dbias in
        result.dw = output(g.weightCount) { dw in
          kernels.convolutionWeightGradient(g, batch: batch, x: x, dy: dy, dw: dw, dbias: dbias, scratch: scratch)
        }
      }
    }
    return result
  }
}

extension ConvGeometry {
  var hashSeed: Int { inHeight * 1009 + inWidth * 917 + inChannels * 31 + outChannels * 7 + kernelHeight }
}
