import NNData
import NNDiagnostics
import NNGraph
import NNLayers
import NNRecipe

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Several problems at once: exit code 1.
struct FoundProblems: Error {
  let diagnostics: [Diagnostic]
}

/// A model file as the command line names it, with what the command line says besides.
struct ModelInput {
  let file: SourceFile
  private var options = CheckOptions()
  /// `--data`
  private let data: String?
  /// Of a cross-validation: which fold is the validation part, from 0.
  var fold = 0
  /// Of the training part; nil for all.
  var trainingShare: Double?
  let loader: DataLoader

  init(_ path: String, _ invocation: Invocation) throws(Diagnostic) {
    self.init(try ModelFile.read(path), path, invocation)
  }

  /// A file that is read already, from `path`.
  init(_ file: SourceFile, _ path: String, _ invocation: Invocation) {
    self.file = file
    data = invocation.text(.data)
    let folder = path == "-" ? nil : path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    loader = DataLoader(environment: ModelInput.environment, modelFolder: folder)
    options.input = invocation.text(.input)
    options.memory = Memory.available
    options.settings = ModelInput.settings(invocation)
    options.readFile = { path in
      do throws(Diagnostic) { return .success(try ModelFile.read(path)) } catch {
        // The caller says which file.
        let reason = error.message.firstRange(of: "`: ").map { String(error.message[$0.upperBound...]) }
        return .failure(NNGraph.FileProblem(reason ?? error.message))
      }
    }
  }

  /// `--set`, then the options that are short for one.
  private static func settings(_ invocation: Invocation) -> [(name: String, value: String)] {
    invocation.assignments(.set) + [CommandOption.epochs, .seed].compactMap { option in invocation.text(option).map { (option.name, $0) } }
  }

  private static var environment: [String: String] {
    var values: [String: String] = [:]
    for name in ["NNC_DATA", "XDG_DATA_HOME", "HOME"] { values[name] = getenv(name).map { String(cString: $0) } }
    return values
  }

  /// What the file says by itself.
  func check(isForRun: Bool = false, facts: NNData.DataFacts? = nil, tracesStages: Bool = false) -> CheckResult {
    var options = options
    options.tracesStages = tracesStages
    options.isForRun = isForRun
    options.data = facts.map(NNGraph.DataFacts.init)
    return NNGraph.check(file, options: options)
  }

  /// Where the data comes from: `--data`, else the file's statement, else nowhere.
  func source(_ result: CheckResult) -> DataSource? {
    guard let data else { return result.recipe.data }
    return loader.source(overriding: result.recipe.data, with: data)
  }

  /// What the file asks of its data.
  func request(_ result: CheckResult, threads: Int? = nil) -> DataRequest {
    var request = DataRequest()
    request.shape = result.input?.dimensions
    request.takesText = result.takesText
    if case .sequence(let steps, _)? = result.output { request.targetSteps = steps }
    request.classes = result.classNames
    request.classCount = result.classCount
    request.target = result.loss?.target
    request.split = result.recipe.split
    request.seed = result.recipe.seed
    request.fold = fold
    request.trainingShare = trainingShare
    request.threads = threads
    request.statements = result.statements
    return request
  }

  /// The check with what a look at the data tells; without that where the data is not there, which is no error of a check.
  func checkWithData(tracesStages: Bool = false) -> CheckResult {
    var alone = check(tracesStages: tracesStages)
    guard let source = source(alone) else { return alone }
    do throws(Diagnostic) {
      // What the command line names has to be there; what the file names may be on another machine.
      guard let facts = try loader.inspect(source, request(alone), mustExist: data != nil) else { return alone }
      return check(facts: facts, tracesStages: tracesStages)
    } catch {
      // What the file asks of its data is not certain as long as it has errors.
      guard alone.isOK else { return alone }
      alone.diagnostics.append(error)
      alone.model = nil
      return alone
    }
  }
}

extension CheckResult {
  /// Why there is no model to work with.
  /// - Parameter purpose: `to check`
  func problemsOfUse(for purpose: String) -> [Diagnostic] {
    guard isOK else { return diagnostics }
    let message =
      library == nil
      ? "no input shape: add `input 128x128x1`, or give `--data mri` or `--input 128x128x1`" : "`\(file.name)` has no network \(purpose)"
    return [Diagnostic(library == nil ? .noInput : .syntax, .error, message)]
  }
}

extension Loss {
  /// What examples must have; nil where the data decides: a margin or a probability is compared with classes as well as with numbers.
  fileprivate var target: DataRequest.Target? {
    switch self {
    case .crossEntropy: .classes
    case .meanSquaredError, .meanAbsoluteError, .huber: .values
    case .binaryCrossEntropy, .hinge: nil
    }
  }
}

extension NNGraph.DataFacts {
  init(_ facts: NNData.DataFacts) {
    self.init()
    input = facts.shape.flatMap(Shape.init(dimensions:))
    if let names = facts.classes, !names.isEmpty { (classes, classNames) = (names.count, names) }
    if facts.classes?.isEmpty == true { targetWidth = facts.targetWidth }
    vocabulary = facts.vocabulary
    // Where both are possible, the network decides.
    hasTargetPerStep = facts.mayHaveTargetPerStep ? nil : false
    features = facts.features.flatMap { $0.isEmpty ? nil : $0.count }
    classesOrigin = facts.classesOrigin ?? facts.name
  }
}

extension Shape {
  init?(dimensions: [Int]) {
    switch dimensions.count {
    case 1: self = .vector(dimensions[0])
    case 2: self = .sequence(steps: dimensions[0], features: dimensions[1])
    case 3: self = .image(height: dimensions[0], width: dimensions[1], channels: dimensions[2])
    default: return nil
    }
  }
}
