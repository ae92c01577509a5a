import NNGraph
import NNLayers

/// A layer that can be said in ONNX's operators.
protocol ONNXWritable: Layer {
  /// Adds the nodes and returns the name of what they give. Images are `N x C x H x W` there.
  func write(_ stage: ONNXStage) -> String
}

/// One node of the network on its way into a graph.
struct ONNXStage {
  struct Weight {
    let name: String
    let spec: WeightSpec
    let values: [Float]
  }

  let node: Node
  let inputs: [String]
  let weights: [Weight]
  let builder: ONNXBuilder

  var x: String { inputs[0] }
  var input: Shape { node.inputShapes[0] }

  func add(_ operation: String, _ inputs: [String], _ attributes: [(name: String, value: ONNXAttribute)] = []) -> String {
    builder.add(operation, inputs, attributes)
  }

  /// The weights as they lie in files, under their names; none for those that are not there.
  func tensors(_ names: String...) -> [String] { names.compactMap(tensor) }

  func tensor(_ name: String) -> String? {
    weights.first { $0.spec.name == name }.map { builder.add(ONNXTensor(name: $0.name, shape: $0.spec.shape, values: .floats($0.values))) }
  }

  func transposed(_ x: String, _ order: [Int]) -> String { add("Transpose", [x], [("perm", .integers(order))]) }

  /// Something that works on channels before places, done to a sequence, whose features come last.
  func channelsFirst(_ work: (String) -> String) -> String {
    input.kind == .sequence ? transposed(work(transposed(x, [0, 2, 1])), [0, 2, 1]) : work(x)
  }

  /// The axis of channels or features.
  var channelAxis: Int { input.kind == .image ? 1 : input.dimensions.count }

  func reshaped(_ x: String, _ sizes: [Int]) -> String { add("Reshape", [x, builder.constant("shape", [0] + sizes)]) }

  /// One step of a sequence.
  func step(_ index: Int) -> String { add("Gather", [x, builder.scalar("step", index)], [("axis", .integer(1))]) }
}
