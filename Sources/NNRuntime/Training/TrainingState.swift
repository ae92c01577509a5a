/// Where a run stands between two steps, with all it needs to go on as if it had never been interrupted.
///
/// Random numbers need no state: each is addressed by the seed, the epoch, the step and the example it belongs to.
public struct TrainingState: Sendable, Equatable {
  /// Steps made, of the whole run.
  public var steps = 0
  /// Epochs that are done.
  public var epoch = 0
  /// Steps made in the epoch under way.
  public var stepInEpoch = 0
  var examples = 0
  var trainingSeconds = 0.0
  /// Since the run began, without the time between an interruption and the resumption.
  public var seconds = 0.0
  public var weights: Weights
  var best: Best?
  var optimizer: OptimizerMemory
  /// What stateful layers hand on to the next batch; empty without such layers.
  var carried: [Float] = []
  var plateau: LearningRate.Plateau
  var stops: StopWatcher.Memory
  /// Over the examples since the last row.
  var totals: TrainingStep.Totals
  /// Of the table so far.
  public var rows: [EpochReport] = []

  struct Best: Sendable, Equatable {
    var loss: Double
    var epoch: Int
    var weights: Weights
  }

  /// The best weights so far, and the epoch they are of.
  public var bestWeights: (weights: Weights, epoch: Int)? { best.map { ($0.weights, $0.epoch) } }
}

/// What an optimizer remembers.
struct OptimizerMemory: Sendable, Equatable {
  var steps = 0
  /// Laid out as the weights; empty where the optimizer has none.
  var first: [Float] = []
  var second: [Float] = []
}

/// Asked between steps whether the state is wanted, and given it where it is.
public struct Checkpoints {
  let isDue: () -> Bool
  let save: (TrainingState) -> Void

  /// - Parameter isDue: looked at every few steps.
  public init(isDue: @escaping () -> Bool, save: @escaping (TrainingState) -> Void) {
    self.isDue = isDue
    self.save = save
  }
}
