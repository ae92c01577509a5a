/// What is done with a node, by its operator. Adding one is a case here and a function in one of the files beside it.
extension ONNXImporter {
  func operation(_ node: ImportedNode) throws(Unsayable) -> [ImportedValue] {
    if node.node.domain == "ai.onnx.ml" { return try machineLearning(node) }
    guard ["", "ai.onnx"].contains(node.node.domain) else { throw Unsayable("it is of the domain `\(node.node.domain)`") }
    switch node.operation {
    case "Conv": return [.flow(try convolution(node))]
    case "ConvTranspose": return [.flow(try deconvolution(node))]
    case "Pad": return [.flow(try padded(node))]
    case "MaxPool", "AveragePool": return [.flow(try pool(node))]
    case "AdaptiveMax": return [.flow(try adaptiveMaximum(node))]
    case "GlobalAveragePool", "GlobalMaxPool": return [.flow(try globalPool(node))]
    case "ReduceMean", "ReduceMax": return [.flow(try reduction(node))]
    case "Gemm": return [.flow(try gemm(node))]
    case "MatMul": return [.flow(try product(node))]
    case "BatchNormalization": return [.flow(try batchNorm(node))]
    case "LayerNormalization": return [.flow(try layerNorm(node))]
    case "LSTM", "GRU", "RNN": return try recurrent(node)
    case "Gather": return [.flow(try gather(node))]
    case "OneHot": return [.flow(try oneHot(node))]
    case "Slice": return [.flow(try slice(node))]
    case "Split": return try split(node)
    case "Concat": return [.flow(try concatenation(node))]
    case "Add", "Sub", "Mul", "Div": return [.flow(try arithmetic(node))]
    case "Sum": return [.flow(try sum(node))]
    case "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose": return [.flow(try moved(node))]
    case let operation where ONNXNode.withGraphs.contains(operation):
      throw Unsayable(
        "it holds operations of its own; a recurrence is read as an `LSTM`, `GRU` or `RNN` node, not step by step (of Keras' layers tf2onnx writes `LSTM` so)"
      )
    case "Identity", "Cast": return [.flow(try node.flow())]
    case "Dropout": return [.flow(try dropout(node))]
    case _:
      guard let text = try activation(node) else { throw Unsayable("no word of the language says it") }
      return [.flow(try activated(node, text))]
    }
  }
}

extension ONNXNode {
  /// Operators that hold graphs of their own.
  static let withGraphs: Set = ["Loop", "Scan", "If"]
}
