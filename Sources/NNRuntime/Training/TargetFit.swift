import NNData
import NNDiagnostics
import NNGraph
import NNLayers
import NNRecipe

/// Whether a network's output and a data set's targets belong together.
struct TargetFit {
  let model: Model
  /// Of the data set, for messages.
  let name: String
  /// In the order of their numbers; empty where the data has none.
  let classes: [String]
  /// The parts that are to be used; the first one decides what the targets are.
  let parts: [Examples]

  func target(for loss: Loss) throws(Diagnostic) -> Objective.Target {
    try checkInput()
    switch parts.first?.targets {
    case nil, .none?: throw Diagnostic(.targetShape, .error, "the examples of `\(name)` have no targets", at: model.statements["data"])
    case .values(_, let width)?: return try numbers(loss, width: width)
    case .classes?:
      if model.outputRows.rows > 1 { throw stepsAndLabels("the data has one label per example") }
      return try labels(loss)
    case .following(let following)?: return try self.following(following, loss)
    }
  }

  /// What follows a window, or each of its steps.
  private func following(_ following: Following, _ loss: Loss) throws(Diagnostic) -> Objective.Target {
    guard parts[0].isText else { return try numbers(loss, width: following.width) }
    guard following.steps == model.outputRows.rows else {
      throw stepsAndLabels("the text has \(following.steps == 1 ? "one target" : "\(following.steps) targets") per window")
    }
    return try labels(loss)
  }

  private func stepsAndLabels(_ targets: String) -> Diagnostic {
    let rows = model.outputRows.rows
    return Diagnostic(
      .stepsAndLabels, .error, "the network gives \(rows == 1 ? "one prediction" : "\(rows) predictions") per example, \(targets)",
      at: lastStage, "\(model.output)", fixes: [.init("take one step of a sequence with `last`, or its `mean`")])
  }

  private func checkInput() throws(Diagnostic) {
    for part in parts where part.isText != (model.input.kind == .tokens) {
      throw Diagnostic(
        .dataShape, .error,
        part.isText
          ? "the data is a text, but the network takes numbers: \(model.input)" : "the network takes characters, but the data is no text",
        at: model.statements["input"] ?? model.statements["data"],
        fixes: part.isText ? [.init("say how many characters the network sees at once: `input text 30`")] : [])
    }
    for part in parts where part.shape.reduce(1, *) != model.input.count {
      let shape = part.shape.map(String.init).joined(separator: "x")
      throw Diagnostic(
        .statedShape, .error, "the network takes \(model.input), the examples of `\(name)` are \(shape)",
        at: model.statements["input"] ?? model.statements["data"])
    }
    guard parts.allSatisfy({ $0.count > 0 }) else {
      throw Diagnostic(.dataLayout, .error, "a part of `\(name)` has no examples", at: model.statements["split"])
    }
  }

  private func numbers(_ loss: Loss, width: Int) throws(Diagnostic) -> Objective.Target {
    if case .crossEntropy = loss { throw needsClasses(loss) }
    guard width == model.output.count else {
      let target = counted(width, "number")
      throw Diagnostic(
        .targetShape, .error, "the network gives \(model.output.count) numbers per row, the target is \(target)", at: lastStage,
        "\(model.output) outputs", notes: ["nnc never stretches one side to fit the other"])
    }
    return .values
  }

  private func needsClasses(_ loss: Loss) -> Diagnostic {
    Diagnostic(
      .targetShape, .error, "`\(loss.word)` needs a class per example, the target of `\(name)` is a number",
      at: model.statements["loss"] ?? lastStage,
      fixes: [.init("`loss mse` for numbers, or `bins low, high` on the `data` statement to make classes of them")])
  }

  private func labels(_ loss: Loss) throws(Diagnostic) -> Objective.Target {
    let outputs = model.outputRows.columns
    let known = classes.count
    let isSingle = outputs == 1
    if case .crossEntropy = loss, isSingle {
      throw Diagnostic(
        .softmaxOfOne, .error, "`cross_entropy` over one value is always 0", at: lastStage,
        fixes: [.init("`fc 1 sigmoid` for two classes, or one output per class")])
    }
    guard outputs == known || isSingle && known == 2 || known == 0 else {
      throw Diagnostic(
        .classCount, .error, "the network gives \(outputs) \(isSingle ? "value" : "values"), the data has \(known) classes", at: lastStage,
        "\(outputs) \(isSingle ? "output" : "outputs")", notes: ["classes: \(classes.prefix(20).joined(separator: ", "))"])
    }
    try checkLabels(below: isSingle ? 2 : outputs)
    return switch loss {
    case .crossEntropy: .label
    case .hinge: isSingle ? .sign(low: -1, high: 1) : .oneHot(low: -1, high: 1)
    case .binaryCrossEntropy, .meanSquaredError, .meanAbsoluteError, .huber:
      isSingle ? .sign(low: 0, high: 1) : .oneHot(low: 0, high: 1)
    }
  }

  private func checkLabels(below limit: Int) throws(Diagnostic) {
    for part in parts {
      guard case .classes(let labels) = part.targets else { continue }
      if let row = labels.firstIndex(where: { $0 < 0 || $0 >= limit }) {
        throw Diagnostic(
          .labelRange, .error, "label \(labels[row]) is out of range: \(limit) classes are numbered 0 to \(limit - 1)", at: lastStage,
          notes: ["found at \(part.place(of: row))"])
      }
    }
  }

  private var lastStage: SourceSpan? { model.stages.last { !$0.isImplicit }?.span }
}
