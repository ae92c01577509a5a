import NNDiagnostics
import NNLayers
import NNSyntax

/// The network with blocks and repeats written out and arguments bound; shapes are not known yet.
struct Network: Sendable {
  var elements: [Element] = []
  /// Labels are numbered, so that each turn of a `repeat` has its own.
  var labelCount = 0
}

indirect enum Element: Sendable {
  case stage(StageElement)
  case residual(ResidualElement)
  case branch(BranchElement)
  /// The use of a block, or a `repeat`, that ends with a stated shape or a label.
  case group([Element], Ending)
}

/// What may follow any stage.
struct Ending: Sendable {
  /// `-> 42x42x32`
  var stated: (dimensions: [Int], span: SourceSpan)?
  /// `as skip`, by its number.
  var label: Int?
  /// The stage as written, where the shape that comes out of it is wanted (`CheckOptions.tracesStages`).
  var traced: SourceSpan?

  static let none = Ending()
  var isEmpty: Bool { stated == nil && label == nil && traced == nil }
}

/// What the table shows of a stage.
struct StageFacts: Sendable {
  /// As written, one blank between the words.
  var text: String
  var op: String
  var span: SourceSpan
  var expansion: [SourceSpan]
}

/// A built-in layer with its activation: one row of the table.
struct StageElement: Sendable {
  /// In the order in which stages are written out.
  var id: Int
  var facts: StageFacts
  /// nil where an argument is wrong, or depends on data that is not here.
  var layer: BoundLayer?
  var activation: BoundLayer?
  /// The label that `add skip` joins, by its number.
  var joined: (label: Int, span: SourceSpan)?
  var ending: Ending
}

/// A layer with its arguments, and where they stand.
struct BoundLayer: Sendable {
  var layer: any Layer
  var word: NameSyntax
  /// From the word to its last argument, without an activation.
  var span: SourceSpan
  var bound: BoundArguments

  var signature: Signature { type(of: layer).signature }
}

struct ResidualElement: Sendable {
  enum Via: Sendable {
    case auto(SourceSpan)
    case group([Element])
  }
  var facts: StageFacts
  /// The word `res`.
  var keyword: SourceSpan
  var bodySpan: SourceSpan
  var body: [Element]
  var via: Via?
  var ending: Ending
}

struct BranchElement: Sendable {
  var facts: StageFacts
  var join: BranchSyntax.Join
  var groups: [(elements: [Element], span: SourceSpan)]
  var ending: Ending
}
