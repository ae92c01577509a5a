/// What flows from one stage to the next, without the batch.
public enum Shape: Hashable, Sendable, CustomStringConvertible {
  /// `D` numbers.
  case vector(Int)
  /// `HxWxC`, row-major, channels last.
  case image(height: Int, width: Int, channels: Int)
  /// `TxD`: T steps of D numbers.
  case sequence(steps: Int, features: Int)
  /// T whole numbers below the vocabulary's size, held as `Float`.
  case tokens(steps: Int, vocabulary: Int)

  /// Numbers per example. Shapes are made by `Layer.output`, which refuses what does not fit an `Int`.
  public var count: Int {
    switch self {
    case .vector(let n): n
    case .image(let h, let w, let c): h * w * c
    case .sequence(let t, let d): t * d
    case .tokens(let t, _): t
    }
  }

  /// The sizes of its axes, the channels last: `[84, 84, 1]`. The vocabulary of tokens is none of them.
  public var dimensions: [Int] {
    switch self {
    case .vector(let n): [n]
    case .image(let h, let w, let c): [h, w, c]
    case .sequence(let t, let d): [t, d]
    case .tokens(let t, _): [t]
    }
  }

  /// Which of the four it is, without its sizes.
  public var kind: Kind {
    switch self {
    case .vector: .vector
    case .image: .image
    case .sequence: .sequence
    case .tokens: .tokens
    }
  }

  /// The kinds of what flows; layers say which of them they take.
  public enum Kind: String, Sendable, CaseIterable {
    case vector, image, sequence, tokens

    /// For messages: "an image".
    public var withArticle: String {
      switch self {
      case .vector: "a vector"
      case .image: "an image"
      case .sequence: "a sequence"
      case .tokens: "tokens"
      }
    }
  }

  /// As the language writes it: `84x84x1`.
  public var description: String { dimensions.map(String.init).joined(separator: "x") }

  /// More numbers than any machine holds in one tensor: 4 TiB of `Float`.
  public static let largestCount = 1 << 40

  /// The shape itself where all its dimensions are positive and its numbers countable; made shapes go through here.
  package func checked() throws(LayerProblem) -> Shape {
    _ = try product(dimensions, limit: Shape.largestCount)
    return self
  }
}

/// The product of sizes, or `tooLarge`: no size from a model file may overflow.
func product(_ factors: [Int], limit: Int) throws(LayerProblem) -> Int {
  var result = 1
  for factor in factors {
    let (next, overflow) = result.multipliedReportingOverflow(by: factor)
    guard factor > 0, !overflow, next <= limit else { throw .tooLarge }
    result = next
  }
  return result
}

/// Multiply-accumulates of one layer and example beyond this are refused: sums over a network then fit an `Int`.
let largestWork = 1 << 50
