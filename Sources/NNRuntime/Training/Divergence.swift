import NNDiagnostics
import NNGraph
import NNKernels
import NNLayers
import NNRecipe

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

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

  /// Which step it is, both from 1.
  enum Place {
    case step(epoch: Int, batch: Int)
    /// Nothing failed, but what the run ends with gives no number any more.
    case lastUpdate(epoch: Int, batch: Int)

    var numbers: (epoch: Int, batch: Int) {
      switch self {
      case .step(let epoch, let batch), .lastUpdate(let epoch, let batch): (epoch, batch)
      }
    }

    var text: String {
      switch self {
      case .step(let epoch, let batch): "at epoch \(epoch), batch \(batch)"
      case .lastUpdate(let epoch, let batch): "with the last update, at epoch \(epoch), batch \(batch)"
      }
    }
  }

  /// Runs the failed step again, layer by layer, to find where the first such number comes from.
  init(
    _ failure: TrainingStep.Failure, _ step: TrainingStep, _ model: Model, indices: ArraySlice<Int32>, at place: Place, run: Int,
    learningRate: Double
  ) {
    (epoch, batch) = place.numbers
    step.restoreStates()
    let search = Search(step, model, step.pass(indices.count, run))
    let found = search.find(failure)
    step.restoreStates()
    let weights = step.executor.parameters.weights
    let broken = weights.brokenTensor(step.executor.parameters.layout)
    if case .step = place, broken == nil { weightsBefore = weights }
    let value =
      switch failure {
      case .loss(let loss): "the loss became \(loss.isNaN ? "nan" : "inf")"
      case .gradient(let gradient): "the gradient became \(gradient.isNaN ? "nan" : "inf")"
      case .weight(let weight): "the weights became \(weight.isNaN ? "nan" : "inf")"
      }
    var notes = search.notes(learningRate: learningRate)
    if let broken { notes.append("an update has made `\(broken.name)` \(broken.value)") }
    diagnostic = Diagnostic(
      .diverged, .error, "\(value) \(place.text)", at: found.stage.map { model.stages[$0].span },
      found.stage == nil ? "" : "first value that is not finite, \(found.pass)", notes: notes, fixes: Self.fixes(model))
  }

  /// A limit on a line of its own below the optimizer, or before the first stage where there is none.
  private static func fixes(_ model: Model) -> [Diagnostic.Fix] {
    guard model.recipe.clip == nil else { return [.init("try a smaller rate")] }
    let file = model.file
    let line = model.statements["optimizer"].map { file.line(at: $0.end) + 1 } ?? model.stages.first.map { file.line(at: $0.span.start) }
    guard let line, line <= file.line(at: file.bytes.count) else { return [.init("try a smaller rate, or add a limit: `clip norm 1.0`")] }
    let start = file.range(ofLine: line).lowerBound
    let place = SourceSpan(file, start, start)
    return [
      .init("try a smaller rate, or add a limit", .probable, edits: [.init(place, "clip norm 1.0\n")])
    ]
  }
}

extension Weights {
  var isFinite: Bool { trained.allSatisfy(\.isFinite) && running.allSatisfy(\.isFinite) }

  /// The first trained tensor with a number that is not finite, and the first such number in it.
  func brokenTensor(_ layout: WeightLayout) -> (name: String, node: Int, value: String)? {
    for tensor in layout.tensors where tensor.spec.isTrained {
      let values = trained[tensor.offset..<tensor.offset + tensor.spec.count]
      if let value = values.first(where: { !$0.isFinite }) { return (tensor.name, tensor.node, brief(Double(value))) }
    }
    return nil
  }
}

/// Two digits, as they are read: `3.1`, `18`, `240`, `9.7e4`, `inf`.
func brief(_ value: Double) -> String {
  guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
  guard value != 0 else { return "0" }
  let exponent = Int(log10(abs(value)).rounded(.down))
  if (-3..<4).contains(exponent) { return decimal((value * pow(10, Double(1 - exponent))).rounded(), places: 1 - exponent) }
  let mantissa = (value / pow(10, Double(exponent)) * 10).rounded()
  return decimal(mantissa, places: 1) + "e\(exponent)"
}

/// A whole number of units of 10^-places.
private func decimal(_ units: Double, places: Int) -> String {
  // A division by a power of ten is rounded once; a multiplication by its inverse would leave digits behind.
  let value = "\(places > 0 ? units / pow(10, Double(places)) : units * pow(10, Double(-places)))"
  return value.hasSuffix(".0") ? String(value.dropLast(2)) : value
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
    switch failure {
    case .loss: return (stage(model.nodes.count - 1), "in the loss")
    case .gradient:
      step.evaluateLoss(pass)
      return (step.executor.firstBackwardNode(pass, where: isBroken).flatMap(stage), "backward pass")
    case .weight:
      // A layer behind it has hidden it, such as a `relu` of -inf.
      let parameters = step.executor.parameters
      return (parameters.weights.brokenTensor(parameters.layout).flatMap { stage($0.node) }, "in the weights")
    }
  }

  private func stage(_ node: Int) -> Int? {
    let stage = model.nodes[node].stage
    return model.stages.indices.contains(stage) ? stage : nil
  }

  func notes(learningRate: Double) -> [String] {
    var notes: [String] = []
    if !step.largestGradients.isEmpty {
      let count = step.largestGradients.count
      let values = step.largestGradients.map { brief(Double($0)) }.joined(separator: "  ")
      let batches = count == 1 ? "the last batch" : "the last \(["two", "three", "four", "five"][count - 2]) batches"
      notes.append("largest gradient in \(batches): \(values)" + (tensorOfLargest.map { "   (\($0))" } ?? ""))
    }
    let clipping =
      switch model.recipe.clip {
      case nil: "no clipping"
      case .norm(let limit)?: "gradients clipped to norm \(limit.plain)"
      case .value(let limit)?: "gradients clipped to \(limit.plain)"
      }
    notes.append("learning rate \(learningRate.plain), optimizer \(optimizerText), \(clipping)")
    notes.append(inputNote)
    return notes
  }

  private var optimizerText: String {
    guard case .sgd(let settings) = model.recipe.optimizer, settings.momentum > 0 else { return model.recipe.optimizer.word }
    return "sgd momentum \(settings.momentum.plain)\(settings.nesterov ? " nesterov" : "")"
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
    return "input batch is finite, range \(brief(Double(input.min() ?? 0))) ... \(brief(Double(input.max() ?? 0)))"
  }
}
