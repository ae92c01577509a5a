import NNDiagnostics
import NNLayers

/// The words for sides of a `res` and groups of a `branch` that do not fit together: NN305, NN306.
struct JoinMessages {
  let trail: Trail

  func residual(_ residual: ResidualElement, body: Flow, shortcut: Flow) -> Diagnostic {
    var fixes: [Diagnostic.Fix] = []
    if residual.via == nil {
      // Behind the blank that follows, so that the new words stand together.
      let (file, end) = (residual.bodySpan.file, residual.bodySpan.end)
      let isFollowed = end < file.bytes.count && file.bytes[end] == UInt8(ascii: " ")
      let place = SourceSpan(file, isFollowed ? end + 1 : end, isFollowed ? end + 1 : end)
      func via(_ text: String) -> [Diagnostic.Edit] { [.init(place, isFollowed ? "via \(text) " : " via \(text)")] }
      if let projection = Projection(from: shortcut.shape, to: body.shape, normalized: residual.endsWithNorm) {
        let title = projection.isConvolution ? "project the shortcut with a 1x1 convolution" : "project the shortcut"
        fixes = [
          .init(title, .probable, edits: via("{ \(projection.text) }")),
          .init("or let nnc insert it where needed: `via auto`"),
        ]
      }
    }
    var diagnostic = Diagnostic(
      .residualShapes, "the two sides of `res` have different shapes", at: residual.keyword,
      "shortcut \(shortcut.shape), body \(body.shape)", labels: causes(residual.body, from: shortcut.shape, to: body.shape), fixes: fixes)
    diagnostic.candidates = [Repairs.padding(in: residual.body)].compactMap { $0 }
    if residual.via == nil, let padded = diagnostic.candidates.first {
      let end = residual.bodySpan.atEnd
      diagnostic.candidates.append(
        .init("\(padded.title), and let nnc project the shortcut", .probable, edits: padded.edits + [.init(end, " via auto")]))
    }
    return diagnostic
  }

  func projection(_ residual: ResidualElement, _ span: SourceSpan, from: Shape, to: Shape) -> Diagnostic {
    Diagnostic(
      .residualShapes, "no 1x1 convolution turns \(from) into \(to)", at: span, "shortcut \(from), body \(to)",
      labels: causes(residual.body, from: from, to: to),
      notes: ["`via auto` can change the channels and move by a stride; it cannot enlarge, and it takes a window of 1"])
  }

  /// The stages of the body that made the difference.
  private func causes(_ body: [Element], from: Shape, to: Shape) -> [Diagnostic.Label] {
    guard case .image(let height, let width, let channels) = from, case .image(let outHeight, let outWidth, let outChannels) = to else {
      return []
    }
    let layers = body.flatMap(\.stages).compactMap(\.layer)
    var labels: [Diagnostic.Label] = []
    if outHeight != height || outWidth != width {
      let strided = layers.first { ($0.bound.arguments.integer("stride") ?? 1) > 1 || $0.bound.arguments.size("stride") != nil }
      let span = strided.flatMap { $0.bound.wholeSpans["stride"] } ?? layers.first { $0.layer is any WindowedPool }?.span
      let halves = (height + 1) / 2 == outHeight && (width + 1) / 2 == outWidth
      if let span { labels.append(.init(span, halves ? "halves height and width" : "\(height)x\(width) becomes \(outHeight)x\(outWidth)")) }
    }
    if outChannels != channels {
      let first = layers.first { $0.bound.arguments.size("size").map { $0.count == 3 && $0[2] == outChannels } ?? false }
      if let span = first?.bound.spans["size"] {
        labels.append(.init(span, "\(channels) \(channels == 1 ? "channel becomes" : "channels become") \(outChannels)"))
      }
    }
    return labels
  }

  func branch(_ branch: BranchElement, _ results: [Flow]) -> Diagnostic {
    let isConcat = branch.join == .concat
    let first = results[0].shape
    let odd = results.firstIndex { isConcat ? !JoinMessages.canConcat(first, $0.shape) : $0.shape != first } ?? results.count - 1
    let labels = results.indices.filter { $0 != odd }.map { Diagnostic.Label(branch.groups[$0].span, "\(results[$0].shape)") }
    let areImages = results.allSatisfy { $0.shape.kind == .image }
    let what = isConcat ? (areImages ? "equal height and width" : "equal sizes before the last") : "equal shapes"
    let help = keepSize(branch.groups[odd].elements)
    var diagnostic = Diagnostic(
      .branchShapes, "`branch \(branch.join.rawValue)` needs \(what)", at: branch.groups[odd].span, "\(results[odd].shape)", labels: labels,
      notes: help.note.map { [$0] } ?? [], fixes: help.fix.map { [$0] } ?? [])
    diagnostic.candidates = [Repairs.padding(in: branch.groups.flatMap(\.elements))].compactMap { $0 }
    return diagnostic
  }

  private static func canConcat(_ a: Shape, _ b: Shape) -> Bool {
    a.kind == b.kind && a.dimensions.dropLast() == b.dimensions.dropLast()
  }

  /// For the first window of a group that changes the size: how to keep it.
  private func keepSize(_ elements: [Element]) -> (note: String?, fix: Diagnostic.Fix?) {
    for layer in elements.flatMap(\.stages).compactMap(\.layer) {
      let arguments = layer.bound.arguments
      let place = layer.span.atEnd
      if layer.layer is any WindowedPool, let window = arguments.integer("size"), arguments["stride"] == nil {
        let note = "`\(layer.text)` moves by \(window): the stride is the window unless you say otherwise"
        guard window % 2 == 1, arguments.integer("pad") == 0 else { return (note, nil) }
        return (note, .init("keep the size", .probable, edits: [.init(place, " stride 1 pad \(window / 2)")]))
      }
      guard arguments.integer("pad") == 0, let size = arguments.size("size"), size.count == 3, size[0] == size[1], size[0] > 1,
        size[0] % 2 == 1, arguments.integer("stride") == 1
      else { continue }
      return (nil, .init("keep the size", .probable, edits: [.init(place, " pad \(size[0] / 2)")]))
    }
    return (nil, nil)
  }
}

extension Element {
  /// The built-in layers of an element, in order.
  var stages: [StageElement] {
    switch self {
    case .stage(let stage): [stage]
    case .residual(let residual): residual.body.flatMap(\.stages)
    case .branch(let branch): branch.groups.flatMap { $0.elements.flatMap(\.stages) }
    case .group(let elements, _): elements.flatMap(\.stages)
    }
  }
}
