import NNDiagnostics
import NNEmit
import NNGraph
import NNKernels
import NNReport
import NNRuntime

/// `nnc emit`: the network in another form, above all as one Swift file.
enum EmitCommand {
  static let weights = CommandOption(
    name: "weights", value: .text("FILE"), summary: "the weights to write into the code: runs/NAME-001/best.safetensors")
  static let out = CommandOption(
    name: "out", short: "o", value: .text("FILE"), summary: "the file to write (default: standard output); with --target pytorch a folder")
  static let target = CommandOption(
    name: "target", value: .choice(["swift", "onnx", "pytorch", "dot", "svg"]),
    summary:
      "what to write: Swift source, a model for ONNX engines, a folder for PyTorch with model.py and train.py, the graph for Graphviz, or a drawing of it"
  )
  static let triton = CommandOption(
    name: "triton", value: .text("DIR"), summary: "with --target onnx, in place of -o: a model repository for a Triton server")
  static let bare = CommandOption(
    name: "bare", summary: "with --target onnx: the network alone, which takes normalised inputs and gives targets as they were normalised")
  static let cpu = CommandOption(
    name: "cpu", value: .choice(["portable", "native", "x86-64-v3", "x86-64-v4", "arm64"]),
    summary: "the processor to write for: any, this one, with AVX2, with AVX-512, with NEON; the code says at its start where it cannot run"
  )
  static let quiet = CommandOption(name: "quiet", short: "q", summary: "say nothing of what was written and verified")
  static let embed = CommandOption(name: "embed", summary: "the weights inside the code (the default up to 16 MB of them)")
  static let beside = CommandOption(
    name: "beside", summary: "the weights in a safetensors file beside the code, which its `init` reads (the default above 16 MB)")
  static let threads = CommandOption(name: "threads", summary: "code that shares the work of a prediction out over the cores")
  static let package = CommandOption(
    name: "package", value: .text("DIR"), summary: "in place of -o: a Swift package with the code, a small command line and tests")
  static let verify = CommandOption(
    name: "verify", summary: "compile the code, run its self-test, and compare its results with the engine's, stage by stage")

  static let command = Command(
    name: "emit",
    summary: "write a trained network as one Swift file",
    details: [
      """
      The file imports nothing: it holds the network, fused and specialised to its shapes, its weights, the normalisation of its inputs, the \
      names of its classes and a self-test. Its header says how to compile it.
      """,
      """
      --verify compares with the engine on examples of the test part where --data is given, else on made-up ones; a difference above 1e-4 of \
      the largest number ends with exit code 3.
      """,
      """
      --target pytorch writes a folder: model.py, a module with the same names; train.py, which trains it by the recipe of the file, also under \
      torchrun; weights.safetensors, those nnc would begin with, or those of --weights; and data/, the parts of the data as NumPy arrays. Without data \
      it writes the module and the weights.
      """,
    ],
    positionals: [.init(name: "MODEL", summary: "a .nn file; - reads standard input")],
    options: [
      weights, out, target, cpu, embed, beside, threads, package, triton, bare, verify, .data, .set, .input, quiet, .format, .color,
    ],
    examples: [
      ("nnc emit mri.nn --weights runs/mri-001/best.safetensors -o Mri.swift", "a file for any processor"),
      ("nnc emit mri.nn --weights w.safetensors -o Mri.swift --cpu native --verify", "for this processor, and checked"),
      ("nnc emit mri.nn --weights w.safetensors --target onnx -o mri.onnx", "for ONNX Runtime and other engines"),
      ("nnc emit mri.nn --data mri --target pytorch -o torch", "model.py, train.py, data and weights to train with PyTorch"),
      ("nnc emit mri.nn --target svg -o mri.svg", "a drawing of the network"),
      ("nnc emit mri.nn --target dot | dot -Tpng -o mri.png", "another, by Graphviz"),
    ],
    run: run)

  /// Options that mean something for these targets only.
  private static let owners: [(options: [CommandOption], targets: Set<String>)] = [
    ([cpu, embed, beside, threads, package, verify], ["swift"]), ([triton, bare], ["onnx"]),
  ]

  private static func checkOptions(_ invocation: Invocation) throws(UsageError) {
    let chosen = invocation.choice(target)
    for (options, targets) in owners where !targets.contains(chosen) {
      for option in options where invocation.has(option) {
        throw UsageError("`--\(option.name)` has no effect with `--target \(chosen)`")
      }
    }
  }

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    try checkOptions(invocation)
    switch invocation.choice(target) {
    case "onnx": return try ONNXEmission(invocation: invocation, console: console).run()
    case "pytorch": return try TorchEmission(invocation: invocation, console: console).run()
    case "dot": return try writeGraph(invocation, console) { $0.dot() }
    case "svg": return try writeGraph(invocation, console) { $0.drawing.svg() }
    default: return try SwiftEmission(invocation, console).run()
    }
  }

  private static func writeGraph(_ invocation: Invocation, _ console: Console, _ text: (Model) -> String) throws -> ExitCode {
    try write(text(try model(invocation, console)), invocation, console)
    return .fine
  }

  /// By what the weights say of its input and classes, where they are given; else by the data.
  private static func model(_ invocation: Invocation, _ console: Console) throws -> Model {
    let input = try ModelInput(invocation.positionals[0], invocation)
    if let path = invocation.text(weights) { return try WeightedModel(input, try WeightsFile(path), invocation, console: console).model }
    let result = input.checkWithData()
    guard let model = result.model else { throw FoundProblems(diagnostics: input.problems(of: result, for: "to draw")) }
    return model
  }

  static func write(_ text: String, _ invocation: Invocation, _ console: Console) throws {
    if let path = invocation.text(out) { try AtomicFile.write(text, to: path) } else { console.write(text) }
  }
}
