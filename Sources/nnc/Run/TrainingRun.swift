import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNReport
import NNRuntime

/// `nnc run MODEL`: check, load, train, evaluate, write.
struct TrainingRun {
  private let console: Console
  private let options: RunOptions
  private let problem: Problem
  private let kernels: Kernels
  private let trainer: Trainer
  private let folder: RunFolder
  private let resumed: RunState?
  private let energy: EnergyMeter
  private let saver: RunSaver
  private let begun = ContinuousClock.now

  /// A run of a command line, in a folder of its own, or the one that it resumes.
  init(_ given: Invocation, _ console: Console) throws {
    let run = given.text(RunCommand.resume)
    let folder = try run.map(RunFolder.resumed)
    let resumed = try run.map(RunState.init(run:))
    let invocation = resumed?.call.completing(given) ?? given
    let options = RunOptions(invocation)
    let problem = try Problem(ModelInput(invocation.positionals[0], invocation), threads: options.threads, console: console)
    let out = invocation.text(RunCommand.out)
    try self.init(problem, RunCall(invocation), options, console, resumed: resumed) { () throws(FileError) in
      if let folder { return folder }
      if let out { return try RunFolder.at(out) }
      return try RunFolder.next(for: problem.model.name)
    }
  }

  /// - Parameter folder: made only when nothing else can be wrong.
  init(
    _ problem: Problem, _ call: RunCall, _ options: RunOptions, _ console: Console, resumed: RunState? = nil, kernels: Kernels? = nil,
    folder: () throws(FileError) -> RunFolder
  ) throws {
    self.console = console
    self.options = options
    self.problem = problem
    self.resumed = resumed
    self.kernels = try kernels ?? Kernels(threads: options.threads)
    trainer = try Trainer(
      problem.model, problem.dataset, kernels: self.kernels,
      options: TrainingOptions(stepInterval: options.until != nil || console.errorIsTerminal && !options.isQuiet ? 1 : 0))
    try TrainingRun.loadStartingWeights(trainer, options, console, isResumed: resumed != nil)
    let info = TrainingRun.info(problem, trainer.normalization)
    try resumed?.check(info, examples: problem.dataset.train.count)
    if let until = options.until { try resumed?.check(isBefore: until) }
    self.folder = try folder()
    energy = EnergyMeter(
      threads: self.kernels.threads, watts: options.watts, intensity: options.carbon, before: resumed?.wattHours ?? 0)
    saver = RunSaver(
      self.folder, trainer.parameters.layout, call: call, info: info, examples: problem.dataset.train.count, energy: energy,
      resumed: resumed, warn: { [console] message in console.report(UsageError(message)) })
  }

  private static func loadStartingWeights(_ trainer: Trainer, _ options: RunOptions, _ console: Console, isResumed: Bool) throws(Diagnostic)
  {
    guard let path = options.startingWeights, !isResumed else { return }
    let parameters = trainer.parameters
    let fresh = try Checkpoint.load(matching: path, into: &parameters.weights, model: trainer.model, layout: parameters.layout)
    guard !options.isSilent else { return }
    let count = parameters.layout.tensors.count
    console.note(
      "\(count - fresh.count) of \(count) tensors begin as in \(path)" + (fresh.isEmpty ? "" : "; fresh: \(fresh.joined(separator: ", "))"))
  }

  static func info(_ problem: Problem, _ normalization: NormalizationValues) -> CheckpointInfo {
    var info = CheckpointInfo(problem, normalization)
    info.version = Program.version
    return info
  }

  /// Trains and writes the run folder.
  func run() throws -> ExitCode {
    Interrupt.install()
    let facts = RunFacts(problem, trainer.start, kernels)
    if !options.isQuiet, !console.isJSON {
      console.write(facts.text)
      if let resumed { console.write("resumed   \(printable(folder.path)) after \(grouped(resumed.state.steps)) steps\n") }
    }
    let outcome = try train()
    show(outcome)
    return options.until != nil && outcome.end == .interrupted ? .fine : outcome.code
  }

