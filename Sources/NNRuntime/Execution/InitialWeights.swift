import NNGraph
import NNLayers
import NNRecipe

extension Weights {
  /// What a run with this seed starts from. Every tensor has a stream of random numbers of its own, so that a change in one layer leaves the
  /// start of the others as it was.
  public init(initial model: Model, layout: WeightLayout) {
    self.init(layout: layout)
    let consumers = model.consumers
    let rectified = model.nodes.indices.map { model.isBeforeRectifier($0, consumers) }
    for (index, tensor) in layout.tensors.enumerated() {
      var random = Random(seed: model.recipe.seed, .weights, UInt64(index))
      let values = tensor.spec.initialValues(
        model.recipe.initializer, beforeRectifier: rectified[tensor.node], random: &random)
      set(values, tensor)
    }
  }
}

extension Model {
  /// By node: the nodes that read it.
  fileprivate var consumers: [[Int]] {
    var result = [[Int]](repeating: [], count: nodes.count)
    for (index, node) in nodes.enumerated() {
      for case .node(let source) in node.inputs { result[source].append(index) }
    }
    return result
  }

  /// Whether what a node gives goes into relu or its like, with nothing but norms, pools, sums and such between: no other weights that mix.
  fileprivate func isBeforeRectifier(_ index: Int, _ consumers: [[Int]]) -> Bool {
    guard !nodes[index].weights.isEmpty else { return false }
    var pending = [index]
    var seen: Set<Int> = []
    while let node = pending.popLast() {
      for next in consumers[node] where seen.insert(next).inserted {
        if let activation = nodes[next].layer as? any Pointwise {
          if activation.isRectifier { return true }
        } else if !nodes[next].weights.contains(where: { $0.role.mixes }) {
          pending.append(next)
        }
      }
    }
    return false
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
