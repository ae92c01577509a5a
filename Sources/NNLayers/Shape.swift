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

  /// `[84, 84, 1]`
  public var dimensions: [Int] {
    switch self {
    case .vector(let n): [n]
    case .image(let h, let w, let c): [h, w, c]
    case .sequence(let t, let d): [t, d]
    case .tokens(let t, _): [t]
    }
  }

  public var kind: Kind {
    switch self {
    case .vector: .vector
    case .image: .image
    case .sequence: .sequence
    case .tokens: .tokens
    }
  }

  public enum Kind: String, Sendable, CaseIterable {
    case vector, image, sequence, tokens
    /// "an image"
    public var withArticle: String {
      switch self {
      case .vector: "a vector"
      case .image: "an image"
      case .sequence: "a sequence"
      case .tokens: "tokens"
      }
    }
  }

  /// `84x84x1`
  public var description: String { dimensions.map(String.init).joined(separator: "x") }
}
