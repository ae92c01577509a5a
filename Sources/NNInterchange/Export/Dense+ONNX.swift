import NNLayers

extension FullyConnected: ONNXWritable {
  func write(_ stage: ONNXStage) -> String {
    let weight = stage.tensors("weight")
    let bias = stage.tensors("bias")
    if stage.input.kind == .sequence {
      let product = stage.add("MatMul", [stage.x, stage.transposed(weight[0], [1, 0])])
      return bias.isEmpty ? product : stage.add("Add", [product] + bias)
    }
    // Flattened channel by channel, which is the order the weights are stored in.
    let x = stage.input.kind == .image ? stage.add("Flatten", [stage.x]) : stage.x
    return stage.add("Gemm", [x] + weight + bias, [("transB", .integer(1))])
  }
}

extension Poly: ONNXWritable {
  /// The monomials of each degree are those of the degree before times an input.
  func write(_ stage: ONNXStage) -> String {
    let inputs = stage.input.count
    var parts = [stage.x]
    var (first, count) = (0, inputs)
    var steps = Poly.steps(inputs: inputs, degree: degree)[...]
    while !steps.isEmpty {
      let next = steps.prefix { $0.earlier < first + count }
      let earlier = stage.builder.constant("earlier", next.map { $0.earlier - first })
      let factors = stage.builder.constant("inputs", next.map(\.input))
      let left = stage.add("Gather", [parts[parts.count - 1], earlier], [("axis", .integer(1))])
      parts.append(stage.add("Mul", [left, stage.add("Gather", [stage.x, factors], [("axis", .integer(1))])]))
      (first, count) = (first + count, next.count)
      steps = steps.dropFirst(next.count)
    }
    return parts.count == 1 ? stage.add("Identity", parts) : stage.add("Concat", parts, [("axis", .integer(1))])
  }
}
