import NNData

/// How targets are compared and steps are counted, for programs that train the same network elsewhere.
public struct TrainingSetup: Sendable {
  /// What targets become before they are compared with the output.
  public enum Target: Sendable, Equatable {
    /// The number of a class.
    case label
    /// The data's numbers.
    case values
    /// One number that stands for the second of two classes (`high`) or the first.
    case sign(low: Float, high: Float)
    /// A number per class: `high` for the right one.
    case oneHot(low: Float, high: Float)
  }

  public let target: Target
  /// Per class; empty where all count the same.
  public let classWeights: [Float]
  public let hasValidation: Bool
  /// A test part with targets.
  public let hasTest: Bool
  /// Examples per step.
  public let batch: Int
  /// A row of the table after so many epochs.
  public let epochsPerRow: Int
}

extension Trainer {
  public var setup: TrainingSetup {
    TrainingSetup(
      target: objective.target, classWeights: objective.classWeights, hasValidation: validation != nil,
      hasTest: dataset.test.map { $0.hasTargets && $0.count > 0 } ?? false, batch: length.batch, epochsPerRow: length.epochsPerReport)
  }
}
