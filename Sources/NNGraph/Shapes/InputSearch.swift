import NNDiagnostics
import NNLayers

/// Without an input shape: tries shapes of every kind and says what an input must satisfy.
struct InputSearch {
  let network: Network
  let facts: ShapeFacts
  /// `input text 30` without a vocabulary fixes the kind and the steps.
  let statement: InputStatement?

  enum Outcome {
    case condition(InputCondition)
    /// No input fits; this one came furthest.
    case contradiction(Shape)
  }

  func run() -> Outcome {
    .condition(InputCondition(text: "", parameters: nil, rows: [], output: nil))
  }
}

/// What an input must satisfy, and what is known of the table without one.
public struct InputCondition: Sendable {
  /// `any HxWxC with H and W at least 2`
  public var text: String
  /// `288*C + 32`; nil where no simple formula fits.
  public var parameters: String?
  public var rows: [Row]
  public var output: Shape?
}
