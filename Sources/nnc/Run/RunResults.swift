import NNData
import NNDiagnostics
import NNGraph
import NNRecipe
import NNReport
import NNRuntime

/// How the weights that a run ends with do on the parts of the data.
struct RunResults {
  /// Of the test part; nil where there is none with targets, or the run was broken off.
  let test: Evaluation?
  /// For the test part.
  let predictions: Predictions?
  let judgement: Judgement?

  /// - Parameter evaluates: whether the test part is looked at: not by a run that was broken off.
  init(_ network: TrainedNetwork, _ problem: Problem, _ judged: JudgedWeights, rows: [EpochReport], evaluates: Bool) throws {
    let dataset = problem.dataset
    guard evaluates else {
      (test, predictions, judgement) = (nil, nil, nil)
      return
    }
    test = try dataset.test.flatMap { part throws(Diagnostic) in
      try network.evaluate(part, name: dataset.name, classes: dataset.classes)
    }
    predictions = try dataset.test.map { part throws(Diagnostic) in try network.predict(part) }
    // A few thousand examples tell as much as all of them.
    let sample = dataset.train.sample(atMost: 5000)
    let seen = try network.evaluate(sample, name: dataset.name, classes: dataset.classes)?.scores
    let row = rows.last { $0.epoch == judged.epoch }
    let unseen = row?.validation ?? test?.scores
    judgement = seen.flatMap { seen in
      unseen.flatMap {
        Judgement(seen: seen, unseen: $0, part: row?.validation == nil ? "test" : "validation", classes: dataset.classes.count)
      }
    }
  }

  /// NN701 where training ended with numbers, but gives none for examples that it never saw.
  func lossProblem(_ model: Model, validation: Scores?) -> Diagnostic? {
    if let validation, let problem = validation.lossProblem("validation", model) { return problem }
    return test?.scores.lossProblem("test", model)
  }
}

extension Scores {
  /// NN701 for a loss that is not finite.
  func lossProblem(_ part: String, _ model: Model) -> Diagnostic? {
    guard !loss.isFinite else { return nil }
    let value = loss.isNaN ? "nan" : "inf"
    return Diagnostic(
      .diverged, .error, "the loss of the \(part) part is \(value)", at: model.stages.last?.span, "gives what has no finite loss",
      notes: ["the weights are finite, but too large for some of its \(counted(count, "example"))"],
      fixes: [.init("train with a smaller rate, or a limit: `clip norm 1.0`")])
  }
}
