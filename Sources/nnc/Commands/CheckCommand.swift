import NNDiagnostics
import NNGraph

/// `nnc check`: parse, resolve, prove the shapes, and show them.
enum CheckCommand {
  static let command = Command(
    name: "check",
    summary: "prove the shapes of a network and show them as a table",
    details: [
      """
      Reads model files and reports every independent problem with its place. A file without problems is shown stage by stage: \
      shape, parameters, multiply-accumulates and memory of one example, then its totals and training settings.
      """,
      """
      Without an input shape, from the file, --input or data, it works out what an input must satisfy and shows that. Data that is \
      not there is no error here.
      """,
    ],
    positionals: [.init(name: "MODEL", summary: "a .nn file; - reads standard input", isRepeated: true)],
    options: [.input, .data, .set, .quiet, .format, .color],
    examples: [
      ("nnc check examples/mri.nn", "the table of a file"),
      ("nnc check --quiet examples/*.nn", "problems only, of many files"),
      ("nnc check net.nn --input 84x84x1 --format json", "one JSON object per file"),
    ],
    run: run)

  private static func run(_ invocation: Invocation, _ console: Console) -> ExitCode {
    let isQuiet = invocation.has(.quiet)
    var code = ExitCode.fine
    for (index, path) in invocation.positionals.enumerated() {
      let result = check(path, invocation)
      if !result.isOK { code = .wrongInput }
      if console.isJSON {
        console.write(result.json.text + "\n")
      } else {
        if !isQuiet, result.isOK { console.write((index > 0 ? "\n" : "") + SummaryTable(result).text) }
        console.report(result.diagnostics)
      }
    }
    return code
  }

  private static func check(_ path: String, _ invocation: Invocation) -> CheckResult {
    do throws(Diagnostic) {
      return try ModelInput(path, invocation).checkWithData()
    } catch {
      var result = NNGraph.check(SourceFile(name: path, text: ""))
      result.diagnostics = [error]
      return result
    }
  }
}
