/// The examples of one part of a data set, in memory as they were read: bytes for images, floats for tables.
public struct Examples: Sendable {
  public enum Storage: Sendable {
    case bytes([UInt8])
    case floats([Float])
  }

  public enum Targets: Sendable {
    /// A competition's test part has none.
    case none
    case classes([Int32])
    /// `width` numbers per example.
    case values([Float], width: Int)
  }

  /// Of one example, channels last: `[84, 84, 1]`, `[4]`.
  public var shape: [Int]
  /// count x shape, row-major.
  public var storage: Storage
  public var targets: Targets
  public var count: Int
  /// Where each example came from, for messages and `predictions.csv`.
  public var origin: Origin

  public enum Origin: Sendable {
    /// A file per example.
    case files([String])
    /// A row of a table per example; line numbers from 1, header included.
    case rows(file: String, lines: [Int32])
    /// Made by a generator of this name.
    case generated(String)
  }

  public init(shape: [Int], storage: Storage, targets: Targets, count: Int, origin: Origin) {
    self.shape = shape
    self.storage = storage
    self.targets = targets
    self.count = count
    self.origin = origin
  }
}

/// A data set, read, divided and ready to train on.
public struct Dataset: Sendable {
  /// `mri`, or the last part of the path.
  public var name: String
  public var train: Examples
  /// nil where the split asks for none.
  public var validation: Examples?
  /// nil where there is none.
  public var test: Examples?
  /// In the order of their numbers; empty for regression.
  public var classes: [String]
  /// Set where the real data was not found: one line that says what was generated instead, and where to put the real data.
  public var standIn: String?

  public init(
    name: String, train: Examples, validation: Examples? = nil, test: Examples? = nil, classes: [String] = [], standIn: String? = nil
  ) {
    self.name = name
    self.train = train
    self.validation = validation
    self.test = test
    self.classes = classes
    self.standIn = standIn
  }
}

/// The numbers behind `normalize`, from the training part: `x * scale + shift`, per column of a table or per channel of an image.
/// One entry stands for all. Stored with the weights and in emitted code.
public struct NormalizationValues: Sendable, Equatable {
  public var scale: [Float]
  public var shift: [Float]
  /// For regression: the network is trained on `target * targetScale + targetShift`, and its output is turned back.
  public var targetScale: [Float]
  public var targetShift: [Float]

  public static let identity = NormalizationValues(scale: [1], shift: [0], targetScale: [1], targetShift: [0])

  public init(scale: [Float], shift: [Float], targetScale: [Float] = [1], targetShift: [Float] = [0]) {
    self.scale = scale
    self.shift = shift
    self.targetScale = targetScale
    self.targetShift = targetShift
  }
}
