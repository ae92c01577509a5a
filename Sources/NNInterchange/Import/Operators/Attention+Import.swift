import NNLayers

/// The likenesses of queries and keys, batch x heads x steps x steps, on the way from three projections to the mixture of an attention.
struct AttentionScores {
  /// The stage that makes queries, keys and values.
  var projection: Flow.Source
  var heads: Int
  var factor: Float
  var isCausal = false
  var isSoftmax = false
}

/// An attention stands in a graph as a dozen nodes. They are followed piece by piece, and become one stage when the mixture is made.
extension ONNXImporter {
  /// The three parts of a projection.
  func split(_ node: ImportedNode) throws(Unsayable) -> [ImportedValue] {
    let x = try node.flow()
    let axis = try node.axis(node.integer("axis", 0), of: x.axes.count)
    let count = node.node.outputs.count
    let size = x.dimensions[axis]
    let sizes = try node.integers(1, orNamed: "split") ?? [Int](repeating: size / max(1, count), count: count)
    guard count > 1, sizes.count == count, size % count == 0, sizes.allSatisfy({ $0 == size / count }) else {
      throw Unsayable("its parts are of different sizes")
    }
    var parts: [ImportedValue] = []
    for part in 0..<count {
      let slice = SlicePart(axis: axis, first: part * sizes[0], count: sizes[0])
      guard let run = x.pickingRun(slice, newAtom: newAtom) else {
        throw Unsayable("it cuts \(x.layoutText); only the parts of an attention can be said")
      }
      parts.append(.flow(run))
    }
    return parts
  }

  /// Queries with keys, or likenesses with values.
  func productOfFlows(_ a: Flow, _ b: Flow) throws(Unsayable) -> Flow {
    if let scores = a.scores { return try mixture(scores, b) }
    guard let query = headed(a, place: 0, isTurned: false), let key = headed(b, place: 1, isTurned: true), a.source == b.source,
      query == key
    else {
      throw Unsayable("two flows are multiplied as matrices; only those of an attention can be said")
    }
    let steps = a.shape.dimensions[0]
    guard ONNXTensor.count(of: [query, steps, steps], limit: Shape.largestCount) != nil else {
      throw Unsayable("an attention over \(steps) steps is too large")
    }
    var result = a
    result.scores = AttentionScores(projection: a.source, heads: query, factor: a.factor * b.factor)
    result.factor = 1
    // The axes are for counting alone: what is made of them later is made of the values' axes.
    result.axes = Array(a.axes.dropLast()) + [[newAtom(steps)]]
    return result
  }

  /// The heads of a part of a projection, batch x heads x steps x width or with the last two turned; nil for another layout.
  private func headed(_ x: Flow, place: Int, isTurned: Bool) -> Int? {
    guard x.shape.kind == .sequence, x.picked.values.first == place, x.picked.keys.first?.size == 3, x.axes.count >= 3 else { return nil }
    let (steps, features) = (x.canonical[0], x.canonical[1])
    let (front, last) = (Array(x.axes.dropLast(2).flatMap { $0 }), Array(x.axes.suffix(2)))
    let rows = isTurned ? last[1] : last[0]
    let width = isTurned ? last[0] : last[1]
    guard rows == steps, width.count <= 1, features.count == 3 || features.count == 2, features.last == width.first || width.isEmpty,
      front.first?.isBatch == true
    else { return nil }
    let heads = Array(front.dropFirst())
    guard heads.allSatisfy({ features.contains($0) }), heads.count == features.count - 2 else { return nil }
    return heads.first?.size ?? 1
  }

