import NNLayers

extension Add: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.chained("Add") }
}

extension Mul: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.chained("Mul") }
}

extension Concat: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.add("Concat", stage.inputs, [("axis", .integer(stage.channelAxis))]) }
}

extension ONNXStage {
  /// Two at a time: `Add` and `Mul` take no more.
  fileprivate func chained(_ operation: String) -> String {
    inputs.dropFirst().reduce(x) { add(operation, [$0, $1]) }
  }
}

extension Flatten: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.add("Flatten", [stage.x]) }
}

extension Reshape: ONNXWritable {
  /// Numbers keep the order that files have, channel by channel.
  func write(_ stage: ONNXStage) -> String {
    stage.reshaped(stage.x, stage.node.output.onnxDimensions.compactMap { if case .size(let size) = $0 { size } else { nil } })
  }
}
