import NNDiagnostics
import NNGraph
import NNRuntime

/// `nnc check`: parse, resolve, prove the shapes, and show them.
enum CheckCommand {
  static let fix = CommandOption(name: "fix", summary: "write the fixes that are certain into the files; what is left is reported")

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
      """
      A repair is shown only after it was tried on a copy of the file and the problem was gone. --fix makes those that leave no doubt \
      about what was meant: `padding 1` for `pad 1`, a bias that has no effect.
      """,
    ],
    positionals: [.init(name: "MODEL", summary: "a .nn file; - reads standard input", isRepeated: true)],
    options: [.input, .data, .set, fix, .quiet, .reportFormat, .color],
    examples: [
      ("nnc check examples/mri.nn", "the table of a file"),
      ("nnc check --quiet examples/*.nn", "problems only, of many files"),
      ("nnc check --fix net.nn", "repair what is certain"),
      ("nnc check net.nn --input 84x84x1 --format json", "one JSON object per file"),
      ("nnc check --format sarif *.nn > nn.sarif", "for a code host"),
    ],
    run: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let format = invocation.choice(.reportFormat)
    var results: [CheckResult] = []
    for (index, path) in invocation.positionals.enumerated() {
      let result = invocation.has(fix) ? try fixed(path, invocation, console) : check(path, invocation)
      results.append(result)
      switch format {
      case "json": console.write(result.json.text + "\n")
      case "sarif": break
      case "github": console.write(result.diagnostics.map { GitHubAnnotation.text($0) + "\n" }.joined())
      case _:
        if !invocation.has(.quiet), result.isOK { console.write((index > 0 ? "\n" : "") + SummaryTable(result).text) }
        console.report(result.diagnostics)
      }
    }
    if format == "sarif" {
      let document = SARIF.document(results.flatMap(\.diagnostics), version: Program.version) { $0.page.title }
      console.write(document.text + "\n")
    }
    return results.flatMap(\.diagnostics).exitCode
  }

  private static func check(_ path: String, _ invocation: Invocation) -> CheckResult {
    do throws(Diagnostic) {
      return try ModelInput(path, invocation).checkWithData()
    } catch {
      return unreadable(path, error)
    }
  }

  private static func unreadable(_ path: String, _ problem: Diagnostic) -> CheckResult {
    var result = NNGraph.check(SourceFile(name: path, text: ""))
    result.diagnostics = [problem]
    return result
  }

  // MARK: --fix

  /// Turns enough for fixes that make room for others; each makes at least one problem go.
  private static let turns = 50

  private static func fixed(_ path: String, _ invocation: Invocation, _ console: Console) throws -> CheckResult {
    guard path != "-" else { throw UsageError("`--fix` writes files, and standard input is none") }
    let input: ModelInput
    do throws(Diagnostic) { input = try ModelInput(path, invocation) } catch { return unreadable(path, error) }
    var result = input.checkWithData()
    var file = input.file
    for _ in 0..<turns {
      let fixes = result.diagnostics.certainFixes(in: file)
      guard !fixes.isEmpty else { break }
      for (problem, fix) in fixes {
        let place = problem.primary.map { ":\($0.span.startPosition.line)" } ?? ""
        console.note("\(path)\(place): \(problem.code.rawValue) \(problem.message); \(fix.title)")
      }
      file = file.applying(fixes.flatMap(\.fix.edits))
      result = ModelInput(file, path, invocation).checkWithData()
    }
    if file !== input.file { try ModelFile.replace(path, with: file.bytes) }
    return result
  }
}

extension [Diagnostic] {
  /// The certain fixes of a file that do not touch each other.
  fileprivate func certainFixes(in file: SourceFile) -> [(problem: Diagnostic, fix: Diagnostic.Fix)] {
    var taken: [Range<Int>] = []
    var fixes: [(problem: Diagnostic, fix: Diagnostic.Fix)] = []
    for problem in self {
      guard let fix = problem.fixes.first(where: { $0.applicability == .certain }), !fix.edits.isEmpty,
        fix.edits.allSatisfy({ $0.span.file === file })
      else { continue }
      // An insertion touches what stands on both sides of it.
      let ranges = fix.edits.map { ($0.span.start)..<($0.span.end + 1) }
      guard !ranges.contains(where: { range in taken.contains { $0.overlaps(range) } }) else { continue }
      taken += ranges
      fixes.append((problem, fix))
    }
    return fixes
  }
}
