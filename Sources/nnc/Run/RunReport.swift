import NNData
import NNEmit
import NNGraph
import NNKernels
import NNReport
import NNRuntime

/// The pictures, tables and the page that a run leaves for people.
struct RunReport {
  private let problem: Problem
  /// nil for a machine, which is solved.
  private let start: TrainingStart?
  private let kernels: Kernels
  private let summary: RunSummary
  private let results: RunResults
  private let rows: [EpochReport]
  private let judged: JudgedWeights
  /// Of a machine: what it came to.
  var machine: MachineFacts?

  init(
    _ problem: Problem, _ start: TrainingStart?, _ kernels: Kernels, _ summary: RunSummary, _ results: RunResults, rows: [EpochReport],
    judged: JudgedWeights
  ) {
    self.problem = problem
    self.start = start
    self.kernels = kernels
    self.summary = summary
    self.results = results
    self.rows = rows
    self.judged = judged
  }

  func write(to folder: RunFolder) throws {
    if start != nil { try folder.write(curves.svg(), to: "curves.svg") }
    if let map = machine?.map { try folder.write(map.svg(), to: "boundary.svg") }
    if let test = results.test { try folder.write(test, classes: summary.classes, title: title) }
    if let part = problem.dataset.test, let predictions = results.predictions {
      if results.test != nil {
        try folder.write(PredictionTable(predictions, part, classes: summary.classes).pieces, to: "predictions.csv")
      } else {
        try folder.write(AnswerTable(predictions, part, classes: summary.classes).pieces, to: "predictions.csv")
      }
    }
    try folder.write(page.html(), to: "report.html")
  }

  private var title: String { problem.model.title ?? problem.model.name }

  private var curves: LearningCurves {
    let epochs = rows.map {
      LearningCurves.Epoch(
        number: $0.epoch, trainLoss: $0.trainLoss, trainAccuracy: $0.trainAccuracy, validationLoss: $0.validation?.loss,
        validationAccuracy: $0.validation?.accuracy)
    }
    return LearningCurves(
      title: title, lossName: problem.model.loss?.word ?? "loss", epochs: epochs, best: judged.isBest ? judged.epoch : nil)
  }

  private var page: Report {
    let date = timeText(systemTime())
    var page = Report(title: title, subtitle: "\(fileName) on \(problem.dataset.name), \(date), nnc \(Program.version)")
    page.notice = problem.dataset.standIn.map { "Not the real data. \($0)" }
    page.tiles = tiles
    page.verdict = summary.judgement.map {
      ($0.fit.rawValue, ($0.reasons + [Judgement.trend(rows)].compactMap(\.self)).map { $0.capitalizedFirst + "." })
    }
    if start != nil { page.curves = curves }
    page.map = machine?.map
    page.parts = machine?.table
    page.confusion = results.test?.confusionMatrix(summary.classes)
    page.judged =
      "\(results.test == nil ? "No test part was evaluated" : "The test part"); \(machine?.text ?? judged.text(steps: summary.steps))."
    page.measures = measures
    page.scatter = scatter
    if let part = problem.dataset.test, let predictions = results.predictions {
      page.mistakes = Report.Mistake.worst(predictions, part, classes: summary.classes)
    }
    page.network = problem.model.drawing
    page.stages = problem.model.stages.map { .init(text: $0.text, output: "\($0.output)", parameters: $0.parameters, macs: $0.macs) }
    page.settings = RunFacts(problem, start, kernels).settings
    if let rule = summary.stoppedBy { page.settings.append((name: "stopped", value: rule.reason)) }
    page.resolved = problem.resolved
    page.energy = summary.energy?.sentences ?? []
    return page
  }

  /// Without its folders.
  private var fileName: String { problem.model.file.name.split(separator: "/").last.map(String.init) ?? problem.model.file.name }

  private var tiles: [Report.Tile] {
    var tiles: [Report.Tile] = []
    if let test = results.test {
      if let accuracy = test.accuracy { tiles.append(.init("\(fixed(accuracy * 100, 2)) %", "test accuracy")) }
      if let regression = test.regression {
        tiles.append(.init(significant(regression.rootMeanSquaredError, 4), "test rmse"))
        tiles.append(.init(fixed(regression.r2, 4), "test R²"))
      }
      tiles.append(.init(fixed(test.loss, 4), "test loss"))
    } else if let validation = summary.validation {
      if let accuracy = validation.accuracy { tiles.append(.init("\(fixed(accuracy * 100, 2)) %", "validation accuracy")) }
      tiles.append(.init(fixed(validation.loss, 4), "validation loss"))
    }
    if let machine {
      tiles.append(.init(grouped(machine.supports), "support vectors"))
    } else {
      tiles.append(.init(grouped(summary.epochs), summary.epochs == 1 ? "epoch" : "epochs"))
      tiles.append(.init(grouped(summary.parameters), "parameters"))
    }
    tiles.append(.init(duration(summary.seconds), "training"))
    if let energy = summary.energy { tiles.append(.init(energy.text, "energy")) }
    return tiles
  }

  private var measures: [(name: String, value: String)] {
    guard let test = results.test else { return [] }
    let words = ["loss", "accuracy", "f1", "mae", "rmse", "r2"] + (problem.dataset.codec == nil ? [] : ["perplexity"])
    let names = ["f1": "f1 (macro average)", "loss": "loss (\(problem.model.loss?.word ?? ""))", "r2": "R²"]
    var rows = words.compactMap { word in
      test.value(word).map { (name: names[word] ?? word, value: $0.magnitude < 1e4 ? fixed($0, 4) : significant($0, 6)) }
    }
    if let classification = test.classification {
      let wrong = classification.count - classification.confusion.indices.reduce(0) { $0 + classification.confusion[$1][$1] }
      rows.append((name: "wrong answers", value: "\(grouped(wrong)) of \(grouped(classification.count))"))
    }
    return rows
  }

  /// Predicted against actual, where a network gives one number for an example.
  private var scatter: ScatterChart? {
    guard let part = problem.dataset.test, let predictions = results.predictions, predictions.classes.isEmpty, predictions.width == 1,
      predictions.rowsPerExample == 1
    else { return nil }
    let actual: [Float]
    switch part.targets {
    case .values(let values, width: 1): actual = values
    case .following(let following) where following.width == 1: actual = (0..<part.count).map { part.followers(of: $0, following)[0] }
    case .none, .classes, .values, .following: return nil
    }
    guard actual.count == predictions.outputs.count else { return nil }
    return ScatterChart(
      title: "Test part: predicted against actual", points: zip(actual, predictions.outputs).map { (Double($0), Double($1)) })
  }
}

extension String {
  /// A sentence of it.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
