import NNData
import NNDiagnostics
import NNGraph
import NNRuntime

/// A model with its data: proved to belong together before anything is computed.
struct Problem: Sendable {
  let model: Model
  let dataset: Dataset
  /// The file with every default written out; nil where that cannot be said.
  let resolved: String?

  /// Checks the file alone, looks at the data, checks both together, and only then loads.
  /// - Throws: `FoundProblems`, or one of them.
  /// - Parameters:
  ///   - console: nil where what is noteworthy has been told already.
  ///   - store: data sets that others have loaded, and will need.
  init(_ input: ModelInput, threads: Int?, console: Console?, store: DatasetStore? = nil) throws {
    let alone = try Problem.passed(input.check())
    guard let source = input.source(alone) else { throw Problem.noData(alone) }
    let request = input.request(alone, threads: threads)
    let facts = try input.loader.inspect(source, request)
    if request.shape == nil, let problem = facts?.shapeProblem { throw problem }
    var result = alone
    if let facts { result = try Problem.passed(input.check(isForRun: true, facts: facts)) }
    // A stand-in, or a set that only loading tells about, can know more than a look.
    let final = input.request(facts == nil ? alone : result, threads: threads)
    let load = { () throws(Diagnostic) in try input.loader.load(source, final) }
    var dataset = try store?.dataset(source, final, load) ?? load()
    if let standIn = dataset.standIn { console?.note(standIn) }
    console?.report(dataset.warnings)
    result = input.check(isForRun: true, facts: dataset.facts)
    guard let model = result.model else { throw FoundProblems(diagnostics: result.diagnostics) }
    self.model = model
    resolved = NNGraph.render(result)
    try dataset.followOn(for: model)
    self.dataset = dataset
    console?.report(result.diagnostics)
  }

  /// The same problem with a model that knows more.
  func with(_ model: Model) -> Problem {
    Problem(model: model, dataset: dataset, resolved: resolved)
  }

  private init(model: Model, dataset: Dataset, resolved: String?) {
    (self.model, self.dataset, self.resolved) = (model, dataset, resolved)
  }

  private static func passed(_ result: CheckResult) throws -> CheckResult {
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
