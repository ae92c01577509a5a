import NNKernelTypes
import NNLayers

/// An image with rows and columns of zeros between its pixels: what a transposed convolution with a stride is a convolution of.
struct Spread: Operation {
  var strideHeight: Int
  var strideWidth: Int

  var name: String { "spread" }
  var summary: String { "Pixels \(strideHeight)x\(strideWidth) apart, zeros between them" }
  var readsVectors: Bool { true }
  var leavesGaps: Bool { true }

  func write(_ function: inout StageFunction) {
    let (x, y) = (function.inputs[0], function.output)
    let lanes = function.lanes
    function.use(.load(lanes))
    function.use(.store(lanes))
    function.unitLoop("row", x.height) { function, row in
      function.loop("column", x.width) { function, column in
        function.move("x", by: Index((row, x.rowStep), (column, x.pixelStep)))
        function.move("y", by: Index((row, strideHeight * y.rowStep), (column, strideWidth * y.pixelStep)))
        function.loop("vector", y.pixelStep / lanes) { function, vector in
          let (from, to) = (Index((vector, lanes)).added(to: "x"), Index((vector, lanes)).added(to: "y"))
          function.line("store(load\(lanes)(\(from)), \(to))")
        }
      }
    }
  }
}

// MARK: Layer

extension Deconv: Emittable {
  /// The convolution that `geometry` describes leads from the output to the input; turned around, it is one with the window turned by half a turn.
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    let input = node.node.inputShapes[0]
    guard let g = geometry(for: input) else { return node.inputs[0] }
    let spread = Shape.image(
      height: (g.outHeight - 1) * g.strideHeight + 1, width: (g.outWidth - 1) * g.strideWidth + 1, channels: g.outChannels)
    var source = node.inputs[0]
    if spread != input { source = network.add(Spread(strideHeight: g.strideHeight, strideWidth: g.strideWidth), node, shape: spread) }
    let (height, width) = (g.dilationHeight * (g.kernelHeight - 1), g.dilationWidth * (g.kernelWidth - 1))
    let turned = ConvGeometry(
      inHeight: spread.grid.height, inWidth: spread.grid.width, inChannels: g.outChannels, outChannels: g.inChannels,
      kernelHeight: g.kernelHeight, kernelWidth: g.kernelWidth, padTop: height - g.padTop, padLeft: width - g.padLeft,
      padBottom: height - g.padBottom, padRight: width - g.padRight, dilationHeight: g.dilationHeight, dilationWidth: g.dilationWidth,
      groups: g.groups)
    var moved = node
    moved.inputs = [source]
    moved.weights[0] = turnedWeights(g, node.weights[0])
    return network.convolve(turned, moved)
  }

  /// `[kh][kw][out / groups][in]`, as it lies, to `[kh][kw][in / groups][out]` with the window turned; in and out as this layer has them.
  private func turnedWeights(_ g: ConvGeometry, _ w: [Float]) -> [Float] {
    let (inputs, outputs) = (g.outChannels, g.inChannels)
    let (inputsPerGroup, outputsPerGroup) = (inputs / g.groups, outputs / g.groups)
    let taps = g.kernelHeight * g.kernelWidth
    var turned = w
    for tap in 0..<taps {
      for output in 0..<outputs {
        let group = output / outputsPerGroup
        for channel in 0..<inputsPerGroup {
          turned[(tap * inputsPerGroup + channel) * outputs + output] =
            w[((taps - 1 - tap) * outputsPerGroup + output % outputsPerGroup) * inputs + group * inputsPerGroup + channel]
        }
      }
    }
    return turned
  }
}
