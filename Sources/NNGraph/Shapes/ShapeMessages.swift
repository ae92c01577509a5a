import NNDiagnostics
import NNLayers

/// What a layer refuses, in words: facts and the trail become a diagnostic.
struct ShapeMessages {
  let inference: Inference
  let stage: StageElement
  let bound: BoundLayer
  let inputs: [Flow]

  private var input: Shape { inputs[0].shape }
  private var word: String { bound.signature.word }

  func diagnostic(for problem: LayerProblem) -> Diagnostic {
    var diagnostic = words(for: problem)
    diagnostic.candidates = repairs(for: problem)
    if case .window = problem, let turned = diagnostic.candidates.first, turned.edits.first?.replacement.hasPrefix("input ") == true {
      diagnostic.fixes.insert(turned, at: 0)
    }
    return diagnostic
  }

  /// What is tried before the message is shown.
  private func repairs(for problem: LayerProblem) -> [Diagnostic.Fix] {
    let repairs = Repairs(bound: bound, input: input, path: inference.trail.path(to: inputs[0].step))
    switch problem {
    case .window: return repairs.forWindow
    case .kind(let needs, _): return repairs.forKind(needs)
    case .divide(let argument, let value, _, let count): return repairs.forDivisor(argument, value, of: count)
    case .reshape(_, let sizes): return repairs.forReshape(sizes)
    case .join, .value, .tooLarge: return []
    }
  }

  private func words(for problem: LayerProblem) -> Diagnostic {
    switch problem {
    case .window(let height, let width, _): window(height, width)
    case .kind(let needs, let input): kind(needs, input)
    case .divide(let argument, let value, let what, let count): divide(argument, value, what, count)
    case .join: join
    case .reshape(let from, let to): reshape(from, to)
    case .value(let argument, let message): Diagnostic(.outOfRange, message, at: bound.bound.spans[argument] ?? bound.span, "gets \(input)")
    case .tooLarge: Diagnostic(.memory, "`\(bound.text)` on \(input) is larger than any machine can hold", at: bound.span)
    }
  }

  // MARK: NN301

  private func window(_ height: Int, _ width: Int) -> Diagnostic {
    let isSequence = input.kind == .sequence
    let message =
      isSequence
      ? "a window of \(height) steps does not fit into a sequence of \(input.dimensions[0])"
      : "a \(height)x\(width) window does not fit into a \(input.dimensions[0])x\(input.dimensions[1]) image"
    let needs = isSequence ? "needs at least \(height) steps, gets \(input)" : "needs at least \(height)x\(width), gets \(input)"
    return Diagnostic(
      .windowTooLarge, message, at: bound.span, needs, notes: [trailNote], fixes: PaddingHelp(messages: self).fixes)
  }

  /// Every stage so far that changed the shape, with its line.
  private var trailNote: String {
    let steps = inference.trail.path(to: inputs[0].step).filter { !$0.isQuiet }
    let shown = steps.count > 16 ? Array(steps.prefix(4)) + Array(steps.suffix(10)) : steps
    let texts = (shown.map(\.text).map(\.count).max() ?? 0, shown.map { "\($0.shape)".count }.max() ?? 0)
    var lines = shown.enumerated().map { index, step in
      let place = index == 0 && inference.facts.inputSpan == nil ? "" : place(of: step)
      let line = "\(step.text.padded(to: max(texts.0, 24)))  \("\(step.shape)".padded(to: texts.1))  \(place)"
      return step.note.isEmpty ? line : "\(line)   \(step.note)"
    }
    if shown.count < steps.count { lines.insert("… \(steps.count - shown.count) more", at: 4) }
    return (["shapes so far"] + lines.map { "      " + $0.trimmedAtEnd() }).joined(separator: "\n")
  }

  private func place(of step: Trail.Step) -> String {
    let line = "line \(step.span.startPosition.line)"
    if step.span.file === inference.facts.file { return line }
    return step.span.file.name.hasPrefix("--") ? step.span.file.name : "\(step.span.file.name) \(line)"
  }

  // MARK: NN302

  private func kind(_ needs: [Shape.Kind], _ input: Shape) -> Diagnostic {
    let name = bound.signature.takes.contains(input.kind) ? bound.text : word
    let kinds = needs.map(\.withArticle).joined(separator: " or ")
    let label = needs.count == 1 ? "takes \(needs[0].meaning)" : "takes \(needs.map(\.form).joined(separator: " or "))"
    let change = change(to: input.kind)
    var notes: [String] = []
    if needs.contains(.image), input.kind == .vector, change.wasImage {
      notes = ["order the layers so that all `conv` and pooling come before the first `fc`"]
    }
    return Diagnostic(
      .wrongKind, "`\(name)` needs \(kinds), but this is \(input.phrase)", at: bound.span, label, labels: change.labels, notes: notes,
      fixes: kindFixes(needs, input))
  }