  /// Trains, evaluates and writes, without a word but what is wrong.
  func train() throws -> RunOutcome {
    if resumed == nil {
      try folder.write(problem.model.file.bytes, to: "model.nn")
      if let resolved = problem.resolved { try folder.write(resolved, to: "resolved.nn") }
    }
    let watcher = RunWatcher(
      console, options, hasAccuracy: !problem.dataset.classes.isEmpty, energy: energy, resumed: resumed?.state)
    let result = try trainer.run(
      from: resumed?.state, cancellation: Interrupt.cancellation, checkpoints: saver.checkpoints, watch: watcher.see)
    let outcome = try end(result)
    // All results are written; without a state the run cannot be resumed, which is to be known.
    if let failure = saver.failure { throw failure }
    return outcome
  }

  /// Writes what the training has come to: the weights first, which took the longest to get.
  private func end(_ result: TrainingResult) throws -> RunOutcome {
    let end: RunOutcome.End =
      switch result.end {
      case .diverged: .diverged
      case .stopped(.cancelled): .interrupted
      case .stopped(.rule): .stopped
      case .stopped(.finished): .finished
      }
    // Those of an interrupted run are in its last state.
    if end != .interrupted { try saveWeights(result) }
    try saver.writeTables(result.epochs)
    if case .diverged(let divergence) = result.end {
      var diagnostic = divergence.diagnostic
      diagnostic.notes.append(try keep(divergence))
      if !options.isSilent { console.report([diagnostic]) }
    }
    return try finish(result, as: end)
  }

  /// The weights before the step that failed, and how to come back to it.
  private func keep(_ divergence: Divergence) throws(FileError) -> String {
    var words = "no weights from before are kept"
    if let weights = divergence.weightsBefore {
      try saver.write(weights, epoch: divergence.epoch, to: "before-nan.safetensors")
      let place = divergence.batch > 1 ? "batch \(divergence.batch - 1)" : "before the first batch"
      words = "kept \(folder.file("before-nan.safetensors")) (\(place))"
    } else if ModelFile.exists(folder.file("last.safetensors")) {
      words = "kept \(folder.file("last.safetensors")), as it was last saved"
    }
    guard ModelFile.exists(folder.file(RunState.name)) else { return words }
    return "\(words); the run can be replayed: --resume \(folder.path) --until \(divergence.epoch):\(divergence.batch)"
  }

  private func saveWeights(_ result: TrainingResult) throws(FileError) {
    if let best = result.best { try saver.write(best, epoch: result.bestEpoch, to: "best.safetensors") }
    // What an update has carried off is of no use to anybody; the file of the last save is.
    if case .diverged(let divergence) = result.end, divergence.weightsBefore == nil { return }
    try saver.write(result.last, epoch: result.epochs.last?.epoch, to: "last.safetensors")
  }

  // MARK: The end

  private func finish(_ result: TrainingResult, as end: RunOutcome.End) throws -> RunOutcome {
    let judged = JudgedWeights(result, hasValidation: problem.dataset.validation != nil)
    let network = try TrainedNetwork(problem.model, judged.weights, normalization: trainer.normalization, kernels: kernels)
    let results = try RunResults(network, problem, judged, rows: result.epochs, evaluates: end.isWhole)
    let lost = end.isWhole ? results.lossProblem(problem.model, validation: result.epochs.last?.validation) : nil
    if let lost, !options.isSilent { console.report([lost]) }
    let end = lost == nil ? end : .diverged
    let summary = summary(result, judged, results, end)
    try folder.write(summary.json.text + "\n", to: "summary.json")
    let report = RunReport(problem, trainer.start, kernels, summary, results, rows: result.epochs, judged: judged)
    try report.write(to: folder)
    return RunOutcome(
      summary: summary, trainingExamples: problem.dataset.train.count, rows: result.epochs, judged: judged, end: end, folder: folder)
  }

