import NNData
import NNDiagnostics
import NNGraph
import NNInterchange
import NNKernels
import NNReport
import NNRuntime

/// `nnc emit MODEL --target pytorch -o DIR`: the network as a module of PyTorch, with the program, the data and the weights to train it.
struct TorchEmission {
  let invocation: Invocation
  let console: Console

  func run() throws -> ExitCode {
    guard let path = invocation.text(EmitCommand.out) else {
      throw UsageError(
        "`--target pytorch` writes a folder: `-o DIR`", help: "nnc emit \(invocation.positionals[0]) --target pytorch -o DIR")
    }
    let input = try ModelInput(invocation.positionals[0], invocation)
    let checked = input.check()
    if let last = checked.rows.last, last.op == "svm" {
      throw Diagnostic(
        .targetLacks, .error, "PyTorch has no support vector machines", at: last.span,
        fixes: [.init("`--target onnx` writes a trained one")])
    }
    let hasData = input.source(checked) != nil
    guard hasData || invocation.has(EmitCommand.weights) else {
      throw UsageError(
        "`--target pytorch` needs the data to train on, or weights: `--data DATA` or `--weights FILE`",
        help: "with data it writes train.py and the weights that nnc would begin with")
    }
    let written = try hasData ? writeTraining(Problem(input, threads: nil, console: console), to: path) : writeNetwork(input, to: path)
    if !invocation.has(EmitCommand.quiet), !console.isJSON {
      console.write("written  \(printable(path)): \(written.joined(separator: ", "))\n")
    }
    return .fine
  }

  // MARK: A network alone

  private func writeNetwork(_ input: ModelInput, to path: String) throws -> [String] {
    let weighted = try WeightedModel(input, try WeightsFile(invocation.text(EmitCommand.weights) ?? ""), invocation, console: console)
    let network = try weighted.network(try Kernels(threads: 1))
    let facts = ExportFacts(network.normalization, classes: weighted.classes, of: weighted.model)
    let folder = try EmptyFolder(path, for: "a module")
    try write(weighted.model, facts, Checkpoint(weights: network.parameters.weights, info: weighted.weights.info), to: folder)
    return ["model.py", "weights.safetensors"]
  }

  private func write(_ model: Model, _ facts: ExportFacts, _ checkpoint: Checkpoint, to folder: EmptyFolder) throws {
    try AtomicFile.write(try TorchModule(model, facts).text, to: "\(folder.path)/model.py")
    try checkpoint.write(try Parameters(model).layout, to: "\(folder.path)/weights.safetensors")
  }

  // MARK: With all that training needs

  private func writeTraining(_ problem: Problem, to path: String) throws -> [String] {
    let model = problem.model
    let trainer = try Trainer(model, problem.dataset, kernels: try Kernels(threads: 1))
    let program: TorchTraining
    do throws(ExportProblem) { program = try TorchTraining(model, TorchTraining.Setup(trainer.setup)) } catch {
      throw Diagnostic(.targetLacks, .error, error.message, at: model.statements["stop"])
    }
    var checkpoint = Checkpoint(weights: trainer.parameters.weights, info: TrainingRun.info(problem, trainer.normalization))
    var classes = problem.dataset.classes
    if let given = invocation.text(EmitCommand.weights) {
      let weights = try WeightsFile(given)
      try weights.checkClasses(classes, of: problem.dataset.name)
      let network = try weights.network(model, train: problem.dataset.train, kernels: try Kernels(threads: 1))
      checkpoint.weights = network.parameters.weights
    }
    if problem.dataset.codec != nil { classes = problem.dataset.codec?.names ?? [] }
    let folder = try EmptyFolder(path, for: "a program")
    try write(model, ExportFacts(trainer.normalization, classes: classes, of: model), checkpoint, to: folder)
    try AtomicFile.write(program.text, to: "\(path)/train.py")
    try folder.makeFolder("data")
    for (name, file) in problem.dataset.arrays { try AtomicFile.write(file.encoded, to: "\(path)/data/\(name).npy") }
    return ["model.py", "train.py", "weights.safetensors", "data"]
  }
}

extension TorchTraining.Setup {
  init(_ setup: TrainingSetup) {
    let target: TorchTraining.Target =
      switch setup.target {
      case .label: .label
      case .values: .values
      case .sign(let low, let high): .sign(low: low, high: high)
      case .oneHot(let low, let high): .oneHot(low: low, high: high)
      }
    self.init(
      target: target, classWeights: setup.classWeights, hasValidation: setup.hasValidation, hasTest: setup.hasTest, batch: setup.batch,
      epochsPerRow: setup.epochsPerRow)
  }
}

extension ExportFacts {
  /// What goes before and after a network; the weights are left out.
  init(_ normalization: NormalizationValues, classes: [String], of model: Model) {
    self.init(
      weights: [:], scale: normalization.scale, shift: normalization.shift,
      targetScale: model.givesClasses ? nil : normalization.targetScale,
      targetShift: model.givesClasses ? nil : normalization.targetShift, classes: model.givesClasses ? classes : [])
  }
}
