import NNLayers

/// Collects the nodes and constants of a graph.
final class ONNXBuilder {
  var graph = ONNXGraph()
  /// What the names of nodes and values begin with: the layer they belong to.
  var prefix = ""
  private var names: Set<String> = []
  /// Values whose shapes are said; that of the input is said by the graph itself.
  private var described: Set<String> = ["input"]

  /// Adds a node and returns the name of what it gives.
  func add(_ operation: String, _ inputs: [String], _ attributes: [(name: String, value: ONNXAttribute)] = []) -> String {
    add(operation, inputs, attributes, outputs: 1)[0]
  }

  func add(_ operation: String, _ inputs: [String], _ attributes: [(name: String, value: ONNXAttribute)] = [], outputs count: Int)
    -> [String]
  {
    let name = unique("\(prefix)/\(operation)")
    let outputs = (0..<count).map { count == 1 ? "\(name):0" : "\(name):\($0)" }
    graph.nodes.append(
      ONNXNode(name: name, operation: operation, inputs: inputs, outputs: outputs, attributes: attributes))
    return outputs
  }

  func constant(_ name: String, _ values: [Float], shape: [Int]) -> String {
    add(ONNXTensor(name: unique("\(prefix).\(name)"), shape: shape, values: .floats(values)))
  }

  /// Sizes and places: a vector of whole numbers.
  func constant(_ name: String, _ values: [Int]) -> String {
    add(ONNXTensor(name: unique("\(prefix).\(name)"), shape: [values.count], values: .integers(values)))
  }

  /// One whole number without an axis.
  func scalar(_ name: String, _ value: Int) -> String {
    add(ONNXTensor(name: unique("\(prefix).\(name)"), values: .integers([value])))
  }

  func add(_ tensor: ONNXTensor) -> String {
    graph.initializers.append(tensor)
    return tensor.name
  }

  /// Says what shape a value has.
  func describe(_ name: String, _ shape: Shape) {
    guard described.insert(name).inserted else { return }
    graph.values.append(ONNXValue(name: name, type: .float, shape: shape.onnxDimensions))
  }

  /// Gives the result a name of its own; a result that is an input or that others read gets a node for it.
  func rename(_ name: String, to newName: String) {
    let isRead = graph.nodes.contains { $0.inputs.contains(name) }
    if isRead || !graph.nodes.contains(where: { $0.outputs.contains(name) }) {
      graph.nodes.append(ONNXNode(name: "\(newName)/Identity", operation: "Identity", inputs: [name], outputs: [newName]))
      return
    }
    for index in graph.nodes.indices {
      graph.nodes[index].outputs = graph.nodes[index].outputs.map { $0 == name ? newName : $0 }
    }
    graph.values = graph.values.filter { $0.name != name }
  }

  private func unique(_ name: String) -> String {
    var result = name
    var number = 2
    while !names.insert(result).inserted {
      result = "\(name)_\(number)"
      number += 1
    }
    return result
  }
}
