import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNLayers
import NNRecipe

/// What a program wants of a run that no model file says.
public struct TrainingOptions: Sendable {
  /// A `TrainingEvent.step` after every so many steps; 0 for none.
  public var stepInterval: Int
  public init(stepInterval: Int = 0) { self.stepInterval = stepInterval }
}

/// Trains a network by the recipe of its file.
///
/// The same model, data and seed give the same weights, bit for bit, whatever the number of threads.
public final class Trainer {
  public let model: Model
  public let parameters: Parameters
  /// From the training part.
  public let normalization: NormalizationValues
  /// What a run will do, known before it starts.
  public let start: TrainingStart
  let dataset: Dataset
  private let kernels: Kernels
  private let options: TrainingOptions
  let objective: Objective
  let length: TrainingLength
  let step: TrainingStep
  let validation: BatchReader?
  private let evaluator: Evaluator

  /// Checks that model, data and recipe belong together, and takes all memory that training needs.
  /// - Throws: what is wrong, with its place in the model file.
  public init(_ model: Model, _ data: Dataset, kernels: Kernels, options: TrainingOptions = TrainingOptions()) throws(Diagnostic) {
    if model.machine != nil {
      throw Diagnostic(
        .kernelMachine, .error, "`svm` is not trained by gradient descent", at: model.stages.last?.span,
        fixes: [.init("`nnc run` solves it")])
    }
    var dataset = data
    try dataset.followOn(for: model)
    let recipe = model.recipe
    let others = [dataset.validation, dataset.test].compactMap { $0 }.filter { $0.hasTargets && $0.count > 0 }
    objective = try Objective(model, name: dataset.name, classes: dataset.classes, parts: [dataset.train] + others)
    length = TrainingLength(recipe, examples: dataset.train.count)
    normalization = try NormalizationValues.compute(recipe.normalization, from: dataset.train, at: model.statements["normalize"])
    let reader = try BatchReader(
      dataset.train, normalization: normalization, augmentations: recipe.augmentations, seed: recipe.seed,
      at: model.statements["augment"])
    var validation: BatchReader?
    if let part = dataset.validation, part.count > 0, part.hasTargets { validation = try BatchReader(part, normalization: normalization) }
    parameters = try Parameters(model)
    parameters.weights = Weights(initial: model, layout: parameters.layout)
    let plan: Plan
    do throws(PlanProblem) { plan = try Plan(model, .training, batch: length.batch) } catch { throw error.diagnostic(model) }
    let executor = try Executor(plan, model, parameters, kernels)
    let optimizer = try OptimizerState(recipe.optimizer, count: parameters.layout.trainedCount)
    step = try TrainingStep(executor, objective, reader, optimizer, recipe: recipe)
    evaluator = try Evaluator(
      model, parameters, kernels, purpose: .evaluation, examples: validation?.count ?? 1, arena: executor.arena)
    start = TrainingStart(
      trainingExamples: dataset.train.count, validationExamples: validation?.count ?? 0, batch: length.batch,
      stepsPerEpoch: length.stepsPerEpoch, totalSteps: length.totalSteps, totalEpochs: length.totalEpochs,
      memory: 4 * (plan.arenaCount + parameters.layout.trainedCount * 2 + optimizer.stateCount),
      judgedBy: MeasuredQuantity(part: validation == nil ? .train : .validation, measure: "loss"))
    self.model = model
    self.dataset = dataset
    self.kernels = kernels
    self.options = options
    self.validation = validation
  }

  /// Trains to the end of the recipe, a rule of `stop`, the cancellation, or the first number that is not finite.
  /// - Parameters:
  ///   - state: where to go on; nil from the weights there are.
  ///   - checkpoints: who is given the state from time to time, when the run is broken off, and at its end.
  /// - Throws: NN601 where the state is of another network or another recipe.
  public func run(
    from state: TrainingState? = nil, cancellation: Cancellation = Cancellation(), checkpoints: Checkpoints? = nil,
    watch: (TrainingEvent) -> Void = { _ in }
  ) throws(Diagnostic) -> TrainingResult {
    let begun = ContinuousClock.now - .seconds(state?.seconds ?? 0)
    var stops = try StopWatcher(
      model, hasValidation: validation != nil, isClassification: objective.isClassification, start: begun)
    var progress = Progress(model.recipe, length, .now, isStateful: model.isStateful)
    if let state { try restore(state, &progress, &stops) }
    let saving = Saving(checkpoints: checkpoints, begun: begun)
    watch(.started(start))
    var end: TrainingResult.End?
    while end == nil, progress.steps < length.totalSteps {
      let failure = try runEpoch(&progress, stops, cancellation, saving, watch)
      if let failure {
        end = .diverged(divergence(failure, progress))
        // The state before the step that failed, from which it can be made again.
        save(progress, stops, saving)
      } else if progress.rowIsDue(cancelled: progress.reason != nil) {
        let report = try finishRow(&progress)
        watch(.epoch(report))
        if progress.reason == nil { progress.reason = stops.epochEnded(report).map { .rule($0) } }
      }
      if end == nil, let reason = progress.reason { end = .stopped(reason) }
    }
    var outcome = end ?? .stopped(.finished)
    if case .stopped = outcome, let divergence = divergenceOfLastUpdate(progress) {
      outcome = .diverged(divergence)
      // Judged by the loss that training saw before that update.
      if validation == nil, progress.best?.epoch == progress.epoch { progress.best = nil }
    }
    if case .stopped(let reason) = outcome {
      if progress.brokenOff == nil { save(progress, stops, saving) }
      watch(.stopped(reason))
    }
    return TrainingResult(
      end: outcome, epochs: progress.rows, steps: progress.steps, seconds: begun.duration(to: .now).seconds,
      samplesPerSecond: progress.trainingSeconds > 0 ? Double(progress.examples) / progress.trainingSeconds : 0,
      best: progress.best?.weights, bestEpoch: progress.best?.epoch, last: parameters.weights)
  }

