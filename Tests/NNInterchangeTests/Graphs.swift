@testable import NNInterchange

/// A node with one result.
func node(_ operation: String, _ inputs: [String], _ output: String, _ attributes: [(String, ONNXAttribute)] = []) -> ONNXNode {
  ONNXNode(operation: operation, inputs: inputs, outputs: [output], attributes: attributes.map { (name: $0.0, value: $0.1) })
}

/// A graph of nodes from an input `x`, N x 4 unless said otherwise, to an output `y`, and constants.
func model(_ nodes: [ONNXNode], input: [Int] = [4], batch: ONNXDimension = .named("N"), constants: [ONNXTensor] = []) -> ONNXModel {
  var model = ONNXModel()
  model.opsets = [(domain: "", version: 17), (domain: ONNXModel.machineLearning, version: 3)]
  model.graph.inputs = [ONNXValue(name: "x", shape: [batch] + input.map { .size($0) })]
  model.graph.outputs = [ONNXValue(name: "y")]
  model.graph.nodes = nodes
  model.graph.initializers = constants
  return model
}

/// A vector of whole numbers.
func integers(_ name: String, _ values: [Int]) -> ONNXTensor {
  ONNXTensor(name: name, shape: [values.count], values: .integers(values))
}
