import NNGraph
import NNLayers

/// A layer that emitted code can be written for. The conformance is all there is to register: a file with it, and the operation it needs.
protocol Emittable: Layer {
  /// Adds what the layer does to the network; returns the value it gives.
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int
}

/// A node of the model with the values it reads and its weights.
struct EmittedNode {
  var node: Node
  /// Its number in the model.
  var index: Int
  /// Values of the emitted network, one per input.
  var inputs: [Int]
  /// In the order of the layer's `weights`, as the numbers lie in memory (channels last, outputs innermost).
  var weights: [[Float]]

  var shape: Shape { node.output }

  /// A tensor under the layer's name: `conv1.weight`.
  func tensor(_ name: String, shape: [Int], _ values: [Float]) -> Tensor {
    Tensor(name: "\(node.name).\(name)", shape: shape, values: values)
  }
}
