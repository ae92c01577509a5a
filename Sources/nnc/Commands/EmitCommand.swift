import NNDiagnostics
import NNEmit
import NNGraph
import NNKernels
import NNRuntime

/// `nnc emit`: the network in another form, above all as one Swift file.
enum EmitCommand {
  static let weights = CommandOption(
    name: "weights", value: .text("FILE"), summary: "the weights to write into the code: runs/NAME-001/best.safetensors")
  static let out = CommandOption(name: "out", short: "o", value: .text("FILE"), summary: "the file to write (default: standard output)")
  static let target = CommandOption(
    name: "target", value: .choice(["swift", "dot"]), summary: "what to write: Swift source, or the graph for Graphviz")
  static let cpu = CommandOption(
    name: "cpu", value: .choice(["portable", "native", "x86-64-v3", "x86-64-v4", "arm64"]),
    summary: "the processor to write for: any, this one, with AVX2, with AVX-512, with NEON; the code says at its start where it cannot run")

  static let command = Command(
    name: "emit",
    summary: "write a trained network as one Swift file",
    details: [
      """
      The file imports nothing: it holds the network, fused and specialised to its shapes, its weights, the normalisation of its inputs, the \
      names of its classes and a self-test. Its header says how to compile it.
      """
    ],
    positionals: [.init(name: "MODEL", summary: "a .nn file; - reads standard input")],
    options: [weights, out, target, cpu, .data, .set, .input, .format, .color],
    examples: [
      ("nnc emit mri.nn --weights runs/mri-001/best.safetensors -o Mri.swift", "a file for any processor"),
      ("nnc emit mri.nn --target dot | dot -Tpng -o mri.png", "a drawing, by Graphviz"),
    ],
    run: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    switch invocation.choice(target) {
    case "dot": return try writeGraph(invocation, console)
    default: return try SwiftEmission(invocation, console).run()
    }
  }

  private static func writeGraph(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let result = try ModelInput(invocation.positionals[0], invocation).checkWithData()
    guard let model = result.model else { throw FoundProblems(diagnostics: result.diagnostics) }
    try write(model.dot(), invocation, console)
    return .fine
  }

  static func write(_ text: String, _ invocation: Invocation, _ console: Console) throws {
    if let path = invocation.text(out) { try AtomicFile.write(text, to: path) } else { console.write(text) }
  }
}
