import NNReport
import NNRuntime

/// Follows a run on the console: the line of an epoch, and the bar.
final class RunWatcher {
  private let console: Console
  private let options: RunOptions
  private let hasAccuracy: Bool
  private let energy: EnergyMeter
  private var bar: ProgressBar
  private var table: EpochTable?
  private var start: TrainingStart?
  private var lastFlushed = ContinuousClock.now
  private let begun = ContinuousClock.now
  /// Of the run that is resumed.
  private let stepsBefore: Int
  private(set) var metrics = MetricsTable()

  init(_ console: Console, _ options: RunOptions, hasAccuracy: Bool, energy: EnergyMeter, resumed: TrainingState?) {
    self.console = console
    self.options = options
    self.hasAccuracy = hasAccuracy
    self.energy = energy
    stepsBefore = resumed?.steps ?? 0
    bar = ProgressBar(console)
    for row in resumed?.rows ?? [] { metrics.append(row) }
  }

  func see(_ event: TrainingEvent) {
    switch event {
    case .started(let start): begin(start)
    case .step(let step):
      draw(step)
      if options.until?.isReached(epoch: step.epoch, batch: step.stepInEpoch) ?? false { Interrupt.cancellation.cancel() }
    case .epoch(let row): end(row)
    case .stopped: bar.clear()
    }
  }

  private func begin(_ start: TrainingStart) {
    self.start = start
    guard !options.isQuiet, !console.isJSON else { return }
    let table = EpochTable(epochs: start.totalEpochs, hasAccuracy: hasAccuracy, hasValidation: start.validationExamples > 0)
    console.write("\n" + table.header + "\n")
    console.flush()
    self.table = table
  }

  private func draw(_ step: StepReport) {
    guard !options.isQuiet, let start else { return }
    let seconds = begun.duration(to: .now).seconds
    let share = Double(step.stepInEpoch) / Double(max(1, step.stepsPerEpoch))
    let done = Double(max(1, step.step - stepsBefore))
    bar.draw(
      "epoch \(step.epoch)/\(start.totalEpochs)", share: share, rate: done * Double(start.batch) / max(seconds, 1e-9),
      left: seconds / done * Double(step.totalSteps - step.step))
  }

  private func end(_ row: EpochReport) {
    metrics.append(row)
    energy.sample()
    let isLast = row.steps >= start?.totalSteps ?? 0
    guard isLast || metrics.rows.count % options.logEvery == 0 else { return }
    bar.clear()
    if console.isJSON, !options.isSilent {
      console.write(MetricsTable.json(row).text + "\n")
    } else if let table {
      console.write(table.line(row) + "\n")
    }
    // Short epochs are shown several at a time.
    guard lastFlushed.duration(to: .now) > .milliseconds(300) else { return }
    lastFlushed = .now
    console.flush()
  }
}
