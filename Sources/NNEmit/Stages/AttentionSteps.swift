import NNKernelTypes
import NNLayers

/// Self-attention on queries, keys and values that stand side by side: softmax of the queries' products with the keys, and the mixture of the values.
struct AttentionSteps: Operation {
  var heads: Int
  /// Numbers of a head.
  var width: Int
  var isCausal: Bool

  var name: String { "attention" }
  var summary: String { "\(isCausal ? "Causal attention" : "Attention") of \(heads) heads" }
  var readsVectors: Bool { true }

  func write(_ function: inout StageFunction) {
    let (x, y) = (function.inputs[0], function.output)
    let features = heads * width
    let lanes = function.processor.lanes
    for helper in [Helper.rowLargest(lanes), .rowSum(lanes), .rowProduct(lanes), .rowAddProduct(lanes), .rowExp(lanes)] {
      function.use(helper)
    }
    // A row of weights for each step, so that threads do not meet.
    let room = roundedUp(y.width, to: 16)
    function.scratch = y.width * room
    function.unitLoop("step", y.width) { function, step in
      let seen = isCausal ? "\(step) &+ 1" : "\(y.width)"
      function.line("let weights = \(Index((step, room)).added(to: "scratch"))")
      function.loop("head", heads) { function, head in
        function.line("let query = \(Index((step, x.pixelStep), (head, width)).added(to: "x"))")
        function.line("let keys = \(Index((head, width), plus: features).added(to: "x"))")
        function.line("let values = \(Index((head, width), plus: 2 * features).added(to: "x"))")
        function.line("let y = \(Index((step, y.pixelStep), (head, width)).added(to: "y"))")
        function.block("for other in 0..<\(seen)") { function in
          function.line(
            "weights[other] = product\(lanes)(query, keys + other &* \(x.pixelStep), count: \(width)) * \(Float(1 / Double(width).squareRoot()))"
          )
        }
        function.line("exponentiate\(lanes)(weights, count: \(seen), minus: largest\(lanes)(weights, count: \(seen)))")
        function.line("let factor = 1 / sum\(lanes)(weights, count: \(seen))")
        function.line("y.update(repeating: 0, count: \(width))")
        function.block("for other in 0..<\(seen)") { function in
          function.line("addProduct\(lanes)(weights[other] * factor, values + other &* \(x.pixelStep), count: \(width), to: y)")
        }
      }
    }
  }
}

// MARK: Layer

extension Attention: Emittable {
  /// Queries, keys and values of all steps, the mixtures, and their projection.
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    let grid = node.shape.grid
    let features = grid.channels
    let projected = network.project(node, node.inputs[0], from: features, to: 3 * features, "in_proj", node.weights[0], node.weights[1])
    let mixed = network.add(
      AttentionSteps(heads: heads, width: features / heads, isCausal: isCausal), node, inputs: [projected])
    return network.project(node, mixed, from: features, to: features, "out_proj", node.weights[2], node.weights[3])
  }
}

extension EmittedNetwork {
  /// A product with a matrix and a bias, step by step.
  fileprivate mutating func project(
    _ node: EmittedNode, _ value: Int, from inputs: Int, to outputs: Int, _ name: String, _ weights: [Float], _ bias: [Float]
  ) -> Int {
    let steps = node.shape.grid.width
    let shape = Shape.sequence(steps: steps, features: outputs)
    let geometry = ConvGeometry(
      inHeight: 1, inWidth: steps, inChannels: inputs, outChannels: outputs, kernelHeight: 1, kernelWidth: 1)
    let product = add(
      Convolution(geometry, node.tensor("\(name).weight", shape: [1, 1, inputs, outputs], weights)), node, inputs: [value], shape: shape)
    return apply([.shift(node.tensor("\(name).bias", shape: [outputs], bias))], to: product, node, shape: shape)
  }
}
