import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNLayers
import NNRecipe

/// Measures how fast a network trains or predicts, as a whole and layer by layer, on a batch of random numbers that is in memory.
///
/// A training step is the whole of what a run does for a batch: copying it in, both passes, the loss, clipping and the update of the weights;
/// augmentation is left out.
public final class Benchmark {
  /// Whole training steps, or predictions.
  public enum Mode: String, Sendable, CaseIterable {
    case train, infer
  }

  public let model: Model
  public let mode: Mode
  /// Examples per run.
  public let batch: Int
  private let kernels: Kernels
  private let executor: Executor
  /// Only where the mode is training.
  private let step: TrainingStep?
  private let indices: [Int32]

  /// - Throws: NN310 where the machine has too little memory; where the network cannot be trained, why.
  public init(_ model: Model, _ mode: Mode, batch: Int, kernels: Kernels) throws(Diagnostic) {
    self.model = model
    self.mode = mode
    self.batch = batch
    self.kernels = kernels
    indices = (0..<Int32(clamping: batch)).map { $0 }
    let parameters = try Parameters(model)
    parameters.weights = Weights(initial: model, layout: parameters.layout)
    let plan: Plan
    do throws(PlanProblem) { plan = try Plan(model, mode == .train ? .training : .prediction, batch: batch) } catch {
      throw error.diagnostic(model)
    }
    executor = try Executor(plan, model, parameters, kernels)
    let examples = SyntheticExamples(model, count: batch).examples
    if mode == .train {
      let objective = try Objective(model, name: "random numbers", classes: [], parts: [examples])
      let reader = try BatchReader(examples, normalization: .identity)
      let optimizer = try OptimizerState(model.recipe.optimizer, count: parameters.layout.trainedCount)
      var recipe = model.recipe
      recipe.augmentations = []
      step = try TrainingStep(executor, objective, reader, optimizer, recipe: recipe)
    } else {
      step = nil
      try BatchReader(examples, normalization: .identity).fill(x: executor.input, indices: indices[...], epoch: 0, augment: false)
      executor.forward(pass(weightsAreNew: true))
    }
  }

  /// Runs for about this long in all, at least three times, a tenth of it to warm up.
  public func measure(seconds: Double) -> BenchmarkReport {
    let pace = secondsPerRun(for: seconds / 10)
    // One sample is long enough for the clock, and there are at least twenty.
    let runsPerSample = max(1, Int(min(20e-6 / pace, seconds / 20 / pace)))
    let samples = max(3, min(100_000, Int(seconds * 0.7 / (pace * Double(runsPerSample)))))
    var times = [Double](repeating: 0, count: samples)
    for sample in 0..<samples {
      let begun = ContinuousClock.now
      for _ in 0..<runsPerSample { run() }
      times[sample] = begun.duration(to: .now).seconds / Double(runsPerSample)
    }
    let layers = measureLayers(runs: max(3, min(1000, Int(seconds * 0.2 / pace))))
    return BenchmarkReport(
      model: model, mode: mode, batch: batch, threads: kernels.threads, instructionSet: kernels.instructionSet,
      runs: samples * runsPerSample, times: BenchmarkReport.Times(times), peak: kernels.measurePeak(), layers: layers)
  }

  private func secondsPerRun(for seconds: Double) -> Double {
    let begun = ContinuousClock.now
    var runs = 0
    var spent = 0.0
    while runs < 2 || spent < seconds {
      run()
      runs += 1
      spent = begun.duration(to: .now).seconds
    }
    return max(1e-9, spent / Double(runs))
  }

  @inline(__always)
  private func run() {
    if let step {
      // A rate of 0: the work is the same, and random targets cannot drive the weights out of range.
      _ = step.run(indices[...], epoch: 0, step: 0, learningRate: 0)
    } else {
      executor.forward(pass(weightsAreNew: false))
    }
  }

  private func pass(weightsAreNew: Bool) -> Pass {
    Pass(mode: executor.plan.purpose.mode, batch: batch, weightsAreNew: weightsAreNew)
  }

  // MARK: Layer by layer

  /// The median of each step of the plan over a number of runs in which every step is timed by itself.
  private func measureLayers(runs: Int) -> [BenchmarkReport.Layer] {
    var watch = Stopwatch(forward: executor.plan.forward.count, backward: executor.plan.backwardLayers.count, runs: runs)
    for _ in 0..<runs {
      let pass = pass(weightsAreNew: false)
      watch.start()
      executor.forward(pass) { watch.forwardEnded($0) }
      guard let step else { continue }
      step.evaluateLoss(pass)
      watch.lossEnded()
      executor.backward(pass) { watch.backwardEnded($0) }
      step.update(learningRate: 0)
      watch.updateEnded()
    }
    return BenchmarkReport.Layer.all(of: executor.plan, model, batch: batch, watch.medians)
  }
}

/// Times of the steps of a plan, run by run.
private struct Stopwatch {
  private var forward: [[Double]]
  private var backward: [[Double]]
  private(set) var loss: [Double] = []
  private(set) var update: [Double] = []
  private var last = ContinuousClock.now

  init(forward: Int, backward: Int, runs: Int) {
    self.forward = Array(repeating: [], count: forward)
    self.backward = Array(repeating: [], count: backward)
    for index in self.forward.indices { self.forward[index].reserveCapacity(runs) }
    for index in self.backward.indices { self.backward[index].reserveCapacity(runs) }
  }

  mutating func start() { last = .now }

  private mutating func lap() -> Double {
    let now = ContinuousClock.now
    defer { last = now }
    return last.duration(to: now).seconds
  }

  mutating func forwardEnded(_ step: Int) { forward[step].append(lap()) }
  mutating func backwardEnded(_ step: Int) { backward[step].append(lap()) }
  mutating func lossEnded() { loss.append(lap()) }
  mutating func updateEnded() { update.append(lap()) }

  var medians: BenchmarkReport.StepTimes {
    BenchmarkReport.StepTimes(
      forward: forward.map { BenchmarkReport.Times($0).median }, backward: backward.map { BenchmarkReport.Times($0).median },
      loss: BenchmarkReport.Times(loss).median, update: BenchmarkReport.Times(update).median)
  }
}
