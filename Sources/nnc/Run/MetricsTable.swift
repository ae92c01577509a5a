import NNDiagnostics
import NNRuntime

/// `metrics.csv`, and the objects of `--format json`: a row per epoch.
struct MetricsTable {
  private(set) var rows: [EpochReport] = []

  static let columns = [
    "epoch", "seconds", "samples_per_s", "lr", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy",
  ]

  mutating func append(_ row: EpochReport) { rows.append(row) }

  /// A value that does not apply is an empty cell.
  var csv: String {
    var text = MetricsTable.columns.joined(separator: ",") + "\n"
    for row in rows { text += MetricsTable.cells(row).map(\.text).joined(separator: ",") + "\n" }
    return text
  }

  static func json(_ row: EpochReport) -> JSONValue {
    .object([(key: "event", value: "epoch")] + zip(columns, cells(row)).map { (key: $0, value: $1.json) })
  }

  private enum Cell: Equatable {
    case integer(Int)
    case number(Double?)

    var text: String {
      switch self {
      case .integer(let value): String(value)
      case .number(let value): value?.description ?? ""
      }
    }

    var json: JSONValue {
      switch self {
      case .integer(let value): .integer(value)
      case .number(let value): JSONValue(value)
      }
    }
  }

  private static func cells(_ row: EpochReport) -> [Cell] {
    [
      .integer(row.epoch), .number(row.seconds), .number((row.samplesPerSecond * 10).rounded() / 10), .number(row.learningRate),
      .number(row.trainLoss), .number(row.trainAccuracy), .number(row.validation?.loss), .number(row.validation?.accuracy),
    ]
  }
}
