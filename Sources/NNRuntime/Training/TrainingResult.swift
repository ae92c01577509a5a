/// What a run leaves behind.
public struct TrainingResult: Sendable {
  /// How it ended.
  public enum End: Sendable {
    case stopped(StopReason)
    /// NN701.
    case diverged(Divergence)
  }

  public var end: End
  /// The rows of the table, the first one first.
  public var epochs: [EpochReport]
  /// That were made.
  public var steps: Int
  /// From the beginning to the end, validation included; of a resumed run, without the time between.
  public var seconds: Double
  /// Of training alone, over the whole run.
  public var samplesPerSecond: Double
  /// By `TrainingStart.judgedBy`; nil where no epoch ended.
  public var best: Weights?
  /// The epoch of the best weights, from 1.
  public var bestEpoch: Int?
  /// After a divergence: those before the step that failed.
  public var last: Weights
}

/// The weights that a run is judged by: with a validation part the best, else the last.
public struct JudgedWeights: Sendable {
  public let weights: Weights
  /// nil where no epoch has ended.
  public let epoch: Int?
  /// They are the best of several, and not the last.
  public let isBest: Bool

  public init(_ result: TrainingResult, hasValidation: Bool) {
    if let best = result.best, hasValidation {
      (weights, epoch, isBest) = (best, result.bestEpoch, true)
    } else {
      (weights, epoch, isBest) = (result.last, result.epochs.last?.epoch, false)
    }
  }
}
