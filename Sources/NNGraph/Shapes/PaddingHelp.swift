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
    var places = PaddedPlaces()
    network.elements = network.elements.map { $0.padded(&places) }
    guard !places.edits.isEmpty else { return nil }
    var attempt = Inference(network, input: inference.input, facts: inference.facts, problems: nil, watching: messages.stage.id)
    _ = attempt.run()
    guard let shape = attempt.watched?.input, !attempt.hasFailed || attempt.reached > inference.reached else { return nil }
    return .init(
      "keep the size with padding in every conv; this line would then receive \(shape)", .probable, edits: places.edits, shownEdits: 1
    )
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
  /// With padding in every convolution of an odd window that has none; `places` is where they are written.
  func padded(_ places: inout PaddedPlaces) -> Element {
    switch self {
    case .stage(var stage):
      if let bound = stage.layer, let padded = bound.padded, let edit = bound.paddingEdit {
        places.add(edit, to: bound.word.span)
        stage.layer = padded
      }
      return .stage(stage)
    case .residual(var residual):
      residual.body = residual.body.map { $0.padded(&places) }
      return .residual(residual)
    case .branch(var branch):
      branch.groups = branch.groups.map { group in (elements: group.elements.map { $0.padded(&places) }, span: group.span) }
      return .branch(branch)
    case .group(let elements, let ending): return .group(elements.map { $0.padded(&places) }, ending)
    }
  }
}

/// The convolutions of the text that get padding; one of a block or `repeat` stands for many stages.
struct PaddedPlaces {
  private(set) var edits: [Diagnostic.Edit] = []
  private var words: Set<SourceSpan> = []

  mutating func add(_ edit: Diagnostic.Edit, to word: SourceSpan) {
    if words.insert(word).inserted { edits.append(edit) }
  }
}

extension BoundLayer {
  /// The padding that keeps the size of a convolution with an odd window and none of its own.
  private var keepingPadding: Int? {
    guard layer is Conv || layer is DepthwiseConv, bound.arguments.integer("pad") == 0, let size = bound.arguments.size("size"),
      size.count >= 2, size[0] == (size.count == 3 ? size[1] : size[0]), size[0] % 2 == 1, size[0] > 1
    else { return nil }
    return size[0] / 2
  }

  /// Writes that padding, in place of one that is written already.
  var paddingEdit: Diagnostic.Edit? {
    guard let pad = keepingPadding, let size = bound.spans["size"] else { return nil }
    if let written = bound.spans["pad"] { return Diagnostic.Edit(written, "\(pad)") }
    return Diagnostic.Edit(size.atEnd, " pad \(pad)")
  }

  fileprivate var padded: BoundLayer? {
    guard let pad = keepingPadding else { return nil }
    var changed = self
    changed.bound.values["pad"] = .integer(pad)
    guard let made = try? type(of: layer).init(changed.bound.arguments) else { return nil }
    changed.layer = made
    return changed
  }
}
