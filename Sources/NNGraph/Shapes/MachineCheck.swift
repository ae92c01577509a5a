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
      return problems.add(
        .kernelMachine, "`svm` is not the last stage", at: span, labels: [.init(place(of: machine + 1), "comes behind it")],
        fixes: [.init("end with `svm`: it gives the classes")])
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
    let before = place(of: first)
    problems.add(
      .kernelMachine,
      "`\(words(span))` is not trained by gradient descent, so `\(inference.nodes[first].word)` (line \(before.startPosition.line)) would stay random",
      at: span, labels: [.init(before, "has weights that nothing trains")],
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
  private func words(_ span: SourceSpan) -> String { span.text.split(separator: " ").prefix(2).joined(separator: " ") }
}
