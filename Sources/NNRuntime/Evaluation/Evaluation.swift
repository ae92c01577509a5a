#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How a network does on one part of the data, without dropout and augmentation.
public struct Evaluation: Sendable, Equatable {
  /// Examples.
  public var count: Int
  /// The mean over all examples of the loss it is trained with, smoothing included, class weights not.
  public var loss: Double
  /// nil for regression.
  public var classification: Classification?
  /// In the data's own unit; nil for classification.
  public var regression: Regression?

  /// The share of examples whose class was found; nil for regression.
  public var accuracy: Double? { classification?.accuracy }

  /// A metric by its word in the language: `loss`, `accuracy`, `f1`, `mae`, `rmse`, `r2`, `perplexity`; nil where it does not apply.
  public func value(_ measure: String) -> Double? { scores.value(measure) }

  /// All measures as plain numbers.
  public var scores: Scores {
    var scores = Scores(count: count, loss: loss)
    scores.accuracy = classification?.accuracy
    scores.f1 = classification?.macroF1
    scores.perplexity = classification == nil ? nil : exp(loss)
    scores.mae = regression?.meanAbsoluteError
    scores.rmse = regression?.rootMeanSquaredError
    scores.r2 = regression?.r2
    return scores
  }
}
