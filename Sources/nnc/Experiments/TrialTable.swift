import NNDiagnostics
import NNRecipe
import NNReport
import NNRuntime

/// The runs of an experiment as a table, the best first; those of growing training parts by their size.
struct TrialTable {
  private let kind: Experiment.Kind
  private let problem: Problem
  private let total: Int
  /// In the order of the table.
  private let trials: [Trial]
  /// What they are ordered by.
  private let measure: Metric
  private let part: String

  init(_ kind: Experiment.Kind, _ trials: [Trial], _ problem: Problem, total: Int) {
    self.kind = kind
    self.problem = problem
    self.total = total
    part = trials.first?.outcome?.held.part ?? "validation"
    let isClassification = !problem.dataset.classes.isEmpty
    let asked = problem.model.recipe.metrics.first { trials.first?.outcome?.held.scores?.value($0.rawValue) != nil }
    let measure = asked ?? (isClassification ? .accuracy : .rmse)
    self.measure = measure
    func rank(_ trial: Trial) -> (Double, Double) {
      guard let outcome = trial.outcome, outcome.end != .diverged, let scores = outcome.held.scores,
        let value = scores.value(measure.rawValue), value.isFinite
      else { return (.infinity, .infinity) }
      return (measure.isBetterHigher ? -value : value, scores.loss)
    }
    switch kind {
    case .curve, .folds: self.trials = trials
    case .sweep:
      self.trials = trials.enumerated().sorted { ($0.element.order(rank), $0.offset) < ($1.element.order(rank), $1.offset) }.map(\.element)
    }
  }

  // MARK: Columns

  private var settingNames: [String] { trials.first?.variant.settings.map(\.name) ?? [] }

  /// Names, and the cells of a run; a value that does not apply is nil.
  private var columns: [(name: String, isText: Bool, cell: (Trial) -> String?)] {
    func number(_ value: Double?) -> String? { value.map { $0.isFinite ? fixed($0, 4) : significant($0, 4) } }
    var columns: [(name: String, isText: Bool, cell: (Trial) -> String?)] = []
    for (index, name) in settingNames.enumerated() { columns.append((name, true, { $0.variant.settings[index].value })) }
    switch kind {
    case .folds: columns.append(("fold", false, { $0.variant.fold.map { String($0 + 1) } }))
    case .curve: columns.append(("train part", false, { $0.variant.trainingShare.map(percentText) }))
    case .sweep: break
    }
    columns.append(("\(part) \(measure.rawValue)", false, { number($0.outcome?.held.scores?.value(measure.rawValue)) }))
    columns.append(("\(part) loss", false, { number($0.outcome?.held.scores?.loss) }))
    columns.append(("train loss", false, { number($0.outcome?.summary.train?.loss) }))
    if !problem.dataset.classes.isEmpty { columns.append(("train accuracy", false, { number($0.outcome?.summary.train?.accuracy) })) }
    if part == "validation", problem.dataset.test != nil {
      columns.append(("test \(measure.rawValue)", false, { number($0.outcome?.summary.test?.scores.value(measure.rawValue)) }))
    }
    columns += [
      ("epochs", false, { ($0.outcome?.summary.epochs).map(grouped) }),
      ("seconds", false, { ($0.outcome?.summary.seconds).map { fixed($0, 2) } }),
      ("fit", true, { $0.outcome.map { $0.end == .diverged ? "diverged" : $0.summary.judgement?.fit.rawValue ?? $0.end.rawValue } }),
      ("folder", true, { ($0.outcome?.folder.path).map { $0.split(separator: "/").last.map(String.init) ?? $0 } }),
    ]
    return columns
  }

  /// The columns that hold text.
  private var texts: Set<Int> { Set(columns.indices.filter { columns[$0].isText }) }

  private var cells: [[String]] { trials.map { trial in columns.map { $0.cell(trial) ?? "-" } } }

  var text: String {
    let rows = ([columns.map(\.name)] + cells).map { $0.map(printable) }
    return TextTable.lines(rows, texts: texts).map { "  " + $0 + "\n" }.joined()
  }

  var csv: String {
    ([columns.map(\.name)] + cells).map { $0.map(csvCell).joined(separator: ",") + "\n" }.joined()
  }

  func json(_ folder: String) -> JSONValue {
    [
      "model": .string(problem.model.name), "data": .string(problem.dataset.name), "stand_in": .bool(problem.dataset.standIn != nil),
      "measure": .string("\(part).\(measure.rawValue)"), "mean": JSONValue(statistics?.mean), "deviation": JSONValue(statistics?.deviation),
      "folder": .string(folder), "runs": .array(trials.map(\.json)),
    ]
  }

  // MARK: Findings

  /// Over the runs there are: the mean, and the deviation of a sample (divided by n - 1).
  private var statistics: (mean: Double, deviation: Double)? {
    let values = trials.compactMap { $0.outcome?.held.scores?.value(measure.rawValue) }
    return kind == .folds ? TrialTable.spread(values) : nil
  }

