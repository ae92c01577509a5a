import NNDiagnostics
import NNLayers

/// A row of the table of `check`: a stage as written, or one that nnc inserts. What could not be known is nil.
public struct Row: Sendable {
  /// As written, one blank between the words.
  public var text: String
  /// Its word: `conv`, `res`, `branch`.
  public var op: String
  /// In the file it is written in.
  public var span: SourceSpan
  /// The uses of blocks this stage came from, innermost last.
  public var expansion: [SourceSpan]
  /// Of one example.
  public var output: Shape?
  /// Numbers that are trained.
  public var parameters: Int?
  /// Multiply-accumulates per example.
  public var macs: Int?
  /// Inserted by nnc: a flatten, a projection of `via auto`.
  public var isImplicit: Bool
  /// Computed together with the stage before it, without a memory of its own.
  public var isFused: Bool
}

/// What flows between two stages.
struct Flow {
  var source: Node.Source
  var shape: Shape
  /// The step of the trail that made it.
  var step: Int
  /// The image behind an explicit `flatten`, for the `fc` that follows.
  var isFlattened = false
}

/// The stages on the way to a place, for messages.
struct Trail {
  struct Step {
    var text: String
    var span: SourceSpan
    /// The layer, where it is one of the file's.
    var bound: BoundLayer?
    var shape: Shape
    /// The step before it; nil for the input.
    var before: Int?
    /// `loses 2`
    var note: String
    /// An activation or another stage that keeps the shape: not worth a line.
    var isQuiet: Bool
  }
  private(set) var steps: [Step] = []

  mutating func add(_ step: Step) -> Int {
    steps.append(step)
    return steps.count - 1
  }

  /// From the input to a step.
  func path(to step: Int) -> [Step] {
    var path: [Step] = []
    var current: Int? = step
    while let index = current {
      path.append(steps[index])
      current = steps[index].before
    }
    return path.reversed()
  }
}
