import NNData
import NNDiagnostics
import NNGraph
import NNRuntime

/// A model with its data: proved to belong together before anything is computed.
struct Problem {
  let input: ModelInput
  let model: Model
  let dataset: Dataset
  /// The file with every default written out; nil where that cannot be said.
  let resolved: String?

  /// Checks the file alone, looks at the data, checks both together, and only then loads.
  /// - Throws: `FoundProblems`, or one of them.
  init(_ input: ModelInput, threads: Int?, console: Console) throws {
    self.input = input
    let alone = try Problem.passed(input.check(), console)
    guard let source = input.source(alone) else { throw Problem.noData(alone) }
    let request = input.request(alone, threads: threads)
    let facts = try input.loader.inspect(source, request)
    if request.shape == nil, let problem = facts?.shapeProblem { throw problem }
    var result = alone
    if let facts { result = try Problem.passed(input.check(isForRun: true, facts: facts), console) }
    // A stand-in, or a set that only loading tells about, can know more than a look.
    dataset = try input.loader.load(source, input.request(facts == nil ? alone : result, threads: threads))
    if let standIn = dataset.standIn { console.note(standIn) }
    console.report(dataset.warnings)
    result = input.check(isForRun: true, facts: dataset.facts)
    guard let model = result.model else { throw FoundProblems(diagnostics: result.diagnostics) }
    self.model = model
    resolved = NNGraph.render(result)
    console.report(result.diagnostics)
  }

  private static func passed(_ result: CheckResult, _ console: Console) throws -> CheckResult {
    guard result.isOK else { throw FoundProblems(diagnostics: result.diagnostics) }
    if result.library != nil, result.rows.isEmpty {
      throw Diagnostic(.syntax, .error, "`\(result.file.name)` has no network to run: it is a library of blocks")
    }
    return result
  }

  private static func noData(_ result: CheckResult) -> Diagnostic {
    Diagnostic(
      .dataMissing, .error, "`\(result.file.name)` names no data",
      fixes: [
        .init("give it on the command line: `--data mri`, `--data iris`, or a file or folder of your own"),
        .init("or in the file: `data csv \"table.csv\" target species`"),
      ])
  }
}
