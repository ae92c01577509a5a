import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNLayers
import NNRecipe

/// Everything that happens for one batch: fill, forward, loss, backward, clip, update. Nothing in it takes memory.
final class TrainingStep {
  let executor: Executor
  let optimizer: OptimizerState
  private let objective: Objective
  private let reader: BatchReader
  private let targets: Targets
  private let kernels: Kernels
  private let clip: Clip?
  private let seed: UInt64
  private let trainedCount: Int
  /// Running values and carried states as they were before this step, to have them back when it fails.
  private let runningBefore: Arena
  private let statesBefore: Arena
  /// The largest gradients of the last steps, the oldest first.
  private(set) var largestGradients: [Float] = []
  private let augments: Bool
  /// The whole part is one batch, and always the same.
  private let isConstant: Bool
  private var isFilled = false
  private let ahead: BatchAhead?

  /// What came of the steps since the last reset.
  struct Totals: Sendable, Equatable {
    var loss = LossSum()
    var correct = 0
    /// Examples, or steps where each has a target.
    var rows = 0
  }
  var totals = Totals()

  enum Failure {
    case loss(Double), gradient(Float)
    /// After an update.
    case weight(Float)
  }

  init(
    _ executor: Executor, _ objective: Objective, _ reader: BatchReader, _ optimizer: OptimizerState, recipe: Recipe
  ) throws(Diagnostic) {
    self.executor = executor
    self.objective = objective
    self.reader = reader
    self.optimizer = optimizer
    kernels = executor.kernels
    clip = recipe.clip
    seed = recipe.seed
    augments = !recipe.augmentations.isEmpty
    isConstant = recipe.batch == .all && recipe.augmentations.isEmpty
    trainedCount = executor.parameters.layout.trainedCount
    targets = try Targets(batch: executor.plan.batch, objective)
    ahead = try BatchAhead(reader, batch: executor.plan.batch, augment: augments, threads: kernels.threads)
    runningBefore = try Arena(count: executor.parameters.layout.runningCount)
    statesBefore = try Arena(count: executor.carriedCount)
    largestGradients.reserveCapacity(5)
  }

  /// An example that cannot be read any more.
  var problem: Diagnostic? { reader.problem }

  /// Others have written into the memory of the executor: a constant batch has to be filled again.
  func memoryWasUsed() { isFilled = false }

  /// - Parameters:
  ///   - epoch: from 0, for augmentation.
  ///   - step: of the whole run, from 0.
  ///   - next: the batch behind this one in the epoch, to be made ready meanwhile.
  func run(_ indices: ArraySlice<Int32>, epoch: Int, step: Int, learningRate: Double, next: ArraySlice<Int32> = []) -> Failure? {
    fill(indices, epoch: epoch)
    ahead?.prepare(next, epoch: epoch)
    let pass = pass(indices.count, step)
    let loss = forward(pass)
    guard loss.total.isFinite else { return .loss(loss.mean) }
    let output = UnsafePointer(executor.output)
    let totalsBefore = totals
    totals.loss += loss
    totals.rows += indices.count * objective.rowsPerExample
    if objective.isClassification { totals.correct += correct(indices.count * objective.rowsPerExample, output) }
    guard let gradients = executor.gradients?.base, trainedCount > 0, executor.outputGradient != nil else { return nil }
    executor.backward(pass)
    let largest = kernels.largestMagnitude(count: trainedCount, x: UnsafePointer(gradients))
    remember(largest)
    guard largest.isFinite else {
      totals = totalsBefore
      return .gradient(largest)
    }
    clip?.apply(to: gradients, count: trainedCount, kernels: kernels)
    update(learningRate: learningRate)
    return nil
  }

  /// What the last update has done, which no step looks at any more: the weights, and the loss of a batch with them. Changes nothing.
  func failureAfter(_ indices: ArraySlice<Int32>, epoch: Int, step: Int) -> Failure? {
    fill(indices, epoch: epoch)
    let loss = forward(pass(indices.count, step))
    restoreStates()
    if let weight = executor.parameters.weights.trained.first(where: { !$0.isFinite }) { return .weight(weight) }
    return loss.total.isFinite ? nil : .loss(loss.mean)
  }

  /// The loss of the batch that has been filled in, and its gradient.
  private func forward(_ pass: Pass) -> LossSum {
    saveStates()
    executor.forward(pass)
    return evaluateLoss(pass)
  }

  /// Moves the weights by the gradients there are.
  func update(learningRate: Double) {
    guard let gradients = executor.gradients?.base else { return }
    optimizer.update(
      weights: executor.parameters.trained.base, gradients: gradients, learningRate: learningRate, kernels: kernels)
  }

  func pass(_ count: Int, _ step: Int) -> Pass { Pass(mode: .training, batch: count, seed: seed, step: UInt64(step)) }

  /// The loss of a batch whose forward pass has just been made, and its gradient.
  @discardableResult func evaluateLoss(_ pass: Pass) -> LossSum {
    objective.evaluate(
      targets, examples: pass.batch, output: UnsafePointer(executor.output), gradient: executor.outputGradient, isWeighted: true, kernels)
  }

  /// Running values and carried states as they were before the last forward pass.
  func restoreStates() {
    let running = executor.parameters.running
    running.base.update(from: runningBefore.base, count: min(running.count, runningBefore.count))
    executor.restoreCarried(from: statesBefore)
  }

  private func saveStates() {
    let count = executor.parameters.layout.runningCount
    if count > 0 { runningBefore.base.update(from: executor.parameters.running.base, count: count) }
    executor.copyCarried(to: statesBefore)
  }

  private func fill(_ indices: ArraySlice<Int32>, epoch: Int) {
    if isConstant, isFilled { return }
    if ahead?.take(executor.input, indices, epoch: epoch) != true {
      kernels.fill(executor.input, reader, indices, epoch: epoch, augment: augments)
    }
    targets.fill(objective, reader, indices)
    isFilled = true
  }

  private func correct(_ rows: Int, _ output: UnsafePointer<Float>) -> Int {
    var correct = 0
    for row in 0..<rows where objective.predictedClass(output + row * objective.outputs) == Int(targets.labels[row]) { correct += 1 }
    return correct
  }

  private func remember(_ largest: Float) {
    if largestGradients.count == 5 { largestGradients.removeFirst() }
    largestGradients.append(largest)
  }
}
