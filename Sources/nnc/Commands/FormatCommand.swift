import NNDiagnostics
import NNGraph
import NNReport
import NNRuntime
import NNSyntax

/// `nnc fmt`: the canonical layout, comments kept.
enum FormatCommand {
  static let check = CommandOption(name: "check", summary: "change nothing; name the files that are not in the canonical layout, and fail")
  static let shapes = CommandOption(name: "shapes", summary: "write the proved shape behind every stage: `maxpool 2 -> 42x42x32`")

  static let command = Command(
    name: "fmt",
    summary: "bring model files into the canonical layout",
    details: [
      """
      Rewrites files in place, with two blanks for each group, one blank between arguments and comments where they were; what a file means \
      is never changed, and a file that is in the layout already is not touched. Files with a syntax error are left alone. Names of changed files are printed.
      """,
      """
      --shapes states the shape behind every stage of the network, outside of blocks; `nnc check` then proves them, so that the file cannot drift. \
      It needs an input shape, from the file, --input or data.
      """,
    ],
    positionals: [.init(name: "MODEL", summary: "a .nn file; - formats standard input to standard output", isRepeated: true)],
    options: [check, shapes, .input, .data, .color],
    examples: [
      ("nnc fmt *.nn", "format all models here"),
      ("nnc fmt --check examples/*.nn", "for scripts: status 1 where a file would change"),
      ("nnc fmt --shapes net.nn --input 84x84x1", "write the shapes into the file"),
    ],
    run: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    for option in [CommandOption.input, .data] where invocation.has(option) && !invocation.has(shapes) {
      throw UsageError("`--\(option.name)` has no effect without `--shapes`")
    }
    var code = ExitCode.fine
    for path in invocation.positionals {
      do {
        let file = try ModelFile.read(path)
        let text = try formatted(file, path, invocation)
        if path == "-", !invocation.has(check) {
          console.write(text)
        } else if Array(text.utf8) != file.bytes {
          console.write(printable(file.name) + "\n")
          if invocation.has(check) { code = max(code, .wrongInput) } else { try ModelFile.replace(path, with: Array(text.utf8)) }
        }
      } catch let found as FoundProblems {
        console.report(found.diagnostics)
        code = max(code, found.diagnostics.exitCode)
      } catch let problem as Diagnostic {
        console.report([problem])
        code = max(code, [problem].exitCode)
      } catch let failure as FileError {
        // The other files can be written all the same.
        console.report(UsageError(failure.message))
        code = max(code, .wrongUsage)
      }
    }
    return code
  }

  private static func formatted(_ file: SourceFile, _ path: String, _ invocation: Invocation) throws -> String {
    let (tree, problems) = parse(file)
    guard problems.isEmpty else { throw FoundProblems(diagnostics: problems) }
    guard invocation.has(shapes) else { return canonicalText(of: tree) }
    let input = ModelInput(file, path, invocation)
    let result = input.checkWithData(tracesStages: true)
    guard result.isOK, result.model != nil || result.library != nil else {
      throw FoundProblems(diagnostics: input.problems(of: result, for: "to write shapes into"))
    }
    return canonicalText(of: parse(file.applying(shapeEdits(result))).0)
  }
}
