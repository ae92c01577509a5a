/// Errors of predicted numbers, gathered example by example; of several outputs per example, the mean over outputs, as scikit-learn does.
public struct Regression: Sendable, Equatable {
  private struct Column: Sendable, Equatable {
    var absolute = 0.0
    var squared = 0.0
    /// Mean and sum of squared deviations of the targets, by Welford's recurrence.
    var mean = 0.0
    var deviation = 0.0
  }

  public private(set) var count = 0
  private var columns: [Column]

  public init(outputs: Int) { columns = Array(repeating: Column(), count: outputs) }

  /// One example; both in the data's own unit, as many numbers as there are outputs.
  public mutating func add(actual: (Int) -> Double, predicted: (Int) -> Double) {
    count += 1
    for index in columns.indices {
      let target = actual(index)
      let error = predicted(index) - target
      columns[index].absolute += error < 0 ? -error : error
      columns[index].squared += error * error
      let difference = target - columns[index].mean
      columns[index].mean += difference / Double(count)
      columns[index].deviation += difference * (target - columns[index].mean)
    }
  }

  /// MAE
  public var meanAbsoluteError: Double { mean { $0.absolute / Double(max(1, count)) } }

  /// RMSE
  public var rootMeanSquaredError: Double { mean { ($0.squared / Double(max(1, count))).squareRoot() } }

  /// R²: 1 - squared error / squared deviation of the targets. Where the targets are all the same: 1 without error, else 0.
  public var r2: Double {
    mean { $0.deviation > 0 ? 1 - $0.squared / $0.deviation : ($0.squared > 0 ? 0 : 1) }
  }

  private func mean(_ value: (Column) -> Double) -> Double {
    columns.isEmpty ? 0 : columns.reduce(0) { $0 + value($1) } / Double(columns.count)
  }
}
