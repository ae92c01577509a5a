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
    let input = try ModelInput(invocation.positionals[0], invocation)
    let result = input.checkWithData()
    guard result.isOK, let text = NNGraph.render(result) else {
      throw FoundProblems(diagnostics: input.problems(of: result, for: "to write out: it is a library, which other files use"))
    }
    console.report(result.diagnostics)
    console.write(text)
    return .fine
  }
}
