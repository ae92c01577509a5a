import NNGraph
import NNReport
import NNRuntime

/// Writes what a run has come to while it goes on, so that nothing that happens to the process costs more than the last moments of it.
///
/// Saving takes no more than a fiftieth of the time, and at least a minute's work is never lost: early in a run it saves often, later every
/// fiftieth of the time that has gone by, and no less than once a minute.
final class RunSaver {
  private let folder: RunFolder
  private let layout: WeightLayout
  private let call: RunCall
  private let info: CheckpointInfo
  private let examples: Int
  private let energy: EnergyMeter
  /// Seconds since 1970.
  private let begun: Double
  private let clock = ContinuousClock.now
  private var next: ContinuousClock.Instant
  private var savedBest: Int?
  /// What went wrong when it was last tried to save: a full disk does not stop the training, and may have room again before it ends.
  private(set) var failure: FileError?
  private let warn: (String) -> Void

  /// - Parameters:
  ///   - info: of the weights, without their epoch.
  ///   - warn: says that a state could not be saved.
  init(
    _ folder: RunFolder, _ layout: WeightLayout, call: RunCall, info: CheckpointInfo, examples: Int, energy: EnergyMeter,
    resumed: RunState?,
    warn: @escaping (String) -> Void
  ) {
    self.warn = warn
    self.folder = folder
    self.layout = layout
    self.call = call
    self.info = info
    self.examples = examples
    self.energy = energy
    begun = resumed?.begun ?? systemTime()
    next = clock + .milliseconds(100)
  }

  var checkpoints: Checkpoints { Checkpoints(isDue: { .now >= self.next }, save: save) }

  func save(_ state: TrainingState) {
    let start = ContinuousClock.now
    do throws(FileError) {
      if let (weights, epoch) = state.bestWeights, epoch != savedBest {
        try write(weights, epoch: epoch, to: "best.safetensors")
        savedBest = epoch
      }
      try write(state.weights, epoch: state.stepInEpoch == 0 ? state.epoch : state.epoch + 1, to: "last.safetensors")
      try writeTables(state.rows)
      let file = RunState(
        state, call: call, info: info, examples: examples, begun: begun, wattHours: energy.energy.wattHours)
      try folder.write(file.encoded(), to: RunState.name)
      failure = nil
    } catch {
      if failure == nil { warn("\(error.message); training goes on, and saving is tried again") }
      failure = error
    }
    let cost = start.duration(to: .now)
    let share = min(max(clock.duration(to: .now) / 50, .milliseconds(100)), .seconds(60))
    next = .now + max(share, cost * 50)
  }

  func write(_ weights: Weights, epoch: Int?, to name: String) throws(FileError) {
    var info = info
    info.epoch = epoch
    try Checkpoint(weights: weights, info: info).write(layout, to: folder.file(name))
  }

  /// `metrics.csv`, and the same for TensorBoard.
  func writeTables(_ rows: [EpochReport]) throws(FileError) {
    var metrics = MetricsTable()
    for row in rows { metrics.append(row) }
    try folder.write(metrics.csv, to: "metrics.csv")
    let events = try folder.subfolder("tb")
    try events.write(metrics.events(begun: begun).bytes, to: "events.out.tfevents.\(Int(begun)).nnc")
  }
}

extension MetricsTable {
  /// Loss, accuracy and learning rate by epoch, under the tags that TensorBoard groups: `loss/train`, `loss/validation`, …
  /// - Parameter begun: seconds since 1970.
  func events(begun: Double) -> EventFile {
    var file = EventFile(time: begun)
    var time = begun
    for row in rows {
      time += row.seconds
      let values: [(tag: String, value: Double?)] = [
        ("loss/train", row.trainLoss), ("loss/validation", row.validation?.loss), ("accuracy/train", row.trainAccuracy),
        ("accuracy/validation", row.validation?.accuracy), ("lr", row.learningRate), ("examples_per_s", row.samplesPerSecond),
      ]
      file.add(step: row.epoch, time: time, values.compactMap { tag, value in value.map { (tag, $0) } })
    }
    return file
  }
}
