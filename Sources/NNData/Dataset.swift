import NNDiagnostics

/// The examples of one part of a data set, in memory as they were read: bytes for images, floats for tables, windows of a series or text; or
/// files of images that are too many to be in memory all at once.
public struct Examples: Sendable {
  /// The inputs of all examples, as they were read.
  public enum Storage: Sendable {
    case bytes(Stretch<UInt8>)
    case floats(Stretch<Float>)
    case files(ImageFiles)
    case windows(Windows)
  }

  /// What is to be predicted of each example.
  public enum Targets: Sendable {
    /// A competition's test part has none.
    case none
    case classes([Int32])
    /// `width` numbers per example.
    case values([Float], width: Int)
    /// Of windows: what follows them, as classes in a text and as values in a series.
    case following(Following)
  }

  /// Of one example, channels last: `[84, 84, 1]`, `[4]`.
  public var shape: [Int]
  /// count x shape, row-major.
  public var storage: Storage
  /// What is to be predicted of them.
  public var targets: Targets
  /// Of examples.
  public var count: Int
  /// Where each example came from, for messages and `predictions.csv`.
  public var origin: Origin

  /// Where examples came from.
  public enum Origin: Sendable {
    /// A file per example.
    case files([String])
    /// A row of a table per example; line numbers from 1, header included.
    case rows(file: String, lines: RowLines)
    /// Names that the data gives its examples.
    case named([String])
    /// Made by a generator of this name.
    case generated(String)
    /// Windows of a text, by their first characters, from 0.
    case characters(of: String, starts: [Int32])
  }

  public init(shape: [Int], storage: Storage, targets: Targets, count: Int, origin: Origin) {
    self.shape = shape
    self.storage = storage
    self.targets = targets
    self.count = count
    self.origin = origin
  }

  /// Numbers per example.
  public var size: Int { shape.reduce(1, *) }

  /// Classes of the examples, or of their steps where each has one; empty where there are none.
  public var labels: [Int32] {
    switch targets {
    case .classes(let labels): labels
    case .none, .values: []
    case .following(let following): isText ? (0..<count).flatMap { followers(of: $0, following).map { Int32($0) } } : []
    }
  }

  /// The numbers behind the window of an example, or behind each of its steps.
  public func followers(of example: Int, _ following: Following) -> [Float] {
    guard case .windows(let windows) = storage else { return [] }
    let start = Int(windows.starts[example])
    return (0..<following.width).map { windows.values[following.row($0, start: start, window: windows.steps) * windows.features] }
  }

  /// Calls with the bytes of an image; not at all where examples are no bytes.
  func withBytes(of example: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    switch storage {
    case .bytes(let all): all.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[example * size..<(example + 1) * size])) }
    case .files(let files): files.withBytes(of: example, body)
    case .floats, .windows: break
    }
  }

  /// The bytes of an image; nil where examples are no bytes.
  public func bytes(of example: Int) -> [UInt8]? {
    var copy: [UInt8]?
    withBytes(of: example) { copy = Array($0) }
    return copy
  }

  /// The numbers of an example as the file holds them; nil where examples overlap.
  public func numbers(of example: Int) -> [Float]? {
    switch storage {
    case .bytes, .files: bytes(of: example)?.map(Float.init)
    case .floats(let floats): Array(floats[example * size..<(example + 1) * size])
    case .windows: nil
    }
  }

  /// What could not be read of the examples since they were loaded.
  public var problem: Diagnostic? { if case .files(let files) = storage { files.problem } else { nil } }

  /// The examples are pieces of a text.
  public var isText: Bool { if case .windows(let windows) = storage { windows.isText } else { false } }

  /// How many examples each of the `classes` has.
  public func countsPerClass(_ classes: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: classes)
    for label in labels where Int(label) < classes { counts[Int(label)] += 1 }
    return counts
  }

  /// Where an example came from, for a message: `mri/Testing/glioma/Te-gl_0010.jpg`, `iris.csv:102`.
  public func place(of example: Int) -> String {
    switch origin {
    case .files(let paths): paths[example]
    case .rows(let file, let lines): "\(file):\(lines[example])"
    case .named(let names): names[example]
    case .generated(let name): "\(name) #\(example)"
    case .characters(let name, let starts): "\(name), character \(starts[example] + 1)"
    }
  }
}

/// A data set, read, divided and ready to train on.
public struct Dataset: Sendable {
  /// `mri`, or the last part of the path.
  public var name: String
  /// What the network is trained on.
  public var train: Examples
  /// nil where the split asks for none.
  public var validation: Examples?
  /// nil where there is none.
  public var test: Examples?
  /// In the order of their numbers; empty for regression.
  public var classes: [String]
  /// Names of the input columns of a table; empty for images.
  public var features: [String]
  /// Examples that are in no part: those that `split` or a share of the training part leaves out.
  public var unused: Int
  /// How characters became numbers; nil where the data is no text.
  public var codec: TextCodec?
  /// Set where the real data was not found: one line that says what was generated instead, and where to put the real data.
  public var standIn: String?
  /// What is odd about the data and no reason to stop: NN504.
  public var warnings: [Diagnostic] = []

  public init(
    name: String, train: Examples, validation: Examples? = nil, test: Examples? = nil, classes: [String] = [],
    features: [String] = [], unused: Int = 0, standIn: String? = nil
  ) {
    self.name = name
    self.train = train
    self.validation = validation
    self.test = test
    self.classes = classes
    self.features = features
    self.unused = unused
    self.standIn = standIn
  }
}
