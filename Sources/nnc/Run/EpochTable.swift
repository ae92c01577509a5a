import NNReport
import NNRuntime

/// The lines that a run prints while it goes on: one per epoch, under a header that names the columns it has.
struct EpochTable {
  private struct Column {
    let name: String
    let width: Int
    let text: (EpochReport) -> String
  }

  private let columns: [Column]

  init(epochs: Int, hasAccuracy: Bool, hasValidation: Bool) {
    let digits = String(epochs).count
    func number(_ value: Double?) -> String { value.map { $0.magnitude < 1e5 ? fixed($0, 4) : significant($0, 4) } ?? "-" }
    var columns = [
      Column(name: "epoch", width: max(5, 2 * digits + 1)) { "\($0.epoch)/\(epochs)" },
      Column(name: "train loss", width: 10) { number($0.trainLoss) },
    ]
    if hasAccuracy { columns.append(Column(name: "accuracy", width: 8) { number($0.trainAccuracy) }) }
    if hasValidation { columns.append(Column(name: "validation loss", width: 15) { number($0.validation?.loss) }) }
    if hasValidation, hasAccuracy { columns.append(Column(name: "accuracy", width: 8) { number($0.validation?.accuracy) }) }
    columns += [
      Column(name: "lr", width: 9) { significant($0.learningRate, 4) },
      Column(name: "examples/s", width: 10) { grouped(Int(min(max(0, $0.samplesPerSecond.rounded()), 1e15))) },
      Column(name: "time", width: 8) { duration($0.seconds) },
    ]
    self.columns = columns
  }

  var header: String { columns.map { $0.name.leftPadded(to: $0.width) }.joined(separator: "  ") }

  func line(_ row: EpochReport) -> String { columns.map { $0.text(row).leftPadded(to: $0.width) }.joined(separator: "  ") }
}
