import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNRecipe
import NNReport
import NNRuntime

/// `nnc run MODEL --weights W --predict PATH`: what a network says of new examples.
struct Prediction {
  private let console: Console
  private let invocation: Invocation

  init(_ invocation: Invocation, _ console: Console) {
    self.invocation = invocation
    self.console = console
  }

  func run() throws -> ExitCode {
    let threads = invocation.integer(RunCommand.threads)
    let path = invocation.text(RunCommand.predict) ?? ""
    let weights = try WeightsFile(invocation.text(RunCommand.weights) ?? "")
    let input = try ModelInput(invocation.positionals[0], invocation)
    let arrayShape = try input.loader.shapeOfArray(path)
    let weighted = try WeightedModel(input, weights, invocation, shape: arrayShape, threads: threads, console: console)
    let (model, classes) = (weighted.model, weighted.classes)
    var target: CSVSource.Target?
    if case .csv(let source)? = model.recipe.data { target = source.target }
    let examples =
      if let codec = weights.info.codec, arrayShape == nil {
        try texts(path, input.loader, model, codec)
      } else {
        try input.loader.inputs(path, shape: model.input.dimensions, target: target, threads: threads)
      }
    let network = try weighted.network(try Kernels(threads: threads))
    let predictions = try network.predict(examples)
    for option in [RunCommand.topK, RunCommand.probabilities, RunCommand.classNumbers]
    where predictions.classes.isEmpty && invocation.has(option) {
      throw UsageError("`--\(option.name)` is about classes, and the network gives numbers")
    }
    let answers = AnswerTable(predictions, examples, classes: classes, AnswerTable.Options(invocation))
    // What comes through a pipe goes on through one.
    if path == "-", !invocation.has(RunCommand.out) {
      if console.isJSON { console.write(answers.jsonLines) } else { for piece in answers.pieces { console.write(piece) } }
      return .fine
    }
    let folder = try invocation.text(RunCommand.out).map(RunFolder.at) ?? .next(for: model.name)
    try folder.write(answers.pieces, to: "predictions.csv")
    if arrayShape != nil {
      let array = NumPyArray(
        shape: [predictions.count / predictions.rowsPerExample] + model.output.dimensions, values: predictions.outputs)
      try folder.write(array.encoded(), to: "predictions.npy")
    }
    show(predictions, classes, folder)
    return .fine
  }

  /// Windows of a text: at every character where the network says one thing of each, and one behind the other where it says something at every step or
  /// carries its state on.
  private func texts(_ path: String, _ loader: DataLoader, _ model: Model, _ codec: TextCodec) throws(Diagnostic) -> Examples {
    let steps = model.input.count
    var keep: String?
    if case .text(_, _, let kept)? = model.recipe.data { keep = kept }
    let stride = model.output.kind == .sequence || model.isStateful ? steps : 1
    return try loader.textInputs(path, steps: steps, stride: stride, codec: codec, keep: keep)
  }

  private func show(_ predictions: Predictions, _ classes: [String], _ folder: RunFolder) {
    if console.isJSON {
      let object: JSONValue = ["event": "predictions", "count": .integer(predictions.count), "folder": .string(folder.path)]
      return console.write(object.text + "\n")
    }
    guard !invocation.has(RunCommand.quiet) else { return }
    console.write("\(grouped(predictions.count)) predictions\n")
    for number in Set(predictions.classes).sorted() {
      let count = predictions.classes.filter { $0 == number }.count
      console.write(
        "  \(grouped(count).leftPadded(to: 8))  \(printable(classes.name(number)))\n")
    }
    console.write("written to  \(printable(folder.path))/predictions.csv\n")
  }
}

extension AnswerTable.Options {
  init(_ invocation: Invocation) {
    topK = invocation.integer(RunCommand.topK)
    probabilities = invocation.has(RunCommand.probabilities)
    numbers = invocation.has(RunCommand.classNumbers)
    firstId = invocation.integer(RunCommand.firstId) ?? 0
  }
}
