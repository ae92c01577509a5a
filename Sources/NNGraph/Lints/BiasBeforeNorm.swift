import NNDiagnostics
import NNLayers

/// NN354: `bn` takes the mean off again that a bias right before it adds.
enum BiasBeforeNorm {
  static func lint(_ elements: [Element], _ problems: Problems) {
    for (element, next) in zip(elements, elements.dropFirst()) {
      guard case .stage(let stage) = element, case .stage(let norm) = next, norm.layer?.layer is BatchNorm, stage.activation == nil,
        stage.ending.label == nil, let bound = stage.layer, bound.signature.flags.contains(where: { $0.name == "nobias" }),
        !bound.bound.flags.contains("nobias")
      else { continue }
      let place = bound.span.atEnd
      problems.warn(
        .biasBeforeNorm, "the bias of `\(bound.signature.word)` has no effect before `bn`", at: bound.span, "adds a bias",
        labels: [.init(norm.facts.span, "takes the mean off again")],
        fixes: [.init("add `nobias`", .certain, edits: [.init(place, " nobias")])])
    }
    for element in elements {
      for group in element.groups { lint(group, problems) }
    }
  }
}

extension Element {
  /// The runs of elements inside.
  var groups: [[Element]] {
    switch self {
    case .stage: return []
    case .residual(let residual):
      if case .group(let via)? = residual.via { return [residual.body, via] }
      return [residual.body]
    case .branch(let branch): return branch.groups.map(\.elements)
    case .group(let elements, _): return [elements]
    }
  }
}
