import NNDiagnostics
import NNLayers
import NNRecipe

/// Loss and last activation are one fact, and the output has to fit the classes or targets of the data.
struct LossAgreement {
  let inference: Inference
  let output: Flow
  let facts: ShapeFacts
  let recipe: Recipe
  let data: DataFacts?
  let statements: [String: SourceSpan]
  let problems: Problems

  /// The loss of the file, or the one that follows from the last layer; nil where that is not understood yet, as `fc $classes softmax -> 3` without
  /// data.
  func check() -> Loss? {
    let last = lastActivation
    guard let loss = recipe.loss ?? (end == .input && inference.hasGap ? nil : derived(from: last)) else { return nil }
    if recipe.loss != nil { checkActivation(loss, last) }
    checkOutput(loss)
    return loss
  }

  /// Where the output comes from; what only moves or drops numbers is passed over.
  private var end: Node.Source {
    var source = output.source
    while case .node(let index) = source {
      let node = inference.nodes[index]
      guard node.layer is Dropout || node.layer is Flatten, let before = node.inputs.first else { break }
      source = before
    }
    return source
  }

  /// The last layer, where it changes numbers one by one or row by row.
  private var lastActivation: (any Layer)? {
    guard case .node(let index) = end, type(of: inference.nodes[index].layer).signature.isActivation else { return nil }
    return inference.nodes[index].layer
  }

  private func derived(from last: (any Layer)?) -> Loss {
    if inference.nodes.last?.layer is Svm { return .hinge }
    if last is Softmax { return .crossEntropy(smooth: 0) }
    return last is Sigmoid ? .binaryCrossEntropy : .meanSquaredError
  }

  // MARK: NN401

  private func checkActivation(_ loss: Loss, _ last: (any Layer)?) {
    let word = last.map { type(of: $0).signature.word } ?? "linear"
    let fitting: [String]
    switch loss {
    case .crossEntropy: fitting = ["softmax", "linear"]
    case .binaryCrossEntropy: fitting = ["sigmoid", "linear"]
    case .hinge: fitting = ["linear", "tanh"]
    case .meanSquaredError, .meanAbsoluteError, .huber: return
    }
    if fitting.contains(word) {
      if case .crossEntropy = loss, output.shape.lastDimension == 1, !(last is Softmax) { reportOneOutput() }
      return
    }
    let wanted = fitting[0]
    let span = lastStep.bound?.word.span ?? lastStep.span
    let fix: Diagnostic.Fix =
      wanted == "linear"
      ? .init("remove the activation: the margin is measured on plain numbers")
      : .init("end with `\(wanted)`", .probable, edits: [.init(span, wanted)])
    problems.add(
      .softmaxOfOne, "`loss \(loss.word)` does not belong to a network that ends with `\(word)`", at: span,
      "`\(loss.word)` needs `\(wanted)` here", labels: statements["loss"].map { [.init($0, "the loss")] } ?? [],
      notes: ["without `loss`, it follows from the last layer"], fixes: [fix])
  }

  private func reportOneOutput() {
    problems.add(
      .softmaxOfOne, "`cross_entropy` over one value is always 0", at: lastLayerStep.span, "one output",
      labels: statements["loss"].map { [.init($0, "the loss")] } ?? [],
      fixes: [.init("two classes, one probability: end with `sigmoid`"), .init("or one output per class: `fc 2 softmax`")])
  }

  // MARK: NN304, NN307, NN502