  private func summary(_ result: TrainingResult, _ judged: JudgedWeights, _ results: RunResults, _ end: RunOutcome.End) -> RunSummary {
    let row = result.epochs.last { $0.epoch == judged.epoch } ?? result.epochs.last
    var summary = RunSummary(
      model: problem.model.name, data: problem.dataset.name, standIn: problem.dataset.standIn != nil, isText: problem.dataset.codec != nil,
      seed: problem.model.recipe.seed,
      threads: kernels.threads, epochs: result.epochs.last?.epoch ?? 0, steps: result.steps, seconds: result.seconds,
      samplesPerSecond: result.samplesPerSecond, train: row.map(\.trainScores), validation: row?.validation, test: results.test,
      classes: problem.dataset.classes, parameters: trainer.parameters.layout.parameters,
      weightsDigest: Checkpoint(weights: judged.weights, info: CheckpointInfo()).digest(trainer.parameters.layout),
      bestEpoch: result.bestEpoch, judgement: results.judgement, energy: energy.energy, end: end.rawValue)
    if case .stopped(.rule(let rule)) = result.end { summary.stoppedBy = rule }
    return summary
  }

  private func show(_ outcome: RunOutcome) {
    if console.isJSON {
      console.write(JSONValue.event("summary", outcome.summary.json).text + "\n")
    } else if !options.isQuiet {
      if let rule = outcome.summary.stoppedBy { console.write("\nstopped     \(rule.reason)\n") }
      console.write(outcome.summary.text(weights: outcome.judged.text(steps: outcome.summary.steps), metrics: problem.model.recipe.metrics))
      console.write("\nrun folder  \(printable(folder.path))\ntime        \(duration(outcome.summary.seconds))\n")
      if outcome.end == .interrupted { console.write("go on with  nnc run --resume \(printable(folder.path))\n") }
    }
  }
}

/// What came of a run.
struct RunOutcome: Sendable {
  enum End: String {
    case finished, stopped, interrupted, diverged

    /// All was done that was to be done.
    var isWhole: Bool { self == .finished || self == .stopped }
  }

  var summary: RunSummary
  var trainingExamples: Int
  var rows: [EpochReport]
  var judged: JudgedWeights
  var end: End
  var folder: RunFolder

  var code: ExitCode {
    switch end {
    case .finished, .stopped: .fine
    case .interrupted: .interrupted
    case .diverged: .failed
    }
  }
}

extension JudgedWeights {
  func text(steps: Int) -> String {
    epoch.map { "weights of epoch \($0), \(isBest ? "the lowest validation loss" : "the last")" }
      ?? "weights after \(counted(steps, "step"))"
  }
}

extension EpochReport {
  /// As training saw it, with dropout and augmentation.
  var trainScores: Scores {
    var scores = Scores(count: 0, loss: trainLoss)
    scores.accuracy = trainAccuracy
    return scores
  }
}

extension RunState {
  func check(isBefore place: StopPlace) throws(UsageError) {
    let (epoch, batch) = state.stepInEpoch > 0 ? (state.epoch + 1, state.stepInEpoch) : (state.epoch, Int.max)
    guard place.isReached(epoch: epoch, batch: batch) else { return }
    let stands = state.stepInEpoch > 0 ? "batch \(batch) of epoch \(epoch)" : "the end of epoch \(epoch)"
    throw UsageError("`--until \(place.epoch):\(place.batch)`: the run stands behind \(stands) already")
  }

  /// - Throws: NN601 where the model file or the data has changed since the run was begun.
  func check(_ now: CheckpointInfo, examples: Int) throws(Diagnostic) {
    guard info.modelDigest == now.modelDigest else {
      throw Diagnostic(
        .weightsMismatch, .error, "`\(call.model)` has changed since the run was begun, so that it cannot be resumed",
        fixes: [.init("the run's folder holds the file as it was: `model.nn`"), .init("or begin a new run from its weights")])
    }
    guard info.seed == now.seed else {
      throw Diagnostic(
        .weightsMismatch, .error, "the run was begun with seed \(info.seed ?? 0), and cannot go on with seed \(now.seed ?? 0)",
        fixes: [.init("leave `--seed` out, or begin a new run")])
    }
    guard examples == self.examples, info.normalization == now.normalization, info.classes == now.classes, info.codec == now.codec else {
      throw Diagnostic(
        .weightsMismatch, .error, "the data has changed since the run was begun, so that it cannot be resumed",
        notes: [
          examples == self.examples
            ? "its numbers or classes are others" : "the training part had \(grouped(self.examples)) examples and has \(grouped(examples))"
        ])
    }
  }
}
