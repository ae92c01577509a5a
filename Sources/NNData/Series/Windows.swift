/// Examples that are windows of one series: they overlap, and share its numbers.
public struct Windows: Sendable {
  /// The whole series, rows x features.
  public var values: [Float]
  /// Numbers per row.
  public var features: Int
  /// Rows that an example sees.
  public var steps: Int
  /// The first row of each example, ascending.
  public var starts: [Int32]
  /// The numbers are tokens: places in a vocabulary, which are never normalised.
  public var isText: Bool

  public init(values: [Float], features: Int, steps: Int, starts: [Int32], isText: Bool) {
    self.values = values
    self.features = features
    self.steps = steps
    self.starts = starts
    self.isText = isText
  }

  /// The rows that the windows cover.
  var rows: Range<Int> {
    guard let first = starts.first, let last = starts.last else { return 0..<0 }
    return Int(first)..<Int(last) + steps
  }
}

/// The targets of windows: what comes behind them in their series.
public struct Following: Sendable, Equatable {
  /// 1: what follows the window. The window's own number of steps: what follows each of its steps.
  public var steps: Int
  /// Rows that follow; more than 1 only with one step.
  public var rows: Int

  public init(steps: Int, rows: Int = 1) {
    self.steps = steps
    self.rows = rows
  }

  /// Numbers per example.
  public var width: Int { steps * rows }

  /// The row of the series that target number `index` of a window is, behind a window of `window` steps that begins at `start`.
  func row(_ index: Int, start: Int, window: Int) -> Int { start + window + (steps == 1 ? index : index - window + 1) }
}