  private func checkOutput(_ loss: Loss) {
    if let classes = facts.classes { return checkClasses(classes, loss) }
    if output.shape.kind == .sequence, let data, data.hasTargetPerStep == false { return reportSteps("one target") }
    guard let width = data?.targetWidth, output.shape.kind == .vector, output.shape.count != width else { return }
    let step = lastLayerStep
    let outputs = output.shape.count
    var fixes: [Diagnostic.Fix] = []
    if let bound = step.bound, let span = bound.bound.spans["outputs"] {
      let (start, end) = (SourceSpan(span.file, bound.span.start, span.start).text, SourceSpan(span.file, span.end, bound.span.end).text)
      fixes = [.init(width == 1 ? "one output" : "\(width) outputs", .probable, edits: [.init(bound.span, "\(start)\(width)\(end)")])]
    }
    problems.add(
      .targetShape,
      "the network gives \(counted(outputs, "number")) per row, the target is \(counted(width, "number"))",
      at: step.bound?.span ?? step.span, counted(outputs, "output"),
      labels: statements["data"].map { [.init(targetArgument(of: $0), counted(width, "column"))] } ?? [],
      notes: ["nnc never stretches one side to fit the other; \(outputs) against \(width) would train on a wrong loss"], fixes: fixes)
  }

  /// `target 9` of a `data` statement; the whole of one that has none.
  private func targetArgument(of statement: SourceSpan) -> SourceSpan {
    let words = statement.text.utf8
    var start = statement.start
    var found: Int?
    for word in words.split(omittingEmptySubsequences: false, whereSeparator: { $0 == UInt8(ascii: " ") }) {
      if let found, !word.isEmpty { return SourceSpan(statement.file, found, start + word.count) }
      if found == nil, word.elementsEqual("target".utf8) { found = start }
      start += word.count + 1
    }
    return statement
  }

  private func checkClasses(_ classes: Int, _ loss: Loss) {
    if let found = facts.dataClasses, found != classes { reportStatement(classes, found) }
    if let found = facts.dataClasses, found != classes { return }
    if case .tokens(let steps, let vocabulary) = inference.input, let found = data?.vocabulary {
      // Of a wrong `vocab` the `input` statement is told already.
      guard vocabulary == found else { return }
      if case .sequence(let outSteps, _) = output.shape, outSteps != steps { return reportTextSteps(outSteps, steps) }
    }
    if output.shape.kind == .sequence, !mayHaveTargetPerStep { return reportSteps("one label") }
    let outputs = output.shape.lastDimension
    if output.shape.kind == .image { return reportImage() }
    let isBinary = classes == 2 && outputs == 1
    if outputs == classes || isBinary { return }
    reportCount(outputs, classes)
  }

  /// A text has a next character at every step; a label belongs to a whole sequence.
  private var mayHaveTargetPerStep: Bool {
    if let known = data?.hasTargetPerStep { return known }
    if data?.vocabulary != nil { return true }
    switch recipe.data {
    case .text?: return true
    case .named(let name)?: return name == "macbeth"
    case .path?: return true
    case .folder?, .csv?, .idx?, .cifar?, .npz?, .sine?: return false
    case nil:
      // Without a word on the data, as many classes as characters are the characters.
      if case .tokens(_, let vocabulary) = inference.input { return vocabulary == facts.classes }
      return false
    }
  }

  private func reportStatement(_ classes: Int, _ found: Int) {
    let names = data.map { $0.classNames.isEmpty ? "" : ": \($0.classNames.joined(separator: ", "))" } ?? ""
    problems.add(
      .classCount, "`classes` says \(classes), the data has \(found) classes", at: statements["classes"], "\(classes) classes",
      notes: ["classes found in \(data?.classesOrigin ?? "the data")\(names)"])
  }

  private func reportCount(_ outputs: Int, _ classes: Int) {
    let step = lastLayerStep
    if data?.vocabulary != nil, facts.classesSpan == nil { return reportCharacters(outputs, classes, step) }
    let isStatement = facts.classesSpan != nil
    var fixes: [Diagnostic.Fix] = []
    if let span = step.bound?.bound.spans["outputs"], !step.span.text.contains("$classes") {
      fixes = [.init("take the number from \(isStatement ? "`classes`" : "the data")", .probable, edits: [.init(span, "$classes")])]
    }
    let names = facts.classNames.joined(separator: ", ")
    let notes = isStatement || facts.classNames.isEmpty ? [] : ["classes found in \(facts.classesOrigin ?? "the data"): \(names)"]
    let values = counted(outputs, "value")
    problems.add(
      .classCount, "the network gives \(values), \(isStatement ? "`classes` lists \(classes)" : "the data has \(classes) classes")",
      at: step.bound?.span ?? step.span, counted(outputs, "output"),
      labels: facts.classesSpan.map { [.init($0, "\(classes) classes")] } ?? [], notes: notes, fixes: fixes)
  }

