import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNReport
import NNRuntime

/// `nnc run MODEL`: check, load, train, evaluate, write.
struct TrainingRun {
  private let console: Console
  private let isQuiet: Bool
  private let problem: Problem
  private let kernels: Kernels
  private let trainer: Trainer
  private let folder: RunFolder
  private let begun = ContinuousClock.now

  init(_ invocation: Invocation, _ console: Console) throws {
    self.console = console
    isQuiet = invocation.has(RunCommand.quiet)
    let threads = invocation.integer(RunCommand.threads)
    problem = try Problem(ModelInput(invocation.positionals[0], invocation), threads: threads, console: console)
    kernels = try Kernels(threads: threads)
    trainer = try Trainer(
      problem.model, problem.dataset, kernels: kernels, options: TrainingOptions(stepInterval: console.errorIsTerminal ? 1 : 0))
    folder = try invocation.text(RunCommand.out).map(RunFolder.at) ?? .next(for: problem.model.name)
  }

  func run() throws -> ExitCode {
    try folder.write(problem.model.file.bytes, to: "model.nn")
    let facts = RunFacts(problem, trainer.start, kernels)
    if !isQuiet, !console.isJSON { console.write(facts.text) }
    Interrupt.install()
    let watcher = RunWatcher(console, folder, isQuiet: isQuiet, hasAccuracy: !problem.dataset.classes.isEmpty)
    let result = try trainer.run(cancellation: Interrupt.cancellation, watch: watcher.see)
    watcher.saveMetrics()
    if let failure = watcher.failure { throw failure }
    try saveWeights(result)
    switch result.end {
    case .diverged(let divergence): return try diverged(divergence, result)
    case .stopped(.cancelled): return try finish(result, as: "interrupted", evaluates: false, code: .interrupted)
    case .stopped(.rule): return try finish(result, as: "stopped", evaluates: true, code: .fine)
    case .stopped(.finished): return try finish(result, as: "finished", evaluates: true, code: .fine)
    }
  }

  // MARK: Weights

  private func saveWeights(_ result: TrainingResult) throws {
    let layout = trainer.parameters.layout
    if let best = result.best {
      try Checkpoint(weights: best, info: info(epoch: result.bestEpoch)).write(layout, to: folder.file("best.safetensors"))
    }
    try Checkpoint(weights: result.last, info: info(epoch: result.epochs.last?.epoch)).write(layout, to: folder.file("last.safetensors"))
  }

  private func info(epoch: Int?) -> CheckpointInfo {
    var info = CheckpointInfo()
    info.version = Program.version
    info.model = problem.model.name
    info.modelDigest = SHA256.hexDigest(of: problem.model.file.bytes)
    info.epoch = epoch
    info.seed = problem.model.recipe.seed
    info.classes = problem.dataset.codec == nil ? problem.dataset.classes : []
    info.codec = problem.dataset.codec
    info.normalization = trainer.normalization
    info.input = problem.model.input.dimensions
    return info
  }

  /// With a validation part the best weights are judged, else the last.
  private func judged(_ result: TrainingResult) -> (weights: Weights, epoch: Int?, isBest: Bool) {
    if let best = result.best, problem.dataset.validation != nil { return (best, result.bestEpoch, true) }
    return (result.last, result.epochs.last?.epoch, false)
  }

  // MARK: The end

  private func diverged(_ divergence: Divergence, _ result: TrainingResult) throws -> ExitCode {
    var diagnostic = divergence.diagnostic
    diagnostic.notes.append("kept \(folder.file("last.safetensors")): the weights before this step")
    console.report([diagnostic])
    return try finish(result, as: "diverged", evaluates: false, code: .failed)
  }

  private func finish(_ result: TrainingResult, as end: String, evaluates: Bool, code: ExitCode) throws -> ExitCode {
    let (weights, epoch, isBest) = judged(result)
    let test = evaluates ? try evaluate(weights) : nil
    let summary = summary(result, weights, epoch: epoch, end: end, test: test)
    try folder.write(summary.json.text + "\n", to: "summary.json")
    try drawCurves(result, best: isBest ? epoch : nil)
    show(summary, epoch: epoch, isBest: isBest, steps: result.steps)
    return code
  }

  /// Loss and metrics of the test part, whose predictions are written.
  private func evaluate(_ weights: Weights) throws -> Evaluation? {
    guard let test = problem.dataset.test else { return nil }
    let network = try TrainedNetwork(problem.model, weights, normalization: trainer.normalization, kernels: kernels)
    let classes = problem.dataset.classes
    let evaluation = try network.evaluate(test, name: problem.dataset.name, classes: classes)
    if let evaluation { try folder.write(evaluation, classes: classes, title: problem.model.title ?? problem.model.name) }
    try folder.write(PredictionTable(try network.predict(test), test, classes: classes).csv, to: "predictions.csv")
    return evaluation
  }

  private func summary(_ result: TrainingResult, _ weights: Weights, epoch: Int?, end: String, test: Evaluation?) -> RunSummary {
    let row = result.epochs.last { $0.epoch == epoch } ?? result.epochs.last
    return RunSummary(
      model: problem.model.name, data: problem.dataset.name, standIn: problem.dataset.standIn != nil, seed: problem.model.recipe.seed,
      threads: kernels.threads, epochs: result.epochs.last?.epoch ?? 0, steps: result.steps, seconds: begun.duration(to: .now).seconds,
      samplesPerSecond: result.samplesPerSecond, train: row.map { .init(loss: $0.trainLoss, accuracy: $0.trainAccuracy) },
      validation: row?.validation.map(RunSummary.Measures.init), test: test, classes: problem.dataset.classes,
      parameters: trainer.parameters.layout.parameters,
      weightsDigest: Checkpoint(weights: weights, info: CheckpointInfo()).digest(trainer.parameters.layout), bestEpoch: result.bestEpoch,
      end: end)
  }

  private func drawCurves(_ result: TrainingResult, best: Int?) throws {
    let epochs = result.epochs.map {
      LearningCurves.Epoch(
        number: $0.epoch, trainLoss: $0.trainLoss, trainAccuracy: $0.trainAccuracy, validationLoss: $0.validation?.loss,
        validationAccuracy: $0.validation?.accuracy)
    }
    let title = problem.model.title ?? problem.model.name
    let curves = LearningCurves(title: title, lossName: problem.model.loss?.word ?? "loss", epochs: epochs, best: best)
    try folder.write(curves.svg(), to: "curves.svg")
  }

  private func show(_ summary: RunSummary, epoch: Int?, isBest: Bool, steps: Int) {
    if console.isJSON {
      console.write(JSONValue.event("summary", summary.json).text + "\n")
    } else if !isQuiet {
      let weights =
        epoch.map { "weights of epoch \($0), \(isBest ? "the lowest validation loss" : "the last")" }
        ?? "weights after \(steps) \(steps == 1 ? "step" : "steps")"
      console.write(summary.text(weights: weights))
      console.write("\nrun folder  \(printable(folder.path))\ntime        \(duration(summary.seconds))\n")
    }
  }
}
