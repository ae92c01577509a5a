import NNDiagnostics
import NNRecipe

/// What a model file asks of its data.
public struct DataRequest: Sendable {
  /// What the loss needs for each example.
  public enum Target: Sendable {
    /// The loss needs a class per example.
    case classes
    /// The loss needs numbers.
    case values
  }

  /// `input 84x84x1`: images are resized and made grey or RGB, a table must have as many columns. nil: from the data.
  public var shape: [Int]?
  /// `classes low, med, high`: names in the order of their numbers; empty where the data decides.
  public var classes: [String] = []
  /// `classes 10`; also where only the network says it.
  public var classCount: Int?
  /// nil: text and folders are classes; so are whole numbers where at most 32 differ, with two or more examples each.
  public var target: Target?
  /// How the examples are divided.
  public var split = Split()
  /// The model takes characters: a file of no known layout is a text.
  public var takesText = false
  /// The steps of the network's output, where it is a sequence: a series or a text then has a target for each of them.
  public var targetSteps: Int?
  /// Trains on so much of the training part: for learning curves over its size. nil for all of it.
  public var trainingShare: Double?
  /// With `split.folds`: which of them is the validation part, from 0.
  public var fold = 0
  /// Decides the split, and the examples of generated sets other than the stand-ins.
  public var seed: UInt64 = 0
  /// For decoding; nil for one per core. Results do not depend on it.
  public var threads: Int?
  /// Bytes that the images of a folder may take in memory; more of them are decoded again whenever they are needed.
  public var imageMemory = Memory.available / 2
  /// `Model.statements`: where `data`, `split`, `input` and `classes` stand in the model file, for messages.
  public var statements: [String: SourceSpan] = [:]

  public init() {}

  /// The number of classes that was declared, in either form.
  var declaredClassCount: Int? { classes.isEmpty ? classCount : classes.count }
}

/// What can be said of data without loading it; a field is nil where that would need more than a look.
public struct DataFacts: Sendable {
  /// `mri`, or the last part of the path.
  public var name: String
  /// Of one example: `[84, 84, 1]`, `[4]`.
  public var shape: [Int]?
  /// nil: not known yet. Empty: the target is a number.
  public var classes: [String]?
  /// Names of the input columns of a table.
  public var features: [String]?
  /// Distinct characters of a text.
  public var vocabulary: Int?
  /// A target for every step can be had: of a text or a series.
  public var mayHaveTargetPerStep = false
  /// Numbers per target, where they are numbers.
  public var targetWidth = 1
  /// Of all examples.
  public var count: Int?
  /// Where the classes were found, where that is not the whole: `mri/Training`.
  public var classesOrigin: String?
  /// Why `shape` is not known though the data is there: images of different sizes. An error of a run that states no input.
  public var shapeProblem: Diagnostic?
  /// Whether there is a part to watch while training, of its own or by `split`; nil where that is not known yet.
  public var hasValidation: Bool?
  /// The real data is absent and a generated set takes its place.
  public var isStandIn = false

  public init(name: String, shape: [Int]? = nil, classes: [String]? = nil, features: [String]? = nil, count: Int? = nil) {
    self.name = name
    self.shape = shape
    self.classes = classes
    self.features = features
    self.count = count
  }
}

extension Dataset {
  /// What is known once the data is loaded.
  public var facts: DataFacts {
    var facts = DataFacts(name: name, shape: train.shape, classes: classes, features: features)
    facts.count = train.count + (validation?.count ?? 0) + (test?.count ?? 0) + unused
    facts.isStandIn = standIn != nil
    facts.hasValidation = validation != nil
    if let codec { (facts.vocabulary, facts.shape) = (codec.count, nil) }
    if case .following(let following) = train.targets {
      facts.mayHaveTargetPerStep = following.rows == 1
      facts.targetWidth = following.rows
    }
    return facts
  }
}
