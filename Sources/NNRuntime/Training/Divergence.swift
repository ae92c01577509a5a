import NNDiagnostics
import NNGraph
import NNKernels
import NNLayers
import NNRecipe

/// Where and why a run left the finite numbers.
public struct Divergence: Error, Sendable {
  /// NN701, naming the first stage whose numbers are not finite.
  public var diagnostic: Diagnostic
  /// From 1.
  public var epoch: Int
  /// Of the epoch, from 1.
  public var batch: Int
  /// The weights before the step that failed, which are still finite; nil where an update has already carried them off.
  public var weightsBefore: Weights?

  /// Runs the failed step again, layer by layer, to find where the first such number comes from.
  init(
    _ failure: TrainingStep.Failure, _ step: TrainingStep, _ model: Model, indices: ArraySlice<Int32>, epoch: Int, batch: Int, run: Int,
    learningRate: Double
  ) {
    self.epoch = epoch
    self.batch = batch
    step.restoreRunning()
    let weights = step.executor.parameters.weights
    weightsBefore = weights.isFinite ? weights : nil
    let search = Search(step, model, step.pass(indices.count, run))
    let found = search.find(failure)
    step.restoreRunning()
    let value: String
    switch failure {
    case .loss(let loss): value = "the loss became \(loss.isNaN ? "nan" : "inf")"
    case .gradient(let gradient): value = "the gradient became \(gradient.isNaN ? "nan" : "inf")"
    }
    diagnostic = Diagnostic(
      .diverged, .error, "\(value) at epoch \(epoch), batch \(batch)", at: found.stage.map { model.stages[$0].span },
      found.stage == nil ? "" : "first value that is not finite, \(found.pass)",
      notes: search.notes(learningRate: learningRate, weightsAreFinite: weightsBefore != nil), fixes: Self.fixes(model))
  }

  private static func fixes(_ model: Model) -> [Diagnostic.Fix] {
    let rate = model.recipe.optimizer.learningRate
    let smaller = Diagnostic.Fix("try a smaller rate: `lr \(shortest(rate / 10))`")
    return model.recipe.clip == nil ? [smaller, .init("or add a limit: `clip norm 1.0`")] : [smaller]
  }
}

extension Weights {
  var isFinite: Bool { trained.allSatisfy(\.isFinite) && running.allSatisfy(\.isFinite) }
}

/// Three digits are enough for a message.
private func shortest(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return "\(value)" }
  let text = "\(Float(value))"
  let rounded = (value * 1000).rounded() / 1000
  return text.count > 8 && rounded != 0 ? "\(rounded)" : text
}

private struct Search {
  let step: TrainingStep
  let model: Model
  let pass: Pass

  init(_ step: TrainingStep, _ model: Model, _ pass: Pass) {
    self.step = step
    self.model = model
    self.pass = pass
  }

  func find(_ failure: TrainingStep.Failure) -> (stage: Int?, pass: String) {
    let isBroken: (UnsafeBufferPointer<Float>) -> Bool = { !$0.allSatisfy(\.isFinite) }
    let node = step.executor.firstForwardNode(pass, where: isBroken)
    if let node { return (stage(node), "forward pass") }
    guard case .gradient = failure else { return (stage(model.nodes.count - 1), "in the loss") }
    step.computeLossGradient(pass)
    return (step.executor.firstBackwardNode(pass, where: isBroken).flatMap(stage), "backward pass")
  }

  private func stage(_ node: Int) -> Int? {
    let stage = model.nodes[node].stage
    return model.stages.indices.contains(stage) ? stage : nil
  }

  func notes(learningRate: Double, weightsAreFinite: Bool) -> [String] {
    var notes: [String] = []
    if !step.largestGradients.isEmpty {
      let count = step.largestGradients.count
      let values = step.largestGradients.map { shortest(Double($0)) }.joined(separator: "  ")
      let batches = count == 1 ? "the last batch" : "the last \(["two", "three", "four", "five"][count - 2]) batches"
      notes.append("largest gradient in \(batches): \(values)" + (tensorOfLargest.map { "   (\($0))" } ?? ""))
    }
    let clipping =
      switch model.recipe.clip {
      case nil: "no clipping"
      case .norm(let limit)?: "gradients clipped to norm \(shortest(limit))"
      case .value(let limit)?: "gradients clipped to \(shortest(limit))"
      }
    notes.append("learning rate \(shortest(learningRate)), optimizer \(model.recipe.optimizer.word), \(clipping)")
    notes.append(inputNote)
    if !weightsAreFinite { notes.append("the weights themselves are not finite any more") }
    return notes
  }

  /// The tensor with the largest gradient of the last backward pass.
  private var tensorOfLargest: String? {
    guard let gradients = step.executor.gradients else { return nil }
    var largest: (bits: UInt32, name: String)?
    for tensor in step.executor.parameters.layout.tensors where tensor.spec.isTrained {
      for index in 0..<tensor.spec.count {
        // The order of magnitudes, with nan above inf.
        let bits = gradients.base[tensor.offset + index].bitPattern & 0x7FFF_FFFF
        if bits > largest?.bits ?? 0 { largest = (bits, tensor.name) }
      }
    }
    return largest?.name
  }

  private var inputNote: String {
    let input = UnsafeBufferPointer(start: step.executor.input, count: model.input.count * pass.batch)
    guard input.allSatisfy(\.isFinite) else { return "the input batch holds numbers that are not finite" }
    return "the input batch is finite, range \(shortest(Double(input.min() ?? 0))) ... \(shortest(Double(input.max() ?? 0)))"
  }
}
