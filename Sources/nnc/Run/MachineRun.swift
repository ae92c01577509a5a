import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNReport
import NNRuntime

/// `nnc run MODEL` of a network that ends with `svm`: solve, evaluate, write.
struct MachineRun {
  private let console: Console
  private let options: RunOptions
  private let problem: Problem
  private let kernels: Kernels
  private let trainer: MachineTrainer
  private let folder: RunFolder
  private let energy: EnergyMeter

  init(_ invocation: Invocation, _ console: Console) throws {
    let options = RunOptions(invocation)
    let problem = try Problem(ModelInput(invocation.positionals[0], invocation), threads: options.threads, console: console)
    let out = invocation.text(RunCommand.out)
    try self.init(problem, options, console) { () throws(FileError) in
      if let out { return try RunFolder.at(out) }
      return try RunFolder.next(for: problem.model.name)
    }
  }

  /// - Parameter folder: made only when nothing else can be wrong.
  init(
    _ problem: Problem, _ options: RunOptions, _ console: Console, kernels: Kernels? = nil, folder: () throws(FileError) -> RunFolder
  ) throws {
    self.problem = problem
    self.options = options
    self.console = console
    self.kernels = try kernels ?? Kernels(threads: options.threads)
    trainer = try MachineTrainer(problem.model, problem.dataset, kernels: self.kernels)
    self.folder = try folder()
    energy = EnergyMeter(threads: self.kernels.threads, watts: options.watts, intensity: options.carbon)
  }

  func run() throws -> ExitCode {
    Interrupt.install()
    let shows = !options.isQuiet && !console.isJSON
    if shows { console.write(RunFacts(problem, nil, kernels).text + "\n") }
    let outcome = try train()
    if console.isJSON {
      console.write(JSONValue.event("summary", outcome.summary.json).text + "\n")
    } else if shows, let machine = outcome.summary.machine {
      console.write(machine.lines)
      console.write(outcome.summary.text(weights: machine.text, metrics: problem.model.recipe.metrics))
      console.write("\nrun folder  \(printable(folder.path))\ntime        \(duration(outcome.summary.seconds))\n")
    }
    return outcome.code
  }

  /// Solves, evaluates and writes, without a word.
  func train() throws -> RunOutcome {
    try folder.write(problem.model.file.bytes, to: "model.nn")
    if let resolved = problem.resolved { try folder.write(resolved, to: "resolved.nn") }
    let solved = try trainer.train(cancellation: Interrupt.cancellation)
    let problem = problem.with(solved.model)
    let network = try TrainedNetwork(solved.model, solved.weights, normalization: trainer.normalization, kernels: kernels)
    let result = try result(solved, network)
    let end: RunOutcome.End = solved.isCancelled ? .interrupted : .finished
    let judged = JudgedWeights(result, hasValidation: problem.dataset.validation != nil)
    let results = try RunResults(network, problem, judged, rows: result.epochs, evaluates: true)
    let facts = try facts(solved, network)
    let summary = summary(solved, result, results, facts, network, end)
    try write(solved, summary, results, judged, facts, result.epochs, problem, network)
    return RunOutcome(
      summary: summary, trainingExamples: problem.dataset.train.count, rows: result.epochs, judged: judged, end: end, folder: folder)
  }

  /// With the scores of the training part, and of the validation part where there is one.
  private func result(_ solved: MachineTrainer.Result, _ network: TrainedNetwork) throws -> TrainingResult {
    let dataset = problem.dataset
    let train = try network.evaluate(dataset.train, name: dataset.name, classes: dataset.classes)
    let validation = try dataset.validation.flatMap { part throws(Diagnostic) in
      try network.evaluate(part, name: dataset.name, classes: dataset.classes)
    }
    return solved.asTraining(train: train?.scores, validation: validation?.scores, examples: dataset.train.count)
  }

