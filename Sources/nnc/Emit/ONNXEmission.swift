import NNDiagnostics
import NNGraph
import NNInterchange
import NNKernels
import NNReport
import NNRuntime

/// `nnc emit MODEL --weights W --target onnx`: a file for other engines, or a model repository for a serving cluster.
struct ONNXEmission {
  let invocation: Invocation
  let console: Console

  func run() throws -> ExitCode {
    guard let path = invocation.text(EmitCommand.weights) else {
      throw UsageError(
        "`--target onnx` needs the weights to write: `--weights FILE`",
        help: "train first: nnc run \(invocation.positionals[0]) --data DATA writes runs/NAME-001/best.safetensors")
    }
    let out = invocation.text(EmitCommand.out)
    let folder = invocation.text(EmitCommand.triton)
    guard (out == nil) != (folder == nil) else {
      throw out == nil
        ? UsageError("`--target onnx` writes a file of bytes: `-o FILE.onnx`, or `--triton DIR`")
        : UsageError("`-o` and `--triton` are both given", help: "a repository has places of its own for its files")
    }
    let weighted = try WeightedModel(
      ModelInput(invocation.positionals[0], invocation), try WeightsFile(path), invocation, console: console)
    let network = try weighted.network(try Kernels(threads: 1))
    let file = try ONNXExport(weighted.model, facts(weighted, network)).exported
    let bytes = file.encoded()
    guard bytes.count < Int(Int32.max) else {
      throw Diagnostic(
        .memory, .error,
        "the model would take \(bytes.count.grouped) bytes, and a file of the format holds \(Int(Int32.max).grouped) at most")
    }
    if let out { try AtomicFile.write(bytes, to: out) }
    if let folder { try TritonRepository(file: file, name: weighted.model.name, classes: weighted.classes).write(bytes, to: folder) }
    if weighted.model.isStateful {
      console.note(
        "every prediction of an ONNX model begins with a state of zeros; nnc and the `Stream` of emitted Swift carry that of `stateful` layers on"
      )
    }
    if !invocation.has(EmitCommand.quiet), !console.isJSON {
      console.write("written  \(printable(out ?? folder ?? "")), \(file.graph.nodes.count) nodes, \(bytes.count.formattedBytes)\n")
    }
    return .fine
  }

  private func facts(_ weighted: WeightedModel, _ network: TrainedNetwork) -> ExportFacts {
    let checkpoint = Checkpoint(weights: network.parameters.weights, info: weighted.weights.info)
    let tensors = checkpoint.safetensors(network.parameters.layout).tensors
    var facts = ExportFacts(network.normalization, classes: weighted.classes, of: weighted.model)
    facts.weights = Dictionary(tensors.map { ($0.name, $0.values) }) { first, _ in first }
    facts.version = Program.version
    facts.metadata = [
      (key: "nnc.model", value: weighted.model.file.name), (key: "nnc.weights_sha256", value: network.digest),
      (key: "nnc.input", value: weighted.model.input.description),
    ]
    if invocation.has(EmitCommand.bare) {
      (facts.scale, facts.shift, facts.targetScale, facts.targetShift) = (nil, nil, nil, nil)
    }
    if weighted.model.input.kind == .tokens {
      facts.metadata.append((key: "vocabulary", value: weighted.classes.joined()))
    }
    return facts
  }
}
