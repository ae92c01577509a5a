import NNDiagnostics
import NNLayers
import NNRecipe

/// What is known besides the file when it is checked.
public struct CheckOptions {
  /// `--input 84x84x1`, as typed; takes the place of the file's `input`.
  public var input: String?
  /// What the data says, where it was looked at.
  public var data: DataFacts?
  /// `--set name=value`
  public var settings: [(name: String, value: String)] = []
  /// Reads what `use` and `classes "…"` name.
  public var readFile: FileReader = { _ in .failure(FileProblem("no files can be read here")) }
  /// The network is to be run: without an input shape, or with a number that only data could give, it is refused.
  public var isForRun = false
  /// Fixes are tried on a copy before they are offered; without that they are what comes to mind.
  public var provesFixes = true
  /// The shape behind every stage as written is kept, for `shapeEdits`.
  public var tracesStages = false
  /// Bytes of memory of the machine; nil leaves open whether the network fits.
  public var memory: Int?

  /// Nothing is known but the file, and no other can be read.
  public init() {}
}

/// What data says of itself; what does not apply is nil.
public struct DataFacts: Sendable {
  /// Of one example, as the network gets it; nil where the data leaves it to `input`.
  public var input: Shape?
  /// How many; nil where the target is no class.
  public var classes: Int?
  /// In the order of their numbers; empty where they have none.
  public var classNames: [String] = []
  /// Where the classes were found: `mri/Training`.
  public var classesOrigin: String?
  /// Input columns of a table.
  public var features: Int?
  /// Distinct characters of a text.
  public var vocabulary: Int?
  /// Numbers per target, for regression.
  public var targetWidth: Int?
  /// Whether there is a target for every step of a sequence; nil where both are possible.
  public var hasTargetPerStep: Bool?
  /// Whether there is a part to watch while training; nil where that is not known yet.
  public var hasValidation: Bool?

  /// Nothing is known yet.
  public init() {}
}

/// What `check` found out about a file.
public struct CheckResult: Sendable {
  /// The one that was checked.
  public var file: SourceFile
  /// With proved shapes; nil where there are errors, no input shape, or no network.
  public var model: Model?
  /// In the order of the file.
  public var diagnostics: [Diagnostic]
  /// The rows of the table, with what is known.
  public var rows: [Row]
  /// As `model` says it; else the file's, without its ending.
  public var name: String
  /// The text for people behind it.
  public var title: String?
  /// nil where it is not known.
  public var input: Shape?
  /// Without an input shape: what an input must satisfy.
  public var condition: InputCondition?
  /// Behind the last stage; nil where it is not known.
  public var output: Shape?
  /// As stated, or as it follows from the last activation and the data.
  public var loss: Loss?
  /// What the statements say; defaults where they say nothing, and where one was refused.
  public var recipe: Recipe
  /// For a file without a network: its blocks, as they are used.
  public var library: [String]?
  /// How many classes there are, by `classes` or by the data.
  public var classCount: Int?
  /// Their names, in the order of their numbers; empty where only the number is known.
  public var classNames: [String] = []
  /// Where each header statement stands, by its word.
  public var statements: [String: SourceSpan] = [:]

  /// `input text`: the network takes characters.
  public var takesText = false

  /// The shapes that came out of each stage as written, where they were asked for.
  var traces: [(stage: SourceSpan, shape: Shape?)] = []
  var network = Network()
  var classes: ClassesStatement?

  /// No error was found; warnings do not count.
  public var isOK: Bool { !diagnostics.contains { $0.severity == .error } }
}
