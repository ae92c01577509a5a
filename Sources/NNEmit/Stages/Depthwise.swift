import NNKernelTypes
import NNLayers

/// A window of its own for every channel: vectors of channels times vectors of weights.
struct Depthwise: Operation {
  var geometry: ConvGeometry
  /// `[kernelHeight][kernelWidth][channels]`
  var weights: Tensor

  var name: String { "depthwise" }
  var summary: String { "\(geometry.kernelHeight)x\(geometry.kernelWidth) depthwise convolution" }
  var readsVectors: Bool { true }

  func halo(of input: Layout, processor: Processor) -> Halo {
    Convolution.halo(geometry, rows: geometry.outHeight, columns: geometry.outWidth)
  }

  func fuses(_ step: EpilogueStep, after steps: [EpilogueStep]) -> Bool { step != .pool }

  mutating func absorb(scale: [Float]) -> Bool {
    weights.multiply(by: scale)
    return true
  }

  func write(_ function: inout StageFunction) {
    let g = geometry
    let x = function.inputs[0]
    let lanes = function.lanes
    let step = function.output.pixelStep
    function.use(.load(lanes))
    function.use(.multiplyAdd(lanes))
    let w = function.tensor(weights, .panels(width: step), as: "w")
    function.prepareEpilogue()
    function.unitLoop("row", g.outHeight) { function, row in
      function.loop("column", g.outWidth) { function, column in
        function.pointers(row: row, column: column)
        let origin = -(g.padTop * x.rowStep + g.padLeft * x.pixelStep)
        function.move("x", by: Index((row, g.strideHeight * x.rowStep), (column, g.strideWidth * x.pixelStep), plus: origin))
        function.vectorLoop(step, lanes: lanes) { function, lane in
          function.line("var sum = Vector\(lanes)()")
          function.loop("tapRow", g.kernelHeight) { function, tapRow in
            function.loop("tap", g.kernelWidth) { function, tap in
              let from = Index((tapRow, g.dilationHeight * x.rowStep), (tap, g.dilationWidth * x.pixelStep), (lane, 1)).added(to: "x")
              let weight = Index((tapRow, g.kernelWidth * step), (tap, step), (lane, 1)).added(to: w)
              function.line("sum = multiplyAdd(load\(lanes)(\(from)), load\(lanes)(\(weight)), sum)")
            }
          }
          function.store("sum", lane: lane, lanes: lanes)
        }
      }
    }
  }
}

// MARK: Layer

extension DepthwiseConv: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    guard let geometry = geometry(for: node.node.inputShapes[0]) else { return node.inputs[0] }
    // Several outputs per channel are a convolution in groups.
    guard geometry.outChannels == geometry.inChannels else { return network.convolve(geometry, node) }
    let weights = node.tensor(
      "weight", shape: [geometry.kernelHeight, geometry.kernelWidth, geometry.outChannels], node.weights[0])
    let value = network.add(Depthwise(geometry: geometry, weights: weights), node)
    guard node.weights.count > 1 else { return value }
    return network.apply([.shift(node.tensor("bias", shape: [geometry.outChannels], node.weights[1]))], to: value, node)
  }
}
