import NNRuntime

/// Follows a run: the line of an epoch, the bar, and `metrics.csv` as far as it has come.
final class RunWatcher {
  private let console: Console
  private let folder: RunFolder
  private let isQuiet: Bool
  private let hasAccuracy: Bool
  private var bar: ProgressBar
  private var table: EpochTable?
  private var start: TrainingStart?
  private var lastSaved = ContinuousClock.now
  private var pause = Duration.milliseconds(500)
  private let begun = ContinuousClock.now
  private(set) var metrics = MetricsTable()
  /// What went wrong while writing: told at the end, since a full disk should not stop the training.
  private(set) var failure: FileError?

  init(_ console: Console, _ folder: RunFolder, isQuiet: Bool, hasAccuracy: Bool) {
    self.console = console
    self.folder = folder
    self.isQuiet = isQuiet
    self.hasAccuracy = hasAccuracy
    bar = ProgressBar(console)
  }

  func see(_ event: TrainingEvent) {
    switch event {
    case .started(let start): begin(start)
    case .step(let step): draw(step)
    case .epoch(let row): end(row)
    case .stopped: bar.clear()
    }
  }

  private func begin(_ start: TrainingStart) {
    self.start = start
    guard !isQuiet, !console.isJSON else { return }
    let table = EpochTable(epochs: start.totalEpochs, hasAccuracy: hasAccuracy, hasValidation: start.validationExamples > 0)
    console.write("\n" + table.header + "\n")
    console.flush()
    self.table = table
  }

  private func draw(_ step: StepReport) {
    guard !isQuiet, let start else { return }
    let seconds = begun.duration(to: .now).seconds
    let share = Double(step.stepInEpoch) / Double(max(1, step.stepsPerEpoch))
    bar.draw(
      "epoch \(step.epoch)/\(start.totalEpochs)", share: share, rate: Double(step.step) * Double(start.batch) / max(seconds, 1e-9),
      left: seconds / Double(max(1, step.step)) * Double(step.totalSteps - step.step))
  }

  private func end(_ row: EpochReport) {
    metrics.append(row)
    bar.clear()
    if console.isJSON {
      console.write(MetricsTable.json(row).text + "\n")
    } else if let table {
      console.write(table.line(row) + "\n")
    }
    // Short epochs are shown, and saved, several at a time; a long table takes no more than a twentieth of the time to save.
    guard lastSaved.duration(to: .now) > pause else { return }
    console.flush()
    let begun = ContinuousClock.now
    saveMetrics()
    lastSaved = .now
    pause = max(.milliseconds(500), begun.duration(to: lastSaved) * 20)
  }

  func saveMetrics() {
    bar.clear()
    do throws(FileError) { try folder.write(metrics.csv, to: "metrics.csv") } catch { failure = error }
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
