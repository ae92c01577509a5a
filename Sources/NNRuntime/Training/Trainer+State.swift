import NNDiagnostics

/// Who gets the states of a run, and when it began.
struct Saving {
  let checkpoints: Checkpoints?
  let begun: ContinuousClock.Instant
}

extension Trainer {
  /// Hands over where the run stands, where anybody wants to know.
  ///
  /// Not with weights that are no numbers any more: the next step, or the end of the run, finds them, and until then the state before is the one
  /// to come back to.
  func save(_ progress: Progress, _ stops: StopWatcher, _ saving: Saving) {
    guard let checkpoints = saving.checkpoints else { return }
    let weights = parameters.weights
    guard weights.isFinite else { return }
    checkpoints.save(
      TrainingState(
        steps: progress.steps, epoch: progress.epoch, stepInEpoch: progress.stepInEpoch, examples: progress.examples,
        trainingSeconds: progress.trainingSeconds, seconds: saving.begun.duration(to: .now).seconds, weights: weights,
        best: progress.best, optimizer: step.optimizer.memory, carried: step.executor.carried, plateau: progress.rate.plateau,
        stops: stops.memory, totals: step.totals,
        rows: progress.rows))
  }

  /// - Throws: NN601 where the numbers do not fit.
  func restore(_ state: TrainingState, _ progress: inout Progress, _ stops: inout StopWatcher) throws(Diagnostic) {
    let own = step.optimizer.memory
    func fits(_ weights: Weights) -> Bool {
      weights.trained.count == parameters.layout.trainedCount && weights.running.count == parameters.layout.runningCount
    }
    guard fits(state.weights), state.best.map({ fits($0.weights) }) ?? true else {
      throw Diagnostic(.weightsMismatch, .error, "the state of the run is of another network than `\(model.name)`")
    }
    guard state.optimizer.first.count == own.first.count, state.optimizer.second.count == own.second.count else {
      throw Diagnostic(
        .weightsMismatch, .error, "the state of the run is of another optimizer than `\(model.recipe.optimizer.word)`",
        at: model.statements["optimizer"])
    }
    guard state.carried.count == step.executor.carried.count else {
      throw Diagnostic(
        .weightsMismatch, .error,
        "the state of the run carries \(state.carried.count) numbers from batch to batch, not \(step.executor.carried.count)",
        at: model.statements["batch"])
    }
    guard state.stepInEpoch <= length.stepsPerEpoch, state.steps / length.stepsPerEpoch <= state.epoch + 1 else {
      throw Diagnostic(
        .weightsMismatch, .error, "the state of the run is of other batches: it has made \(state.stepInEpoch) steps of an epoch",
        at: model.statements["batch"], notes: ["an epoch has \(length.stepsPerEpoch) steps here"])
    }
    parameters.weights = state.weights
    step.optimizer.memory = state.optimizer
    step.totals = state.totals
    step.executor.carried = state.carried
    progress.restore(state)
    if stops.memory.best.count == state.stops.best.count, stops.memory.waited.count == state.stops.waited.count {
      stops.memory = state.stops
    }
  }
}
