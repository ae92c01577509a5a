/// A loss between outputs and targets, both `[rows][columns]`, element by element.
public enum ElementLoss: Sendable, Hashable {
  /// From logits: max(x, 0) - x t + log(1 + exp(-|x|)).
  case binaryCrossEntropy
  /// (x - t)²
  case meanSquared
  /// |x - t|; the slope at 0 is 0.
  case meanAbsolute
  /// d²/2 for |d| <= delta, else delta (|d| - delta/2), d = x - t.
  case huber(delta: Float)
  /// max(0, 1 - t x), targets -1 and 1.
  case hinge
}

/// A sum of losses and what it is to be divided by.
public struct LossSum: Sendable, Hashable {
  /// The sum.
  public var total: Double
  /// The number of terms, or the sum of their class weights.
  public var weight: Double

  @inlinable public init(total: Double = 0, weight: Double = 0) {
    self.total = total
    self.weight = weight
  }

  /// 0 of no terms.
  @inlinable public var mean: Double { weight == 0 ? 0 : total / weight }

  @inlinable public static func += (sum: inout LossSum, other: LossSum) {
    sum.total += other.total
    sum.weight += other.weight
  }
}
