/// The measures of one part of the data as plain numbers: what an epoch's row keeps of an evaluation. A measure that does not apply is nil.
public struct Scores: Sendable, Equatable {
  /// Examples.
  public var count: Int
  /// As `Evaluation.loss`.
  public var loss: Double
  public var accuracy: Double?
  /// The mean over the classes, each counting the same.
  public var f1: Double?
  /// exp(loss), of classes.
  public var perplexity: Double?
  /// MAE, RMSE and R², in the data's own unit.
  public var mae: Double?
  public var rmse: Double?
  public var r2: Double?

  public init(count: Int, loss: Double) { (self.count, self.loss) = (count, loss) }

  /// By its word in the language; nil where it does not apply.
  public func value(_ measure: String) -> Double? {
    switch measure {
    case "loss": loss
    case "accuracy": accuracy
    case "f1": f1
    case "perplexity": perplexity
    case "mae": mae
    case "rmse": rmse
    case "r2": r2
    default: nil
    }
  }
}
