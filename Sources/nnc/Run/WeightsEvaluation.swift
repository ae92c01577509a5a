import NNData
import NNDiagnostics
import NNKernels
import NNRecipe
import NNReport
import NNRuntime

/// `nnc run MODEL --weights W`: how weights do on the test part.
struct WeightsEvaluation {
  private let console: Console
  private let invocation: Invocation
  private let begun = ContinuousClock.now

  init(_ invocation: Invocation, _ console: Console) {
    self.invocation = invocation
    self.console = console
  }

  func run() throws -> ExitCode {
    let threads = invocation.integer(RunCommand.threads)
    let weights = try WeightsFile(invocation.text(RunCommand.weights) ?? "")
    let problem = try Problem(ModelInput(invocation.positionals[0], invocation), threads: threads, console: console)
    let kernels = try Kernels(threads: threads)
    try weights.checkClasses(problem.dataset.classes, of: problem.dataset.name)
    let network = try weights.network(problem.model, train: problem.dataset.train, kernels: kernels)
    guard let test = problem.dataset.test,
      let evaluation = try network.evaluate(test, name: problem.dataset.name, classes: problem.dataset.classes)
    else {
      throw Diagnostic(
        .splitParts, .error, "`\(problem.dataset.name)` has no test part with targets to evaluate on",
        at: problem.model.statements["split"], fixes: [.init("give it one: `split train 80%, test 20%`")])
    }
    let summary = summary(problem, network, weights, evaluation, kernels)
    let folder = try invocation.text(RunCommand.out).map(RunFolder.at)
    if let folder { try write(summary, problem, try network.predict(test), evaluation, to: folder) }
    show(summary, weights, folder, metrics: problem.model.recipe.metrics)
    guard let lost = evaluation.scores.lossProblem("test", problem.model) else { return .fine }
    console.report([lost])
    return .failed
  }

  private func summary(
    _ problem: Problem, _ network: TrainedNetwork, _ weights: WeightsFile, _ test: Evaluation, _ kernels: Kernels
  ) -> RunSummary {
    let layout = network.parameters.layout
    return RunSummary(
      model: problem.model.name, data: problem.dataset.name, standIn: problem.dataset.standIn != nil, isText: problem.dataset.codec != nil,
      seed: problem.model.recipe.seed,
      threads: kernels.threads, epochs: weights.info.epoch ?? 0, steps: 0, seconds: begun.duration(to: .now).seconds, test: test,
      classes: problem.dataset.classes, parameters: layout.parameters,
      weightsDigest: Checkpoint(weights: network.parameters.weights, info: CheckpointInfo()).digest(layout), end: "evaluated")
  }

  private func write(
    _ summary: RunSummary, _ problem: Problem, _ predictions: Predictions, _ evaluation: Evaluation, to folder: RunFolder
  ) throws {
    try folder.write(problem.model.file.bytes, to: "model.nn")
    try folder.write(summary.json.text + "\n", to: "summary.json")
    try folder.write(evaluation, classes: problem.dataset.classes, title: problem.model.title ?? problem.model.name)
    if let test = problem.dataset.test {
      try folder.write(PredictionTable(predictions, test, classes: problem.dataset.classes).pieces, to: "predictions.csv")
    }
  }

  private func show(_ summary: RunSummary, _ weights: WeightsFile, _ folder: RunFolder?, metrics: [Metric]) {
    if console.isJSON {
      console.write(JSONValue.event("summary", summary.json).text + "\n")
    } else if !invocation.has(RunCommand.quiet) {
      console.write(summary.text(weights: printable(weights.path), metrics: metrics))
      if let folder { console.write("\nwritten to  \(printable(folder.path))\n") }
    }
  }
}
