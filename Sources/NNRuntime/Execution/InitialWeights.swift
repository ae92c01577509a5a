import NNGraph
import NNLayers
import NNRecipe

extension Weights {
  /// What a run with this seed starts from. Every tensor has a stream of random numbers of its own, so that a change in one layer leaves the
  /// start of the others as it was.
  public init(initial model: Model, layout: WeightLayout) {
    self.init(layout: layout)
    let rectified = model.goesIntoRectifier
    for (index, tensor) in layout.tensors.enumerated() {
      var random = Random(seed: model.recipe.seed, .weights, UInt64(index))
      let values = tensor.spec.initialValues(
        model.recipe.initializer, beforeRectifier: rectified[tensor.node], random: &random)
      set(values, tensor)
    }
  }
}

extension Model {
  /// By node: whether what it gives goes into relu or its like, with nothing but norms, pools, sums and such between: no other weights that mix.
  fileprivate var goesIntoRectifier: [Bool] {
    var result = [Bool](repeating: false, count: nodes.count)
    // Whoever reads a node stands behind it.
    for (index, node) in nodes.enumerated().reversed() {
      let leads = (node.layer as? any Pointwise)?.isRectifier ?? (result[index] && !node.weights.contains { $0.role.mixes })
      for case .node(let source) in node.inputs where leads { result[source] = true }
    }
    return result
  }
}

extension WeightSpec.Role {
  /// A matrix or a convolution, in contrast to a scale or a shift.
  fileprivate var mixes: Bool {
    switch self {
    case .kernel, .recurrent, .embedding: true
    case .bias, .scale, .running: false
    }
  }
}
