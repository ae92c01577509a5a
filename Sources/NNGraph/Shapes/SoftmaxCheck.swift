import NNDiagnostics
import NNLayers

/// A `softmax` that says nothing: over one value (NN401), or over what a `softmax` gave (NN402).
struct SoftmaxCheck {
  let bound: BoundLayer
  let stage: StageElement
  let flow: Flow
  let output: Shape
  let nodes: [Node]
  let facts: ShapeFacts
  let problems: Problems
  let trail: Trail
  /// For each node its step of the trail.
  let steps: [Int]

  func check() {
    guard bound.layer is Softmax else { return }
    if output.lastDimension == 1 { return problems.add(overOne) }
    if let first = firstSoftmax { problems.add(twice(first)) }
  }

  // MARK: NN401

  private var overOne: Diagnostic {
    let isOwnStage = stage.activation == nil
    let whole = isOwnStage ? bound.span : stage.facts.span
    var fixes: [Diagnostic.Fix] = [.init("two classes, one probability", .probable, edits: [.init(bound.word.span, "sigmoid")])]
    if !isOwnStage, let layer = stage.layer {
      fixes.append(.init("or one output per class: `\(layer.signature.word) \(max(2, facts.classes ?? 2)) softmax`"))
    }
    var notes: [String] = []
    if facts.classes == 1 {
      let name = facts.classNames.first.map { ": \($0)" } ?? ""
      (notes, fixes) = (["the data has 1 class\(name); there is nothing to tell apart"], [])
    } else if let classes = facts.classes {
      let names = facts.classNames.isEmpty ? "" : ": \(facts.classNames.joined(separator: ", "))"
      notes = ["the data has \(classes) classes\(names)"]
    }
    return Diagnostic(.softmaxOfOne, "`softmax` over one value is always 1", at: whole, "one output", notes: notes, fixes: fixes)
  }

  // MARK: NN402

  /// The softmax before this one, where nothing but stages that keep numbers as they are stand between.
  private var firstSoftmax: Int? {
    var source = flow.source
    while case .node(let index) = source {
      let layer = nodes[index].layer
      if layer is Softmax { return nodes[index].output.lastDimension == output.lastDimension ? index : nil }
      guard layer is Dropout || layer is Linear || layer is Flatten, let before = nodes[index].inputs.first else { return nil }
      source = before
    }
    return nil
  }

  private func twice(_ first: Int) -> Diagnostic {
    let count = Double(output.lastDimension)
    // The largest share after a second softmax: one class at 1, the others at 0.
    let largest = SoftmaxCheck.e / (SoftmaxCheck.e + count - 1)
    let step = trail.steps[steps[first]]
    let span = step.bound?.word.span ?? step.span
    return Diagnostic(
      .softmaxTwice, "`softmax` is applied twice", at: bound.word.span, "again: no class can now get more than \(largest.fixed(3))",
      labels: [.init(span, "first time")], fixes: [.init("remove the second; `cross_entropy` needs no softmax of its own")])
  }

  private static let e = 2.718281828459045
}

extension Shape {
  /// The axis that softmax and norms work over.
  var lastDimension: Int { dimensions.last ?? 1 }
}
