import NNLayers

extension ONNXImporter {
  func batchNorm(_ node: ImportedNode) throws(Unsayable) -> Flow {
    guard node.integer("training_mode", 0) == 0 else { throw Unsayable("it is in training mode") }
    var x = try node.flow()
    if x.channelAxis == nil, x.isFlatInFileOrder { x = try vector(x) }
    guard x.channelAxis == 1 else { throw layoutProblem(x, "channels in its second axis") }
    let channels = x.shape.channels
    var weights: [(name: String, values: [Float])] = []
    for (index, name) in ["weight", "bias", "running_mean", "running_var"].enumerated() {
      guard let values = try node.vector(index + 1, count: channels) else { throw Unsayable("input \(index + 2) is missing") }
      weights.append((name, values))
    }
    let epsilon = node.number("epsilon", 1e-5)
    // ONNX weighs the old value, PyTorch the new one.
    let momentum = 1 - node.number("momentum", 0.9)
    var text = "bn"
    if abs(momentum - 0.1) > 1e-6, (0...1).contains(momentum) { text += " momentum \(momentum.plain)" }
    if epsilon != 1e-5 { text += " eps \(epsilon.plain)" }
    return try addKeeping(text, x, weights)
  }

  func layerNorm(_ node: ImportedNode) throws(Unsayable) -> Flow {
    let x = try node.flow()
    let axis = try node.axis(node.integer("axis", -1), of: x.axes.count)
    guard axis == x.axes.count - 1 else {
      throw Unsayable("it begins at axis \(axis) of \(x.layoutText); `layernorm` goes over the last axis alone")
    }
    guard node.node.outputs.dropFirst().allSatisfy({ $0.isEmpty || readers[$0] == nil }) else {
      throw Unsayable("its mean or deviation is read")
    }
    return try layerNorm(
      x, try node.vector(1, count: x.dimensions[axis]), try node.vector(2, count: x.dimensions[axis]), node.number("epsilon", 1e-5))
  }

  func layerNorm(_ x: Flow, _ weight: [Float]?, _ bias: [Float]?, _ epsilon: Float) throws(Unsayable) -> Flow {
    let x = x.channelAxis == nil && x.isFlatInFileOrder ? try vector(x) : x
    guard x.channelAxis == x.axes.count - 1 else { throw layoutProblem(x, "channels or features in its last axis") }
    try checkNorm(x.shape.channels)
    let one = [Float](repeating: 1, count: x.shape.channels)
    return try addKeeping(
      "layernorm" + (epsilon == 1e-5 ? "" : " eps \(epsilon.plain)"), x, [("weight", weight ?? one), ("bias", bias ?? one.map { $0 - 1 })])
  }
}
