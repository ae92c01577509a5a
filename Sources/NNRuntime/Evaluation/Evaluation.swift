#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How a network does on one part of the data, without dropout and augmentation.
public struct Evaluation: Sendable, Equatable {
  public var count: Int
  /// The mean over all examples of the loss it is trained with, smoothing included, class weights not.
  public var loss: Double
  /// nil for regression.
  public var classification: Classification?
  /// In the data's own unit; nil for classification.
  public var regression: Regression?

  public var accuracy: Double? { classification?.accuracy }

  /// A metric by its word in the language: `loss`, `accuracy`, `f1`, `mae`, `rmse`, `r2`, `perplexity`; nil where it does not apply.
  public func value(_ measure: String) -> Double? {
    switch measure {
    case "loss": loss
    case "accuracy": classification?.accuracy
    case "f1": classification?.macroF1
    case "mae": regression?.meanAbsoluteError
    case "rmse": regression?.rootMeanSquaredError
    case "r2": regression?.r2
    case "perplexity": classification == nil ? nil : exp(loss)
    default: nil
    }
  }
}