  private func facts(_ solved: MachineTrainer.Result, _ network: TrainedNetwork) throws -> MachineFacts {
    let dataset = problem.dataset
    var separability: [Separability] = []
    if solved.machine.function.kind == .linear, !solved.isCancelled, dataset.classes.count <= 10 {
      let x = try trainer.features(dataset.train)
      separability = try Separability.ofPairs(
        x, features: solved.machine.features, labels: dataset.train.labels, classes: dataset.classes.count, kernels: kernels)
    }
    let map = dataset.train.shape == [2] ? try DecisionMap(network, dataset, solved.machine, title: title) : nil
    return MachineFacts(solved.machine, classes: dataset.classes, separability: separability, map: map)
  }

  private var title: String { problem.model.title ?? problem.model.name }

  private func summary(
    _ solved: MachineTrainer.Result, _ result: TrainingResult, _ results: RunResults, _ facts: MachineFacts, _ network: TrainedNetwork,
    _ end: RunOutcome.End
  ) -> RunSummary {
    RunSummary(
      model: problem.model.name, data: problem.dataset.name, standIn: problem.dataset.standIn != nil, seed: problem.model.recipe.seed,
      threads: kernels.threads, epochs: 1, steps: result.steps, seconds: solved.seconds, samplesPerSecond: result.samplesPerSecond,
      train: result.epochs.last?.trainScores, validation: result.epochs.last?.validation, test: results.test,
      classes: problem.dataset.classes,
      parameters: network.parameters.layout.parameters, weightsDigest: network.digest, bestEpoch: 1, judgement: results.judgement,
      energy: energy.energy, machine: facts, end: end.rawValue)
  }

  private func write(
    _ solved: MachineTrainer.Result, _ summary: RunSummary, _ results: RunResults, _ judged: JudgedWeights, _ facts: MachineFacts,
    _ rows: [EpochReport], _ problem: Problem, _ network: TrainedNetwork
  ) throws {
    var info = TrainingRun.info(problem, trainer.normalization)
    info.epoch = 1
    try Checkpoint(weights: solved.weights, info: info).write(network.parameters.layout, to: folder.file("best.safetensors"))
    try folder.write(summary.json.text + "\n", to: "summary.json")
    var report = RunReport(problem, nil, kernels, summary, results, rows: rows, judged: judged)
    report.machine = facts
    try report.write(to: folder)
  }
}

extension DecisionMap {
  /// What a network with two inputs says of the plane around its examples.
  init(_ network: TrainedNetwork, _ dataset: Dataset, _ machine: KernelMachine, title: String) throws {
    guard case .floats(let x) = dataset.train.storage else {
      self.init(title: title, points: [], classes: [], names: ["x", "y"])
      return
    }
    let supports = Set(machine.supportIndices)
    let points = (0..<dataset.train.count).map { number in
      Point(
        x: Double(x[2 * number]), y: Double(x[2 * number + 1]), group: Int(dataset.train.labels[number]),
        isMarked: supports.contains(number))
    }
    self.init(title: title, points: points, classes: dataset.classes, names: dataset.features.count == 2 ? dataset.features : ["x1", "x2"])
    let plane = Examples(
      shape: [2], storage: .floats(Stretch(grid.flatMap { [Float($0.x), Float($0.y)] })), targets: .none, count: grid.count,
      origin: .generated("plane"))
    let predictions = try network.predict(plane)
    regions = predictions.classes
    if predictions.width == 2 { decisions = stride(from: 0, to: predictions.outputs.count, by: 2).map { Double(predictions.outputs[$0]) } }
  }
}

extension Model {
  /// NN403: what a machine computes depends on the examples that it was solved for.
  var unsolved: Diagnostic {
    Diagnostic(
      .kernelMachine, .error, "`svm` has no support vectors before it is solved, so that there is nothing to look at",
      at: stages.last?.span,
      fixes: [.init("`nnc run` solves it, and says how long that takes")])
  }
}