  /// nil for a single value, which has no deviation.
  private static func spread(_ values: [Double]) -> (mean: Double, deviation: Double)? {
    guard values.count > 1 else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(values.count - 1)).squareRoot())
  }

  var findings: [String] {
    var lines: [String] = []
    if let statistics {
      lines.append(
        "\(part) \(measure.rawValue) \(fixed(statistics.mean, 4)) ± \(fixed(statistics.deviation, 4)) over \(trials.count) folds (mean ± deviation)"
      )
      for (group, mean, deviation) in groups { lines.append("  \(group)  \(fixed(mean, 4)) ± \(fixed(deviation, 4))") }
    } else if kind == .sweep, let best = trials.first, let value = best.outcome?.held.scores?.value(measure.rawValue) {
      lines.append("best: \(best.variant.name) with a \(part) \(measure.rawValue) of \(fixed(value, 4))")
    }
    if part == "test", kind == .sweep {
      lines.append(
        "the runs are compared by the test part, since there is no validation part: the best result is better than the network will be; "
          + "`--set split=\"train 60%, validation 20%, test 20%\"` keeps the two apart")
    }
    if trials.count < total { lines.append("\(total - trials.count) of \(total) runs were not made") }
    return lines
  }

  /// Means over the folds, by what else is different.
  private var groups: [(name: String, mean: Double, deviation: Double)] {
    let names = trials.map(\.variant.group).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    guard names.count > 1 else { return [] }
    return names.compactMap { name in
      let values = trials.filter { $0.variant.group == name }.compactMap { $0.outcome?.held.scores?.value(measure.rawValue) }
      return TrialTable.spread(values).map { (name, $0.mean, $0.deviation) }
    }
  }

  func page(seconds: Double) -> Comparison {
    let columns = columns
    let runs = trials.map { trial -> Comparison.Run in
      let rows = trial.outcome?.rows ?? []
      let hasValidation = rows.contains { $0.validation != nil }
      var run = Comparison.Run(
        name: trial.variant.name, cells: columns.map { $0.cell(trial) ?? "-" },
        loss: rows.compactMap { row in (hasValidation ? row.validation?.loss : row.trainLoss).map { (Double(row.epoch), $0) } },
        accuracy: rows.compactMap { row in (hasValidation ? row.validation?.accuracy : row.trainAccuracy).map { (Double(row.epoch), $0) } })
      run.page = (trial.outcome?.folder.path.split(separator: "/").last).map { "\($0)/report.html" }
      return run
    }
    let what = ["sweep": "comparison", "folds": "cross-validation", "curve": "learning curve over the size of the training part"]
    let title = "\(problem.model.title ?? problem.model.name): \(what[kind.rawValue] ?? "")"
    let curvesPart = problem.dataset.validation == nil ? "train" : "validation"
    var page = Comparison(
      title: title,
      subtitle:
        "\(trials.count) runs on \(problem.dataset.name) in \(duration(seconds)), \(timeText(systemTime())), nnc \(Program.version)",
      columns: columns.map(\.name), runs: runs, part: curvesPart)
    page.firstIsBest = kind == .sweep
    page.texts = texts
    page.findings = findings.map { $0.capitalizedFirst }
    if let standIn = problem.dataset.standIn { page.findings.append("Not the real data. \(standIn)") }
    if kind == .curve { page.charts = sizeCharts }
    page.settings = commonSettings
    page.resolved = problem.resolved
    return page
  }

  /// Without what differs from run to run.
  private var commonSettings: [(name: String, value: String)] {
    let (model, data) = (problem.model, problem.dataset)
    let examples = [data.train, data.validation, data.test].compactMap { $0?.count }.reduce(0, +) + data.unused
    let all = [
      ("model", model.title.map { "\(model.name)  \($0)" } ?? model.name), ("data", "\(data.name): \(grouped(examples)) examples"),
      ("input", model.input.statementText), ("loss", model.loss?.text ?? "-"), ("optimizer", model.recipe.optimizer.text),
      ("seed", String(model.recipe.seed)),
    ]
    return all.filter { setting in !settingNames.contains { $0 == setting.0 || ($0 == "lr" && setting.0 == "optimizer") } }
      .map { (name: $0.0, value: $0.1) }
  }

  /// The measure on the training and on the held-out part, by the number of training examples.
  private var sizeCharts: [LineChart] {
    func chart(_ name: String, isShare: Bool, _ value: (Scores) -> Double?) -> LineChart {
      func points(_ scores: (RunOutcome) -> Scores?) -> [(x: Double, y: Double)] {
        trials.compactMap { trial in
          guard let outcome = trial.outcome, let y = scores(outcome).flatMap(value) else { return nil }
          return (Double(outcome.trainingExamples), y)
        }
      }
      let lines = [LineChart.Line("train", points { $0.summary.train }), LineChart.Line(part, points { $0.held.scores })]
      return LineChart(title: "\(name) by training examples", below: "training examples", lines: lines, isShare: isShare)
    }
    let isClassification = !problem.dataset.classes.isEmpty
    return [chart("loss", isShare: false, \.loss)] + (isClassification ? [chart("accuracy", isShare: true, \.accuracy)] : [])
  }
}

extension Trial {
  fileprivate func order(_ rank: (Trial) -> (Double, Double)) -> Order {
    let (first, second) = rank(self)
    return Order(first: first, second: second)
  }
}

/// Two numbers, of which the second decides where the first are equal.
private struct Order: Comparable {
  let first: Double
  let second: Double

  static func < (a: Order, b: Order) -> Bool { (a.first, a.second) < (b.first, b.second) }
}

extension Metric {
  var isBetterHigher: Bool {
    switch self {
    case .accuracy, .f1, .confusion, .r2: true
    case .mae, .rmse, .perplexity: false
    }
  }
}
