import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNLayers

/// Solves the machine at the end of a network for the training part; what stands in front of it stays as it is.
public struct MachineTrainer: Sendable {
  /// What came of it.
  public struct Result: Sendable {
    /// With as many support vectors as were found.
    public var model: Model
    /// Of the whole model, the frozen layers in front included.
    public var weights: Weights
    public var machine: KernelMachine
    /// Of solving, and of computing what the machine gets.
    public var seconds: Double
    /// It was broken off, so that this is no optimum.
    public var isCancelled: Bool

    /// What it came to as a training of one epoch.
    ///
    /// - Parameter train: scores of the training part; likewise `validation`.
    public func asTraining(train: Scores?, validation: Scores?, examples: Int) -> TrainingResult {
      let steps = machine.parts.reduce(0) { $0 + $1.iterations }
      let rate = seconds > 0 ? Double(examples) / seconds : 0
      let row = EpochReport(
        epoch: 1, steps: steps, seconds: seconds, samplesPerSecond: rate, learningRate: 0, trainLoss: train?.loss ?? 0,
        trainAccuracy: train?.accuracy, validation: validation, isBest: true)
      return TrainingResult(
        end: .stopped(isCancelled ? .cancelled : .finished), epochs: [row], steps: steps, seconds: seconds, samplesPerSecond: rate,
        best: weights, bestEpoch: 1, last: weights)
    }
  }

  public let model: Model
  /// Of the training part, or of the frozen network.
  public let normalization: NormalizationValues
  private let dataset: Dataset
  private let kernels: Kernels
  private let frozen: Weights?

  /// - Throws: NN502, NN601 and others, where model, data and frozen weights do not belong together.
  public init(_ model: Model, _ dataset: Dataset, kernels: Kernels) throws(Diagnostic) {
    let others = [dataset.validation, dataset.test].compactMap { $0 }.filter { $0.hasTargets && $0.count > 0 }
    _ = try Objective(model, name: dataset.name, classes: dataset.classes, parts: [dataset.train] + others)
    self.model = model
    self.dataset = dataset
    self.kernels = kernels
    guard let path = model.recipe.frozenWeights else {
      frozen = nil
      normalization = try NormalizationValues.compute(model.recipe.normalization, from: dataset.train, at: model.statements["normalize"])
      return
    }
    let layout: WeightLayout
    do throws(PlanProblem) { layout = try WeightLayout(model.front) } catch { throw error.diagnostic(model) }
    let file = FilePath.joined(FilePath.folder(of: model.file.name), path)
    let checkpoint: Checkpoint
    do throws(Diagnostic) { checkpoint = try Checkpoint(path: file, front: model.front, layout: layout) } catch {
      var problem = error
      let place = model.statements["freeze"].map { Diagnostic.Label($0, "names these weights") }
      if problem.primary == nil { problem.primary = place } else { problem.labels += [place].compactMap { $0 } }
      throw problem
    }
    frozen = checkpoint.weights
    // The frozen network knows its inputs as they were when it was trained.
    if let known = checkpoint.info.normalization {
      normalization = known
    } else {
      normalization = try NormalizationValues.compute(model.recipe.normalization, from: dataset.train, at: model.statements["normalize"])
    }
  }

  /// What the machine gets for examples, `[count][features]`.
  public func features(_ part: Examples) throws(Diagnostic) -> [Float] {
    let front = model.front
    guard !front.nodes.isEmpty else {
      let reader = try BatchReader(part, normalization: normalization)
      var x = [Float](repeating: 0, count: reader.count * reader.size)
      let order = (0..<Int32(reader.count)).map { $0 }
      x.withUnsafeMutableBufferPointer { x in
        if let x = x.baseAddress { reader.fill(x: x, indices: order[...], epoch: 0, augment: false) }
      }
      return x
    }
    let layout: WeightLayout
    do throws(PlanProblem) { layout = try WeightLayout(front) } catch { throw error.diagnostic(model) }
    let inputOnly = NormalizationValues(scale: normalization.scale, shift: normalization.shift)
    return try TrainedNetwork(front, frozen ?? Weights(layout: layout), normalization: inputOnly, kernels: kernels).predict(part).outputs
  }

  /// - Throws: NN310 where the machine does not fit into memory.
  public func train(cancellation: Cancellation = Cancellation()) throws(Diagnostic) -> Result {
    let begun = ContinuousClock.now
    guard let layer = model.machine else {
      throw Diagnostic(.kernelMachine, .error, "`\(model.name)` does not end with `svm`")
    }
    let x = try features(dataset.train)
    try checkFinite(x)
    var settings = KernelMachine.Settings()
    settings.isCancelled = { cancellation.isCancelled }
    let machine = KernelMachine(
      layer, x, features: x.count / max(1, dataset.train.count), labels: dataset.train.labels, settings: settings, kernels: kernels)
    guard let trained = model.with(supports: machine.layer.supports) else {
      throw Diagnostic(.memory, .error, "\(machine.layer.supports) support vectors do not fit into any memory")
    }
    return Result(
      model: trained, weights: try weights(trained, machine), machine: machine, seconds: begun.duration(to: .now).seconds,
      isCancelled: cancellation.isCancelled)
  }

  /// NN701: distances from what is no number say nothing.
  private func checkFinite(_ x: [Float]) throws(Diagnostic) {
    guard let wrong = x.firstIndex(where: { !$0.isFinite }) else { return }
    let example = wrong / max(1, x.count / max(1, dataset.train.count))
    throw Diagnostic(
      .diverged, .error, "the machine gets \(x[wrong]) for \(dataset.train.place(of: example))", at: model.statements["data"],
      fixes: [.init("bring the inputs to one scale: `normalize standard`")])
  }

  private func weights(_ trained: Model, _ machine: KernelMachine) throws(Diagnostic) -> Weights {
    let layout: WeightLayout
    do throws(PlanProblem) { layout = try WeightLayout(trained) } catch { throw error.diagnostic(trained) }
    var weights = Weights(layout: layout)
    // The tensors of the front come first, in the same places.
    if let frozen {
      weights.trained.replaceSubrange(0..<frozen.trained.count, with: frozen.trained)
      weights.running.replaceSubrange(0..<frozen.running.count, with: frozen.running)
    }
    for (tensor, values) in zip(layout.tensors[layout.ofNode[trained.nodes.count - 1]], machine.weights) { weights.set(values, tensor) }
    return weights
  }
}
