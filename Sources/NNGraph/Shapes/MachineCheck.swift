import NNDiagnostics
import NNLayers
import NNRecipe

/// NN403: what does not go with a machine that is not trained by gradient descent.
struct MachineCheck {
  let inference: Inference
  let recipe: Recipe
  let statements: [String: SourceSpan]
  let problems: Problems

  /// Statements that are about gradient descent, or about examples that change from epoch to epoch.
  private static let withoutEffect = ["init", "augment", "optimizer", "schedule", "epochs", "steps", "batch", "clip", "stop"]

  func check() {
    guard let machine = inference.nodes.firstIndex(where: { $0.layer is Svm }) else {
      if let span = statements["freeze"] {
        problems.add(
          .kernelMachine, "`freeze` keeps a network in front of `svm`, and there is no `svm`", at: span,
          fixes: [.init("begin a run from weights: `nnc run MODEL --resume RUN`, or leave `freeze` out")])
      }
      return
    }
    let span = place(of: machine)
    guard machine == inference.nodes.count - 1 else {
      return Self.reportNotLast(span, before: place(of: machine + 1), problems)
    }
    checkFront(of: machine, at: span)
    checkStatements(at: span)
  }

  private func checkFront(of machine: Int, at span: SourceSpan) {
    let layers = inference.nodes[..<machine].indices.filter { !inference.nodes[$0].weights.isEmpty }
    guard let first = layers.first else {
      if let freeze = statements["freeze"] {
        problems.add(
          .kernelMachine, "`freeze` names weights, and no stage in front of `svm` has any", at: freeze, fixes: [.init("leave it out")])
      }
      return
    }
    guard recipe.frozenWeights == nil else { return }
    Self.reportRandomFront(span, behind: place(of: first), inference.nodes[first].word, problems)
  }

  /// What can be said before the number of classes, and with it the machine itself, is known.
  static func check(_ rows: [Row], isFrozen: Bool, _ problems: Problems) {
    guard !problems.hasErrors, let machine = rows.firstIndex(where: { $0.op == "svm" }) else { return }
    if machine + 1 < rows.count { return reportNotLast(rows[machine].span, before: rows[machine + 1].span, problems) }
    if let first = rows[..<machine].first(where: { $0.parameters ?? 0 > 0 }), !isFrozen {
      reportRandomFront(rows[machine].span, behind: first.span, first.op, problems)
    }
  }

  private static func reportNotLast(_ span: SourceSpan, before next: SourceSpan, _ problems: Problems) {
    problems.add(
      .kernelMachine, "`svm` is not the last stage", at: span, labels: [.init(next, "comes behind it")],
      fixes: [.init("end with `svm`: it gives the classes")])
  }

  private static func reportRandomFront(_ span: SourceSpan, behind first: SourceSpan, _ word: String, _ problems: Problems) {
    problems.add(
      .kernelMachine,
      "`\(words(span))` is not trained by gradient descent, so `\(word)` (line \(first.startPosition.line)) would stay random",
      at: span, labels: [.init(first, "has weights that nothing trains")],
      fixes: [
        .init("train both together: `fc 1` with `loss hinge`"),
        .init("or `freeze` a trained network in front: `freeze \"best.safetensors\"`"),
      ])
  }

  private func checkStatements(at span: SourceSpan) {
    for word in Self.withoutEffect {
      guard let statement = statements[word] else { continue }
      problems.add(
        .kernelMachine, "`\(word)` has no effect on `svm`, which is not trained by gradient descent", at: statement,
        labels: [.init(span, "is solved")], fixes: [.init("leave it out")])
    }
    guard let loss = recipe.loss else { return }
    if loss != .hinge {
      problems.add(
        .kernelMachine, "`svm` has a loss of its own, `hinge`, not `\(loss.word)`", at: statements["loss"], labels: [.init(span, "here")],
        fixes: [.init("leave `loss` out")])
    } else if recipe.balancedClasses {
      problems.add(
        .kernelMachine, "`weights balanced` needs `cross_entropy`, the loss of `svm` is `hinge`", at: statements["loss"],
        fixes: [.init("leave it out")])
    }
  }

  private func place(of node: Int) -> SourceSpan {
    let step = inference.step(of: node)
    return step.bound?.span ?? step.span
  }

  /// `svm rbf`
  private static func words(_ span: SourceSpan) -> String { span.text.split(separator: " ").prefix(2).joined(separator: " ") }
}
