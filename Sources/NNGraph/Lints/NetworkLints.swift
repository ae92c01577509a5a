import NNDiagnostics
import NNLayers
import NNRecipe

/// The network as the lints see it: its nodes with their places, and what belongs to training.
struct NetworkLints {
  let inference: Inference
  let recipe: Recipe
  let loss: Loss?
  let statements: [String: SourceSpan]
  let problems: Problems
  /// The shapes are those of one input among many: lints about sizes say nothing.
  let isExample: Bool

  /// Every lint over a whole network, a file each.
  func run() {
    OutputActivation(network: self).lint()
    NoNonlinearity(network: self).lint()
    DropoutAtEnd(network: self).lint()
    NormAfterDropout(network: self).lint()
    DeepSigmoid(network: self).lint()
    UnusualRate(network: self).lint()
    ActivationTwice(network: self).lint()
    NormOfOne(network: self).lint()
    LargeScale(network: self).lint()
    guard !isExample else { return }
    SizeOrder.lint(self)
    WindowOverImage(network: self).lint()
    ReceptiveField(network: self).lint()
    DominantLayer(network: self).lint()
  }

  var nodes: [Node] { inference.nodes }

  /// The node that a node reads, where it reads one only.
  func producer(of index: Int) -> Int? {
    guard nodes[index].inputs.count == 1, case .node(let before)? = nodes[index].inputs.first else { return nil }
    return before
  }

  /// The nearest node above for which `isWanted` holds, passing over those for which `isPassed` does.
  func nearest(above index: Int, passing isPassed: (any Layer) -> Bool, where isWanted: (any Layer) -> Bool) -> Int? {
    var current = producer(of: index)
    while let node = current {
      if isWanted(nodes[node].layer) { return node }
      guard isPassed(nodes[node].layer) else { return nil }
      current = producer(of: node)
    }
    return nil
  }

  /// The layer of the file behind a node; nil for what nnc inserts and for joins.
  func bound(_ index: Int) -> BoundLayer? { inference.step(of: index).bound }

  /// The word and arguments of a node, without the activation behind it.
  func span(of index: Int) -> SourceSpan { bound(index)?.span ?? inference.step(of: index).span }

  func word(of index: Int) -> String { type(of: nodes[index].layer).signature.word }

  /// The activation that gives the network's numbers; what only drops or arranges them is passed over.
  var lastActivation: Int? {
    guard let last = nodes.indices.last else { return nil }
    let isActivation: (any Layer) -> Bool = { type(of: $0).signature.isActivation }
    if isActivation(nodes[last].layer) { return last }
    guard nodes[last].layer is Dropout || nodes[last].layer is Flatten else { return nil }
    return nearest(above: last, passing: { $0 is Dropout || $0 is Flatten }, where: isActivation)
  }
}
