import NNLayers

extension Linear: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.add("Identity", [stage.x]) }
}

extension Relu: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.add("Relu", [stage.x]) }
}

extension LeakyRelu: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.add("LeakyRelu", [stage.x], [("alpha", .float(kernel.alpha))]) }
}

extension Elu: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.add("Elu", [stage.x], [("alpha", .float(kernel.alpha))]) }
}

extension Gelu: ONNXWritable {
  /// x (1 + erf(x / sqrt 2)) / 2: an operator of its own from opset 20 on only.
  func write(_ stage: ONNXStage) -> String {
    let root = stage.builder.constant("root", [Float(2).squareRoot()], shape: [])
    let erf = stage.add("Erf", [stage.add("Div", [stage.x, root])])
    let sum = stage.add("Add", [erf, stage.builder.constant("one", [1], shape: [])])
    return stage.add("Mul", [stage.add("Mul", [stage.x, sum]), stage.builder.constant("half", [0.5], shape: [])])
  }
}

extension Silu: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.add("Mul", [stage.x, stage.add("Sigmoid", [stage.x])]) }
}

extension Sigmoid: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.add("Sigmoid", [stage.x]) }
}

extension Tanh: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.add("Tanh", [stage.x]) }
}

extension Softsign: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.add("Softsign", [stage.x]) }
}

extension Softplus: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.add("Softplus", [stage.x]) }
}

extension Softmax: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.add("Softmax", [stage.x], [("axis", .integer(stage.channelAxis))]) }
}
