import NNDiagnostics
import NNReport
import NNRuntime

/// What a run came to: `summary.json`.
struct RunSummary {
  struct Measures {
    var loss: Double
    var accuracy: Double?
    var regression: Regression?

    init(loss: Double, accuracy: Double?) { (self.loss, self.accuracy) = (loss, accuracy) }

    init(_ evaluation: Evaluation) {
      (loss, accuracy, regression) = (evaluation.loss, evaluation.accuracy, evaluation.regression)
    }
  }

  var model: String
  var data: String
  var standIn: Bool
  var seed: UInt64
  var threads: Int
  var epochs: Int
  var steps: Int
  var seconds: Double
  var samplesPerSecond: Double?
  /// Of the epoch whose weights are judged, as training saw it.
  var train: Measures?
  var validation: Measures?
  var test: Evaluation?
  var classes: [String]
  var parameters: Int
  var weightsDigest: String
  /// The epoch of the weights that were tested.
  var bestEpoch: Int?
  /// `finished`, `stopped`, `interrupted` or `diverged`.
  var end: String?

  var json: JSONValue {
    [
      "model": .string(model), "data": .string(data), "stand_in": .bool(standIn), "seed": JSONValue.unsigned(seed),
      "threads": .integer(threads),
      "epochs": .integer(epochs), "steps": .integer(steps), "seconds": .number(seconds), "samples_per_s": JSONValue(samplesPerSecond),
      "train": RunSummary.json(train), "validation": RunSummary.json(validation), "test": testJSON,
      "parameters": .integer(parameters), "weights_sha256": .string(weightsDigest), "fit": JSONValue(fit?.rawValue), "energy_wh": .null,
      "best_epoch": JSONValue(bestEpoch), "end": JSONValue(end), "classes": .array(classes.map(JSONValue.string)),
    ]
  }

  private static func members(_ measures: Measures) -> [(key: String, value: JSONValue)] {
    var members = [(key: "loss", value: JSONValue.number(measures.loss)), (key: "accuracy", value: JSONValue(measures.accuracy))]
    if let regression = measures.regression {
      members += [
        (key: "mae", value: .number(regression.meanAbsoluteError)), (key: "rmse", value: .number(regression.rootMeanSquaredError)),
        (key: "r2", value: .number(regression.r2)),
      ]
    }
    return members
  }

  private static func json(_ measures: Measures?) -> JSONValue { measures.map { .object(members($0)) } ?? .null }

  private var testJSON: JSONValue {
    guard let test else { return .null }
    let confusion = test.classification.map { JSONValue.array($0.confusion.map { .array($0.map(JSONValue.integer)) }) } ?? .null
    return .object(RunSummary.members(Measures(test)) + [(key: "confusion", value: confusion)])
  }

  enum Fit: String { case underfitting, generalizing, overfitting }

  /// A verdict by rule of thumb, from the training part against the validation part (the test part where there is none):
  /// overfitting where 5 points of accuracy are lost on unseen examples, or the loss is half as large again in a regression; else
  /// underfitting where less than half of the way from guessing to perfect is made (accuracy above chance, R²); else generalizing.
  var fit: Fit? {
    guard let train, let held = validation ?? test.map(Measures.init) else { return nil }
    guard let seen = train.accuracy, let unseen = held.accuracy else {
      guard let regression = held.regression else { return nil }
      return held.loss > 1.5 * train.loss ? .overfitting : regression.r2 < 0.5 ? .underfitting : .generalizing
    }
    if seen - unseen > 0.05 { return .overfitting }
    let chance = 1 / Double(max(2, classes.count))
    return (seen - chance) / (1 - chance) < 0.5 ? .underfitting : .generalizing
  }
}

extension JSONValue {
  /// Seeds above the largest `Int` keep their digits, as text.
  static func unsigned(_ value: UInt64) -> JSONValue { Int(exactly: value).map(JSONValue.integer) ?? .string(String(value)) }
}
