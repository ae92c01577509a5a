import NNDiagnostics
import NNLayers

/// What to do where a window no longer fits: padding in every convolution, tried out, or fewer layers.
struct PaddingHelp {
  let messages: ShapeMessages

  var fixes: [Diagnostic.Fix] {
    guard let padded = padding else { return [.init("remove the last \(lastLayers)")] }
    return [padded, .init("or remove the last \(lastLayers)")]
  }

  /// `pad (k-1)/2` in every convolution that has none, with the shape that this line would then get.
  private var padding: Diagnostic.Fix? {
    let inference = messages.inference
    var network = inference.network
    var first: (span: SourceSpan, pad: Int)?
    network.elements = network.elements.map { $0.padded(&first) }
    guard let first else { return nil }
    var attempt = Inference(network, input: inference.input, facts: inference.facts, problems: nil, watching: messages.stage.id)
    _ = attempt.run()
    guard let shape = attempt.watched?.input, !attempt.hasFailed || attempt.reached > inference.reached else { return nil }
    let place = SourceSpan(first.span.file, first.span.end, first.span.end)
    return .init(
      "keep the size with padding in every conv; this line would then receive \(shape)", .probable,
      edits: [.init(place, " pad \(first.pad)")])
  }

  /// The layer that does not fit, and the pool behind it.
  private var lastLayers: String {
    let word = messages.bound.signature.word
    guard let next = messages.inference.network.stage(after: messages.stage.id), next.layer?.layer is any WindowedPool,
      !(messages.bound.layer is any WindowedPool)
    else { return "`\(word)`" }
    return "`\(word)` and `\(next.facts.op)`"
  }
}

extension Network {
  /// The stage written out after another, in the same run of stages.
  func stage(after id: Int) -> StageElement? { Network.stage(after: id, in: elements) }

  private static func stage(after id: Int, in elements: [Element]) -> StageElement? {
    for (index, element) in elements.enumerated() {
      switch element {
      case .stage(let stage):
        guard stage.id == id else { continue }
        let next = elements[(index + 1)...].first { element in
          if case .stage(let stage) = element { stage.layer.map { !$0.signature.isActivation } ?? true } else { true }
        }
        if case .stage(let stage)? = next { return stage }
        return nil
      case .residual(let residual): if let found = stage(after: id, in: residual.body) { return found }
      case .branch(let branch): for group in branch.groups { if let found = stage(after: id, in: group.elements) { return found } }
      case .group(let inner, _): if let found = stage(after: id, in: inner) { return found }
      }
    }
    return nil
  }
}

extension Element {
  /// With padding in every convolution of an odd window that has none; `first` is where the first of them is written.
  fileprivate func padded(_ first: inout (span: SourceSpan, pad: Int)?) -> Element {
    switch self {
    case .stage(var stage):
      if let bound = stage.layer, let (padded, pad) = bound.padded {
        if first == nil, let span = bound.bound.spans["size"] { first = (span, pad) }
        stage.layer = padded
      }
      return .stage(stage)
    case .residual(var residual):
      residual.body = residual.body.map { $0.padded(&first) }
      return .residual(residual)
    case .branch(var branch):
      branch.groups = branch.groups.map { group in (elements: group.elements.map { $0.padded(&first) }, span: group.span) }
      return .branch(branch)
    case .group(let elements, let ending): return .group(elements.map { $0.padded(&first) }, ending)
    }
  }
}

extension BoundLayer {
  fileprivate var padded: (layer: BoundLayer, pad: Int)? {
    guard layer is Conv || layer is DepthwiseConv, bound.arguments.integer("pad") == 0, let size = bound.arguments.size("size"),
      size.count >= 2, size[0] == (size.count == 3 ? size[1] : size[0]), size[0] % 2 == 1, size[0] > 1
    else { return nil }
    var changed = self
    changed.bound.values["pad"] = .integer(size[0] / 2)
    guard let made = try? type(of: layer).init(changed.bound.arguments) else { return nil }
    changed.layer = made
    return (changed, size[0] / 2)
  }
}
