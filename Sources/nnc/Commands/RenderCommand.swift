import NNDiagnostics
import NNGraph
import NNRuntime

/// `nnc render`: the file as it is understood.
enum RenderCommand {
  static let command = Command(
    name: "render",
    summary: "print a model with every default and inferred value written out",
    details: [
      """
      Blocks and repeats are expanded, constants put in, defaults, loss and the shape behind every stage written out. What is printed is a model \
      file again, and gives the same network.
      """,
      "It needs an input shape, from the file, --input or data.",
    ],
    positionals: [.init(name: "MODEL", summary: "a .nn file; - reads standard input")],
    options: [.input, .data, .set, .color],
    examples: [
      ("nnc render examples/cifar.nn", "a residual network without its blocks"),
      ("nnc render net.nn --data iris > resolved.nn", "with what the data says"),
    ],
    run: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let path = invocation.positionals[0]
    let result = try ModelInput(path, invocation).checkWithData()
    guard result.isOK else { throw FoundProblems(diagnostics: result.diagnostics) }
    console.report(result.diagnostics)
    guard let text = NNGraph.render(result) else { throw whatIsMissing(result, path) }
    console.write(text)
    return .fine
  }

  private static func whatIsMissing(_ result: CheckResult, _ path: String) -> Diagnostic {
    if result.library != nil {
      return Diagnostic(
        .syntax, "`\(path)` has no network to write out", at: nil, notes: ["it is a library: what it defines is used by other files"])
    }
    return Diagnostic(
      .noInput, "no input shape: add `input 128x128x1`, or give `--data mri` or `--input 128x128x1`", at: nil,
      notes: ["without one the network is not wholly known"])
  }
}