  /// The network with the weights that a run is judged by: with a validation part the best, else the last.
  public func network(_ result: TrainingResult) throws(Diagnostic) -> TrainedNetwork {
    let judged = JudgedWeights(result, hasValidation: dataset.validation != nil)
    return try TrainedNetwork(model, judged.weights, normalization: normalization, kernels: kernels)
  }

  /// How the present weights do on a part, without dropout and augmentation; nil for a part without targets.
  public func evaluate(_ part: Examples) throws(Diagnostic) -> Evaluation? {
    let network = try TrainedNetwork(model, parameters.weights, normalization: normalization, kernels: kernels)
    return try network.evaluate(part, name: dataset.name, classes: dataset.classes)
  }
}

// MARK: - The run

extension Trainer {
  /// Steps to the end of the epoch or of the run. Sets `progress.reason` where the run has to end.
  private func runEpoch(
    _ progress: inout Progress, _ stops: StopWatcher, _ cancellation: Cancellation, _ saving: Saving, _ watch: (TrainingEvent) -> Void
  ) throws(Diagnostic) -> TrainingStep.Failure? {
    let begun = ContinuousClock.now
    defer { progress.trainingSeconds += begun.duration(to: .now).seconds }
    progress.order.shuffle(epoch: progress.epoch)
    if progress.stepInEpoch == 0 { step.executor.resetStates() }
    while progress.stepInEpoch < length.stepsPerEpoch, progress.steps < length.totalSteps {
      let indices = progress.order.batch(progress.stepInEpoch, of: length.batch)
      progress.learningRate = progress.rate.rate(step: progress.steps)
      let failure = step.run(
        indices, epoch: progress.epoch, step: progress.steps, learningRate: progress.learningRate, next: batch(behind: progress))
      if let problem = step.problem { throw problem }
      if let failure { return failure }
      progress.endStep(examples: indices.count)
      if options.stepInterval > 0, progress.steps % options.stepInterval == 0 { watch(.step(report(progress))) }
      if cancellation.isCancelled { progress.reason = .cancelled }
      if let rule = stops.ruleOfTime() { progress.reason = .rule(rule) }
      if progress.reason != nil {
        // As it is now, not as after the row below: an epoch that is resumed has not ended.
        if progress.stepInEpoch < length.stepsPerEpoch {
          save(progress, stops, saving)
          progress.brokenOff = progress.stepInEpoch
        }
        break
      }
      if progress.steps % 8 == 0, saving.checkpoints?.isDue() == true { save(progress, stops, saving) }
    }
    progress.endEpoch()
    return nil
  }

  /// The next batch of the epoch; empty where this is its last, or the run's.
  private func batch(behind progress: Progress) -> ArraySlice<Int32> {
    guard progress.stepInEpoch + 1 < length.stepsPerEpoch, progress.steps + 1 < length.totalSteps else { return [] }
    return progress.order.batch(progress.stepInEpoch + 1, of: length.batch)
  }

  private func report(_ progress: Progress) -> StepReport {
    StepReport(
      epoch: progress.epoch + 1, stepInEpoch: progress.stepInEpoch, stepsPerEpoch: length.stepsPerEpoch, step: progress.steps,
      totalSteps: length.totalSteps, loss: step.totals.loss.mean, accuracy: accuracy, learningRate: progress.learningRate)
  }

  private var accuracy: Double? {
    objective.isClassification ? Double(step.totals.correct) / Double(max(1, step.totals.rows)) : nil
  }

  /// Validation, the row of the table, and the best weights.
  private func finishRow(_ progress: inout Progress) throws(Diagnostic) -> EpochReport {
    var evaluation: Evaluation?
    if let validation {
      evaluation = try evaluator.evaluate(validation, objective, classes: dataset.classes.count)
      step.memoryWasUsed()
    }
    let loss = evaluation?.loss ?? step.totals.loss.mean
    let isBest = loss.isFinite && progress.best.map { loss < $0.loss } ?? true
    if isBest { progress.best = .init(loss: loss, epoch: progress.epoch, weights: parameters.weights) }
    let report = EpochReport(
      epoch: progress.epoch, steps: progress.steps, seconds: progress.rowBegun.duration(to: .now).seconds,
      samplesPerSecond: progress.rowSamplesPerSecond, learningRate: progress.learningRate, trainLoss: step.totals.loss.mean,
      trainAccuracy: accuracy, validation: evaluation?.scores, isBest: isBest)
    progress.endRow(report, loss: loss)
    step.totals = TrainingStep.Totals()
    return report
  }

  /// Of the step that was to be made.
  private func divergence(_ failure: TrainingStep.Failure, _ progress: Progress) -> Divergence {
    Divergence(
      failure, step, model, indices: progress.order.batch(progress.stepInEpoch, of: length.batch),
      at: .step(epoch: progress.epoch + 1, batch: progress.stepInEpoch + 1), run: progress.steps, learningRate: progress.learningRate)
  }

  /// No step comes that would find what the last update has done.
  private func divergenceOfLastUpdate(_ progress: Progress) -> Divergence? {
    guard progress.steps > 0 else { return nil }
    let (epoch, batch) = progress.last
    let indices = progress.order.batch(batch, of: length.batch)
    guard let failure = step.failureAfter(indices, epoch: epoch, step: progress.steps - 1) else { return nil }
    return Divergence(
      failure, step, model, indices: indices, at: .lastUpdate(epoch: epoch + 1, batch: batch + 1), run: progress.steps - 1,
      learningRate: progress.learningRate)
  }
}
