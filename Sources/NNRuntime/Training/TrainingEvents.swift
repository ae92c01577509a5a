import NNRecipe

/// What a run tells whoever watches it, in order. The watcher is called on the thread of the run, which waits for it.
public enum TrainingEvent: Sendable {
  case started(TrainingStart)
  /// After every so many steps, where `TrainingOptions.stepInterval` asks for it.
  case step(StepReport)
  case epoch(EpochReport)
  case stopped(StopReason)
}

/// What a run will do.
public struct TrainingStart: Sendable {
  public var trainingExamples: Int
  /// 0 without a validation part.
  public var validationExamples: Int
  /// Of the largest batch.
  public var batch: Int
  public var stepsPerEpoch: Int
  public var totalSteps: Int
  /// The last of which `steps` may cut short.
  public var totalEpochs: Int
  /// Bytes that are taken for values, gradients, weights and the optimizer's state.
  public var memory: Int
  /// `validation.loss`, or `train.loss` where there is no validation part: what the best weights are chosen by.
  public var judgedBy: MeasuredQuantity
}

/// How far a run is.
public struct StepReport: Sendable {
  /// From 1.
  public var epoch: Int
  /// In this epoch, from 1.
  public var stepInEpoch: Int
  public var stepsPerEpoch: Int
  /// Of the whole run, from 1.
  public var step: Int
  public var totalSteps: Int
  /// Over the examples since the last report of an epoch.
  public var loss: Double
  /// Likewise; nil for regression.
  public var accuracy: Double?
  public var learningRate: Double
}

/// A row of the table of epochs. A run that is given in steps has a row for several epochs where these are very short.
public struct EpochReport: Sendable, Equatable {
  /// From 1: the epoch that just ended, or was broken off.
  public var epoch: Int
  /// Of the whole run so far.
  public var steps: Int
  /// Of training and validation since the last row.
  public var seconds: Double
  /// Of training alone.
  public var samplesPerSecond: Double
  /// Of the last step.
  public var learningRate: Double
  /// The mean over the examples seen since the last row, as they were when they were seen, with dropout and augmentation.
  public var trainLoss: Double
  /// Likewise; nil for regression.
  public var trainAccuracy: Double?
  /// nil without a validation part.
  public var validation: Scores?
  /// The best so far.
  public var isBest: Bool
}

/// Why a run ended, weights and all in order.
public enum StopReason: Sendable, Equatable {
  /// All epochs or steps were done.
  case finished
  case rule(StopRule)
  case cancelled
}
