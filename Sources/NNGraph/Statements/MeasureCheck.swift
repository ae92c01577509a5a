import NNDiagnostics
import NNLayers
import NNRecipe

/// NN207: what `metric` and `stop` look at has to be measured.
struct MeasureCheck {
  let recipe: Recipe
  /// nil where it is not known.
  let loss: Loss?
  let classes: Int?
  let data: DataFacts?
  let statements: [String: SourceSpan]
  let problems: Problems

  func check() {
    checkMetrics()
    // Of a machine, that nothing of gradient descent has a meaning is said already.
    guard !problems.all.contains(where: { $0.code == .kernelMachine }) else { return }
    for rule in recipe.stops {
      switch rule {
      case .patience(_, let quantity), .below(_, let quantity): checkStop(quantity)
      case .after: continue
      }
    }
  }

  /// Whether the targets are classes; nil where neither data nor loss say what they are, and the run finds out.
  private var areClasses: Bool? {
    if classes != nil { return true }
    if data?.targetWidth != nil { return false }
    switch loss {
    case .crossEntropy?, .hinge?: return true
    case .binaryCrossEntropy?, .meanSquaredError?, .meanAbsoluteError?, .huber?, nil: return nil
    }
  }

  private func checkMetrics() {
    guard let areClasses, let metric = recipe.metrics.first(where: { $0.isOfClasses != areClasses }) else { return }
    let measured = Metric.measured(ofClasses: areClasses).map { "`\($0.rawValue)`" }.joined(separator: ", ")
    problems.add(
      .outOfRange, "`\(metric.rawValue)` is not measured here", at: statements["metric"],
      "the targets are \(areClasses ? "classes" : "numbers")", fixes: [.init("one of \(measured)")])
  }

  private func checkStop(_ quantity: MeasuredQuantity) {
    guard let problem = quantity.problem(hasValidation: hasValidation, areClasses: areClasses, in: statements["stop"]) else { return }
    problems.add(problem)
  }

  /// Without a look at the data, its kind may tell: tables and texts bring no parts along.
  private var hasValidation: Bool? {
    if let known = data?.hasValidation { return known }
    if recipe.split.validation != nil || recipe.split.folds != nil { return true }
    switch recipe.data {
    case .csv?, .text?, .sine?: return false
    case .named?, .path?, .folder?, .idx?, .cifar?, .npz?, nil: return nil
    }
  }
}

extension MeasuredQuantity {
  /// Why a run cannot stop by it; nil where it can, as far as is known.
  /// - Parameters:
  ///   - hasValidation: whether there is a validation part; nil where that is not known.
  ///   - areClasses: whether the targets are classes; nil where that is not known.
  ///   - statement: `stop`, which names it.
  package func problem(hasValidation: Bool?, areClasses: Bool?, in statement: SourceSpan?) -> Diagnostic? {
    func problem(_ message: String, _ fix: String) -> Diagnostic {
      Diagnostic(.outOfRange, message, at: statement.map(place), fixes: [.init(fix)])
    }
    switch part {
    case .test:
      return problem("`stop` cannot look at the test part: it is kept for the end", "`validation.\(measure)`, with a validation part")
    case .validation where hasValidation == false:
      return problem("`stop` looks at the validation part, but there is none", "`split train 80%, validation 20%`, or `train.loss`")
    case .train where measure != "loss" && (measure != "accuracy" || areClasses == false):
      return problem("`train.\(measure)` is not measured in training", "`train.loss`, or `validation.\(measure)`")
    case .train, .validation: break
    }
    guard let areClasses else { return nil }
    let measures = ["loss"] + Metric.measured(ofClasses: areClasses).filter { $0 != .confusion }.map(\.rawValue)
    guard !measures.contains(measure) else { return nil }
    return problem("`\(measure)` is not measured here", "one of \(measures.map { "`\($0)`" }.joined(separator: ", "))")
  }

  /// Where a statement says it; all of one that leaves it to the default.
  private func place(in statement: SourceSpan) -> SourceSpan {
    let text = statement.text
    guard let found = text.firstRange(of: "\(part.rawValue).\(measure)") else { return statement }
    let start = statement.start + text.utf8.distance(from: text.startIndex, to: found.lowerBound)
    return SourceSpan(statement.file, start, start + text[found].utf8.count)
  }
}