  /// Where the flow last became what it is.
  private func change(to kind: Shape.Kind) -> (labels: [Diagnostic.Label], wasImage: Bool) {
    let path = inference.trail.path(to: inputs[0].step)
    for index in path.indices.dropFirst().reversed() where path[index - 1].shape.kind != kind {
      let before = path[index - 1].shape
      let text = "here \(before.kind == .tokens ? "the" : "the \(before.kind.rawValue)") \(before) became \(kind.withArticle)"
      return ([.init(path[index].span, text)], before.kind == .image)
    }
    guard inference.facts.inputSpan != nil, let first = path.first else { return ([], false) }
    return ([.init(first.span, "the input is \(kind.withArticle)")], false)
  }

  private func kindFixes(_ needs: [Shape.Kind], _ input: Shape) -> [Diagnostic.Fix] {
    let start = bound.span.atStart
    switch (input.kind, needs.contains(.vector), needs.contains(.image)) {
    case (.image, false, _) where bound.bound.arguments.size("size")?.count == 2:
      return [.init("a window over an image has three sizes, the channels that come out last: `\(word) 3x3x32`")]
    case (.image, true, _): return [.init("flatten the image first", .probable, edits: [.init(start, "flatten | ")])]
    case (.sequence, _, true) where !needs.contains(.sequence):
      return [.init("an image has height, width and channels: `input \(input)x1` for a grey one")]
    case (.vector, _, true):
      return inference.trail.path(to: inputs[0].step).allSatisfy { $0.shape.kind == .vector }
        ? [.init("an image is written as height x width x channels: `input 28x28x1`")] : []
    case _: return []
    }
  }

  // MARK: The others

  private func divide(_ argument: String, _ value: Int, _ what: String, _ count: Int) -> Diagnostic {
    let span = bound.bound.spans[argument] ?? bound.span
    let divisors = (1...max(1, min(count, 1 << 16))).filter { count % $0 == 0 }
    let smaller = divisors.last { $0 < value }
    let larger = divisors.first { $0 > value }
    let near = [smaller, larger].compactMap { $0 }.map { "\($0)" }
    let name = bound.bound.spans[argument] == nil ? "\(value)" : "`\(argument) \(value)`"
    return Diagnostic(
      .notDivisible, "\(name) does not divide the \(count) \(what)", at: span, "\(count) / \(value) is not whole",
      notes: near.isEmpty ? [] : ["numbers near it that do: \(near.joined(separator: ", "))"])
  }

  private func reshape(_ from: Shape, _ to: [Int]) -> Diagnostic {
    let wanted = to.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    return Diagnostic(
      .reshapeCount, "`\(bound.text)` holds \(wanted.grouped) numbers, but this is \(from.count.grouped)",
      at: bound.bound.spans["shape"] ?? bound.span, "gets \(from)")
  }

  private var join: Diagnostic {
    let shapes = inputs.map(\.shape)
    let other = shapes.count > 1 ? shapes[1] : input
    let label = stage.joined?.span ?? bound.span
    let cause: [Diagnostic.Label] =
      inputs.count > 1 && inputs[1].step > 0 ? [.init(inference.trail.steps[inputs[1].step].span, "gives \(other)")] : []
    let isConcat = bound.layer is Concat
    return Diagnostic(
      isConcat ? .branchShapes : .residualShapes,
      isConcat ? "`\(bound.text)` cannot join \(input) and \(other)" : "the two sides of `\(bound.text)` have different shapes", at: label,
      "\(input) here, \(other) there", labels: cause,
      notes: isConcat ? ["everything but the channels must agree"] : ["nnc never stretches one side to fit the other"])
  }

  /// NN308
  static func stated(_ stated: (dimensions: [Int], span: SourceSpan), _ shape: Shape) -> Diagnostic {
    let promised = stated.dimensions.map { "\($0)" }.joined(separator: "x")
    return Diagnostic(
      .statedShape, "the shape after this stage is \(shape), not \(promised)", at: stated.span, "stated",
      fixes: [.init("if the network is right", .probable, edits: [.init(stated.span, "\(shape)")])])
  }
}