  /// A factor or a mask.
  func scaledScores(_ node: ImportedNode, _ x: Flow, _ constant: ONNXTensor) throws(Unsayable) -> Flow? {
    guard x.scores != nil || !x.picked.isEmpty else { return nil }
    var result = x
    if constant.count == 1, let number = constant.doubles.first.map({ Float($0) }), ["Mul", "Div"].contains(node.operation) {
      let factor = node.operation == "Mul" ? number : 1 / number
      if x.scores != nil { result.scores?.factor *= factor } else { result.factor *= factor }
      return result
    }
    guard let scores = x.scores, node.operation == "Add", !scores.isSoftmax else { throw Unsayable("it stands inside of an attention") }
    let steps = x.shape.dimensions[0]
    guard constant.shape.suffix(2) == [steps, steps], constant.count == steps * steps else {
      throw Unsayable("it adds something else than a mask")
    }
    let mask = constant.doubles
    let isCausal = (0..<steps * steps).allSatisfy { mask[$0] == 0 ? $0 % steps <= $0 / steps : mask[$0] < -1e9 && $0 % steps > $0 / steps }
    guard isCausal || mask.allSatisfy({ $0 == 0 }) else { throw Unsayable("its mask is not `causal`") }
    if isCausal, steps > 1 { result.scores?.isCausal = mask.contains { $0 != 0 } }
    return result
  }

  func softmax(of scores: AttentionScores, _ x: Flow, axis: Int) throws(Unsayable) -> Flow {
    guard axis == x.axes.count - 1, !scores.isSoftmax else { throw Unsayable("it goes over another axis than the keys") }
    var result = x
    result.scores?.isSoftmax = true
    return result
  }

  private func mixture(_ scores: AttentionScores, _ values: Flow) throws(Unsayable) -> Flow {
    guard scores.isSoftmax, values.source == scores.projection, headed(values, place: 2, isTurned: false) == scores.heads,
      values.factor == 1,
      let projection = stage(scores.projection), let input = projection.inputs.first, projection.word == "fc"
    else { throw Unsayable("two flows are multiplied as matrices; only those of an attention can be said") }
    let (steps, features) = (values.shape.dimensions[0], values.shape.channels / 3)
    let width = features / scores.heads
    guard projection.weights.first?.values.count == 3 * features * features else { throw Unsayable("its projections are not square") }
    var weights = projection.weights
    if weights.count == 1 { weights.append(("bias", [Float](repeating: 0, count: 3 * features))) }
    // The usual factor is 1 / sqrt(width); another one is worked into the queries.
    let factor = scores.factor * Float(width).squareRoot()
    if abs(factor - 1) > 1e-6 {
      let inputs = weights[0].values.count / (3 * features)
      for place in 0..<features * inputs { weights[0].values[place] *= factor }
      for place in 0..<features { weights[1].values[place] *= factor }
    }
    let before = flow(input, .sequence(steps: steps, features: weights[0].values.count / (3 * features)))
    let identity = (0..<features * features).map { Float($0 / features == $0 % features ? 1 : 0) }
    let result = try add(
      "attention" + (scores.heads == 1 ? "" : " heads \(scores.heads)") + (scores.isCausal ? " causal" : ""), before,
      [
        ("in_proj_weight", weights[0].values), ("in_proj_bias", weights[1].values), ("out_proj.weight", identity),
        ("out_proj.bias", [Float](repeating: 0, count: features)),
      ])
    openProjections.insert(result.source)
    var mixed = values
    (mixed.source, mixed.shape, mixed.picked) = (result.source, result.shape, [:])
    mixed.canonical[1] = values.canonical[1].filter { values.picked[$0] == nil }
    return mixed
  }

  /// The product behind the mixture is the layer's own; nil where it is another.
  func projection(_ x: Flow, _ outputs: Int, _ values: [Float], _ bias: [Float]?) throws(Unsayable) -> Flow? {
    guard openProjections.contains(x.source), x.channelAxis == x.axes.count - 1, outputs == x.shape.channels,
      !readSources.contains(x.source)
    else { return nil }
    openProjections.remove(x.source)
    if bias == nil { openBiases.insert(x.source) }
    changeStage(x.source) { stage in
      stage.weights[2].values = values
      if let bias { stage.weights[3].values = bias }
    }
    return x
  }
}
