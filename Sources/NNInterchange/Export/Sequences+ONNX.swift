import NNLayers

extension Embed: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.add("Gather", stage.tensors("weight") + [stage.x], [("axis", .integer(0))]) }
}

extension OneHot: ONNXWritable {
  func write(_ stage: ONNXStage) -> String {
    let depth = stage.builder.scalar("depth", stage.input.vocabulary)
    return stage.add("OneHot", [stage.x, depth, stage.builder.constant("values", [0, 1], shape: [2])], [("axis", .integer(-1))])
  }
}

extension Positions: ONNXWritable {
  func write(_ stage: ONNXStage) -> String {
    let rows = stage.tensor("weight") ?? stage.builder.constant("rows", sines(stage.input).map { Float($0) }, shape: stage.input.dimensions)
    return stage.add("Add", [stage.x, rows])
  }
}

extension First: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.step(0) }
}

extension Last: ONNXWritable {
  func write(_ stage: ONNXStage) -> String {
    let end = stage.step(stage.input.dimensions[0] - 1)
    guard isOfBoth else { return end }
    // The direction from the end to the start finishes at the first step.
    let half = stage.input.channels / 2
    return stage.add("Concat", [stage.features(end, 0..<half), stage.features(stage.step(0), half..<2 * half)], [("axis", .integer(1))])
  }
}

extension Mean: ONNXWritable {
  func write(_ stage: ONNXStage) -> String {
    stage.add("ReduceMean", [stage.x], [("axes", .integers([1])), ("keepdims", .integer(0))])
  }
}

extension Attention: ONNXWritable {
  /// softmax(q k' / sqrt d) v for every head, between two products, as torch.nn.MultiheadAttention has it.
  func write(_ stage: ONNXStage) -> String {
    let (steps, features) = (stage.input.dimensions[0], stage.input.channels)
    let width = features / heads
    let parts = stage.builder.add("Split", [stage.product(stage.x, "in_proj_weight", "in_proj_bias")], [("axis", .integer(2))], outputs: 3)
    func divided(_ x: String, _ order: [Int]) -> String { stage.transposed(stage.reshaped(x, [steps, heads, width]), order) }
    let likeness = stage.add("MatMul", [divided(parts[0], [0, 2, 1, 3]), divided(parts[1], [0, 2, 3, 1])])
    var scaled = stage.add("Mul", [likeness, stage.builder.constant("scale", [1 / Float(width).squareRoot()], shape: [])])
    if isCausal {
      let mask = (0..<steps * steps).map { $0 % steps > $0 / steps ? -Float.infinity : 0 }
      scaled = stage.add("Add", [scaled, stage.builder.constant("mask", mask, shape: [steps, steps])])
    }
    let mixed = stage.add("MatMul", [stage.add("Softmax", [scaled], [("axis", .integer(3))]), divided(parts[2], [0, 2, 1, 3])])
    return stage.product(stage.reshaped(stage.transposed(mixed, [0, 2, 1, 3]), [steps, features]), "out_proj.weight", "out_proj.bias")
  }
}

extension ONNXStage {
  /// x w' + b along the last axis.
  fileprivate func product(_ x: String, _ weight: String, _ bias: String) -> String {
    let product = add("MatMul", [x] + tensors(weight).map { transposed($0, [1, 0]) })
    return add("Add", [product] + tensors(bias))
  }

  /// Some of the features of a vector.
  fileprivate func features(_ x: String, _ range: Range<Int>) -> String {
    let (start, end) = (builder.constant("start", [range.lowerBound]), builder.constant("end", [range.upperBound]))
    return add("Slice", [x, start, end, builder.constant("axis", [1])])
  }
}
