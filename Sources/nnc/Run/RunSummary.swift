import NNDiagnostics
import NNRecipe
import NNReport
import NNRuntime

/// What a run came to: `summary.json`.
struct RunSummary: Sendable {
  var model: String
  var data: String
  var standIn: Bool
  /// The data is a text, for which perplexity means something.
  var isText = false
  var seed: UInt64
  var threads: Int
  var epochs: Int
  var steps: Int
  var seconds: Double
  var samplesPerSecond: Double?
  /// Of the epoch whose weights are judged, as training saw it: its loss and, for classes, its accuracy.
  var train: Scores?
  var validation: Scores?
  var test: Evaluation?
  var classes: [String]
  var parameters: Int
  var weightsDigest: String
  /// The epoch of the weights that were tested.
  var bestEpoch: Int?
  var judgement: Judgement?
  var energy: Energy?
  /// Of a kernel machine.
  var machine: MachineFacts?
  /// `finished`, `stopped`, `interrupted` or `diverged`.
  var end: String?
  /// The rule of `stop` that ended the run.
  var stoppedBy: StopRule?

  var json: JSONValue {
    [
      "model": .string(model), "data": .string(data), "stand_in": .bool(standIn), "seed": JSONValue.unsigned(seed),
      "threads": .integer(threads),
      "epochs": .integer(epochs), "steps": .integer(steps), "seconds": .number(seconds), "samples_per_s": JSONValue(samplesPerSecond),
      "train": json(train), "validation": json(validation), "test": testJSON,
      "parameters": .integer(parameters), "weights_sha256": .string(weightsDigest), "fit": JSONValue(judgement?.fit.rawValue),
      "energy_wh": JSONValue(energy?.wattHours), "co2_g": JSONValue(energy?.grams),
      "machine": machine?.json ?? .null,
      "best_epoch": JSONValue(bestEpoch), "end": JSONValue(end), "stopped_by": JSONValue(stoppedBy?.reason),
      "classes": .array(classes.map(JSONValue.string)),
    ]
  }

  /// Loss and accuracy always, what else applies behind them.
  private func members(_ scores: Scores) -> [(key: String, value: JSONValue)] {
    let always = [(key: "loss", value: JSONValue.number(scores.loss)), (key: "accuracy", value: JSONValue(scores.accuracy))]
    return always
      + (["f1", "mae", "rmse", "r2"] + (isText ? ["perplexity"] : [])).compactMap { word in
        scores.value(word).map { (key: word, value: .number($0)) }
      }
  }

  private func json(_ scores: Scores?) -> JSONValue { scores.map { .object(members($0)) } ?? .null }

  private var testJSON: JSONValue {
    guard let test else { return .null }
    let confusion = test.classification.map { JSONValue.array($0.confusion.map { .array($0.map(JSONValue.integer)) }) } ?? .null
    return .object(members(test.scores) + [(key: "confusion", value: confusion)])
  }
}

extension StopRule {
  /// Why it ended a run.
  var reason: String {
    func name(_ quantity: MeasuredQuantity) -> String { "\(quantity.part.rawValue).\(quantity.measure)" }
    return switch self {
    case .patience(let epochs, let quantity):
      "\(name(quantity)) was no better for \(counted(epochs, "epoch"))"
    case .below(let limit, let quantity): "\(name(quantity)) is below \(significant(limit, 6))"
    case .after(let seconds): "\(duration(seconds)) have passed"
    }
  }
}

extension JSONValue {
  /// Seeds above the largest `Int` keep their digits, as text.
  static func unsigned(_ value: UInt64) -> JSONValue { Int(exactly: value).map(JSONValue.integer) ?? .string(String(value)) }
}
