import NNData
import NNDiagnostics
import NNGraph
import NNRecipe

/// A model with its data: proved to belong together before anything is computed.
public struct Problem: Sendable {
  public let model: Model
  /// Divided as the file says, each part in the order in which the network is to read it.
  public let dataset: Dataset
  /// The file with every default written out; nil where that cannot be said.
  public let resolved: String?

  /// What is worth knowing and no reason to stop, as it comes up.
  public enum Notice {
    /// The data was not found, and something was generated in its place.
    case standIn(String)
    /// Warnings, of the data or of the model with it.
    case warnings([Diagnostic])
  }

  /// Checks the file alone, looks at the data, checks both together, and only then loads.
  ///
  /// - Parameters:
  ///   - threads: for decoding; nil for one per core.
  ///   - load: reads a data set; nil: the input's loader.
  /// - Throws: `FoundProblems` with all that is wrong in the file, or the `Diagnostic` of what is wrong with the data.
  public init(
    _ input: ModelInput, threads: Int? = nil, load: ((DataSource, DataRequest) throws(Diagnostic) -> Dataset)? = nil,
    notice: (Notice) -> Void = { _ in }
  ) throws {
    let alone = try Problem.passed(input.check())
    guard let source = input.source(alone) else { throw Problem.noData(alone) }
    let request = input.request(alone, threads: threads)
    let facts = try input.loader.inspect(source, request)
    if request.shape == nil, let problem = facts?.shapeProblem { throw problem }
    var result = alone
    if let facts { result = try Problem.passed(input.check(isForRun: true, facts: facts)) }
    // A stand-in, or a set that only loading tells about, can know more than a look.
    let final = input.request(facts == nil ? alone : result, threads: threads)
    let dataset = try load?(source, final) ?? input.loader.load(source, final)
    if let standIn = dataset.standIn { notice(.standIn(standIn)) }
    notice(.warnings(dataset.warnings))
    try self.init(input, dataset, notice: notice)
  }

  /// The same with examples that the program has in memory, divided as the file's `split` says.
  ///
  /// - Parameters:
  ///   - name: of the examples, for messages.
  ///   - classes: in the order of their numbers; empty for regression.
  /// - Throws: `FoundProblems`, or the `Diagnostic` of what is wrong with the examples.
  public init(
    _ input: ModelInput, examples: Examples, classes: [String] = [], name: String = "data", notice: (Notice) -> Void = { _ in }
  ) throws {
    let request = input.request(try Problem.passed(input.check()))
    var dataset = try Dataset(name: name, train: examples, request)
    dataset.classes = classes
    try self.init(input, dataset, notice: notice)
  }

  private init(_ input: ModelInput, _ given: Dataset, notice: (Notice) -> Void) throws {
    let result = input.check(isForRun: true, facts: given.facts)
    guard let model = result.model else { throw FoundProblems(diagnostics: result.diagnostics) }
    var dataset = given
    try dataset.followOn(for: model)
    (self.model, self.dataset, resolved) = (model, dataset, NNGraph.render(result))
    notice(.warnings(result.diagnostics))
  }

  /// The same problem with a model that knows more.
  public func with(_ model: Model) -> Problem {
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

extension CheckpointInfo {
  /// What weights for a problem have to say of themselves, without their epoch.
  public init(_ problem: Problem, _ normalization: NormalizationValues) {
    self.init()
    model = problem.model.file.name.split(separator: "/").last.map(String.init)
    modelDigest = SHA256.hexDigest(of: problem.model.file.bytes)
    seed = problem.model.recipe.seed
    classes = problem.dataset.codec == nil ? problem.dataset.classes : []
    codec = problem.dataset.codec
    self.normalization = normalization
    input = problem.model.input.dimensions
  }
}