  private func reportCharacters(_ outputs: Int, _ characters: Int, _ step: Trail.Step) {
    let edits = step.bound?.bound.spans["outputs"].map { [Diagnostic.Edit($0, "$vocab")] } ?? []
    problems.add(
      .classCount, "the network gives \(counted(outputs, "value")), the text has \(characters) different characters",
      at: step.bound?.span ?? step.span, counted(outputs, "output"),
      fixes: [.init("take the number from the text", edits.isEmpty ? .manual : .probable, edits: edits)])
  }

  /// A text has a next character for every step that goes in.
  private func reportTextSteps(_ outputs: Int, _ steps: Int) {
    let path = inference.trail.path(to: output.step)
    let change = Array(zip(path, path.dropFirst())).last { $0.shape.dimensions[0] != $1.shape.dimensions[0] }?.1
    problems.add(
      .stepsAndLabels, "the network gives \(outputs) predictions, a window of the text has \(steps) steps with a next character each",
      at: lastLayerStep.span, "\(output.shape)",
      labels: change.map { [.init($0.bound?.span ?? $0.span, "\(steps) steps become \(outputs)")] } ?? [],
      fixes: [.init("keep all steps (`pad same`), or take one with `last`")])
  }

  private func reportImage() {
    let step = lastLayerStep
    let place = lastStep.span.atEnd
    var problem = Diagnostic(
      .classCount, "the network gives an image \(output.shape), the data has one class per example", at: step.span, "\(output.shape)",
      labels: facts.classesSpan.map { [.init($0, "\(facts.classes ?? 0) classes")] } ?? [],
      fixes: [.init("end with one number per class: `gap | fc $classes softmax`")])
    problem.candidates = [
      .init("take the mean over all places, then one number per class", .probable, edits: [.init(place, " | gap | fc $classes softmax")])
    ]
    problems.add(problem)
  }

  /// - Parameter targets: what the data has for each sequence.
  private func reportSteps(_ targets: String) {
    let path = inference.trail.path(to: output.step)
    let step = path.last { $0.bound != nil } ?? lastStep
    let before = path.last { $0.shape.kind == .sequence && $0.span != step.span }
    var labels: [Diagnostic.Label] = []
    if let before { labels = [.init(before.span, "keeps all \(before.shape.dimensions[0]) steps: \(before.shape)")] }
    let isSameFile = before.map { $0.span.file === step.span.file && $0.span.end <= step.span.start } ?? false
    let place = isSameFile ? before?.span.end ?? step.span.start : step.span.start
    let edit = Diagnostic.Edit(SourceSpan(step.span.file, place, place), isSameFile ? " | last" : "last | ")
    problems.add(
      .stepsAndLabels, "the network gives one prediction per time step, the data has \(targets) per sequence", at: step.span,
      "\(output.shape)", labels: labels,
      fixes: [
        .init("use the last state only", .probable, edits: [edit]),
        .init("or average over time: `mean` in the same place"),
      ])
  }

  // MARK: Places

  private var lastStep: Trail.Step { inference.trail.steps[output.step] }

  /// The last stage that is more than an activation: the one that decides how many numbers come out.
  private var lastLayerStep: Trail.Step {
    // A `fc 4` over 4 numbers keeps the shape, and decides it all the same.
    inference.trail.path(to: output.step).last { $0.bound != nil && (!$0.isQuiet || $0.bound?.bound.spans["outputs"] != nil) } ?? lastStep
  }
}
