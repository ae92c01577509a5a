import NNData
import NNDiagnostics
import NNGraph
import NNLayers
import NNRecipe

/// A model file with what is said besides: where its data is, which settings hold instead of the file's.
public struct ModelInput {
  /// The model file.
  public let file: SourceFile
  /// Finds and reads data.
  public let loader: DataLoader
  /// As `--data`: a path or a known name that takes the place of the file's `data`; nil for the file's.
  private let data: String?
  private let options: CheckOptions
  /// Of a cross-validation: which fold is the validation part, from 0.
  public var fold = 0
  /// Of the training part; nil for all.
  public var trainingShare: Double?

  /// - Parameters:
  ///   - data: a path, or a known name such as `iris`; nil for what the file says.
  ///   - loader: where data is looked for.
  ///   - options: settings, a reader of the files that the model uses, the memory there is.
  public init(_ file: SourceFile, data: String? = nil, loader: DataLoader = DataLoader(), options: CheckOptions = CheckOptions()) {
    (self.file, self.data, self.loader, self.options) = (file, data, loader, options)
  }

  /// What the file says by itself, or with what is known of its data.
  /// - Parameters:
  ///   - isForRun: without an input shape, or with a number that only data could give, it is refused.
  ///   - tracesStages: the shape behind every stage as written is kept, for `shapeEdits`.
  public func check(isForRun: Bool = false, facts: NNData.DataFacts? = nil, tracesStages: Bool = false) -> CheckResult {
    var options = options
    options.tracesStages = tracesStages
    options.isForRun = isForRun
    options.data = facts.map(NNGraph.DataFacts.init)
    return NNGraph.check(file, options: options)
  }

  /// Where the data comes from; nil where nobody says it.
  public func source(_ result: CheckResult) -> DataSource? {
    guard let data else { return result.recipe.data }
    return loader.source(overriding: result.recipe.data, with: data)
  }

  /// What the file asks of its data.
  public func request(_ result: CheckResult, threads: Int? = nil) -> DataRequest {
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
  public func checkWithData(tracesStages: Bool = false) -> CheckResult {
    var alone = check(tracesStages: tracesStages)
    guard let source = source(alone) else { return alone }
    do throws(Diagnostic) {
      // What the caller names has to be there; what the file names may be on another machine.
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
  fileprivate init(_ facts: NNData.DataFacts) {
    self.init()
    input = facts.shape.flatMap(Shape.init(dimensions:))
    if let names = facts.classes, !names.isEmpty { (classes, classNames) = (names.count, names) }
    if facts.classes?.isEmpty == true { targetWidth = facts.targetWidth }
    vocabulary = facts.vocabulary
    // Where both are possible, the network decides.
    hasTargetPerStep = facts.mayHaveTargetPerStep ? nil : false
    features = facts.features.flatMap { $0.isEmpty ? nil : $0.count }
    classesOrigin = facts.classesOrigin ?? facts.name
    hasValidation = facts.hasValidation
  }
}

extension Shape {
  fileprivate init?(dimensions: [Int]) {
    switch dimensions.count {
    case 1: self = .vector(dimensions[0])
    case 2: self = .sequence(steps: dimensions[0], features: dimensions[1])
    case 3: self = .image(height: dimensions[0], width: dimensions[1], channels: dimensions[2])
    default: return nil
    }
  }
}
