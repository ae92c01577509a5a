import NNData
import NNDiagnostics
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
}
