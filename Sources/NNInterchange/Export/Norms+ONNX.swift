import NNLayers

extension BatchNorm: ONNXWritable {
  func write(_ stage: ONNXStage) -> String {
    let tensors = stage.tensors("weight", "bias", "running_mean", "running_var")
    return stage.channelsFirst {
      stage.add("BatchNormalization", [$0] + tensors, [("epsilon", .float(Float(epsilon))), ("momentum", .float(Float(1 - momentum)))])
    }
  }
}

extension LayerNorm: ONNXWritable {
  func write(_ stage: ONNXStage) -> String {
    let tensors = stage.tensors("weight", "bias")
    func normalized(_ x: String) -> String {
      stage.add("LayerNormalization", [x] + tensors, [("axis", .integer(-1)), ("epsilon", .float(Float(epsilon)))])
    }
    guard stage.input.kind == .image else { return normalized(stage.x) }
    return stage.transposed(normalized(stage.transposed(stage.x, [0, 2, 3, 1])), [0, 3, 1, 2])
  }
}

extension Dropout: ONNXWritable {
  /// Does nothing in inference; the probability is kept for whoever trains on.
  func write(_ stage: ONNXStage) -> String {
    stage.add("Dropout", [stage.x, stage.builder.constant("ratio", [Float(probability)], shape: [])])
  }
}
