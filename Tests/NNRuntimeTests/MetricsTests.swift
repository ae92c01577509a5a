import NNData
import NNGraph
import Testing

@testable import NNRuntime

@Suite("Metrics")
struct MetricsTests {
  /// scikit-learn 1.5's example numbers by hand: actual 0 0 0 1 1 2, predicted 0 0 1 1 1 0.
  @Test func classification() {
    var result = Classification(classes: 3)
    for (actual, predicted) in zip([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 0]) { result.add(actual: actual, predicted: predicted) }
    #expect(result.confusion == [[2, 1, 0], [0, 2, 0], [1, 0, 0]])
    #expect(result.count == 6)
    #expect(result.accuracy == 4.0 / 6)
    // Class 0: 2 of 3 predicted are right, 2 of 3 are found. Class 1: 2 of 3, 2 of 2. Class 2: never predicted.
    let third = 2.0 / 3
    let expected: [Classification.Score] = [
      .init(precision: third, recall: third, f1: third, support: 3), .init(precision: third, recall: 1, f1: 0.8, support: 2),
      .init(precision: 0, recall: 0, f1: 0, support: 1),
    ]
    #expect(result.scores == expected)
    let mean = (third + 0.8) / 3
    #expect(abs(result.macroF1 - mean) < 1e-15)
  }

  /// `Reference/metrics.py`. Both sides count in 64 bits, in another order; the losses come from scores in 32 bits.
  @Test func asScikitLearn() throws {
    let numbers = try reference("metrics", as: MetricsReference.self)
    var result = Classification(classes: 6)
    for (actual, predicted) in zip(numbers.actual, numbers.predicted) { result.add(actual: actual, predicted: predicted) }
    #expect(result.confusion == numbers.confusion)
    #expect(result.scores.map(\.support) == numbers.support)
    let scores = [(result.scores.map(\.precision), numbers.precision), (result.scores.map(\.recall), numbers.recall)]
    for (own, expected) in scores + [(result.scores.map(\.f1), numbers.f1)] {
      for (value, wanted) in zip(own, expected) { #expect(abs(value - wanted) < 1e-14) }
    }
    #expect(abs(result.accuracy - numbers.accuracy) < 1e-14 && abs(result.macroF1 - numbers.macro_f1) < 1e-14)
    var (both, first) = (Regression(outputs: 2), Regression(outputs: 1))
    for (y, z) in zip(numbers.targets, numbers.outputs) {
      both.add(actual: { y[$0] }, predicted: { z[$0] })
      first.add(actual: { y[$0] }, predicted: { z[$0] })
    }
    for (result, mae, rmse, r2) in [
      (both, numbers.mae, numbers.rmse, numbers.r2), (first, numbers.mae_first, numbers.rmse_first, numbers.r2_first),
    ] {
      #expect(abs(result.meanAbsoluteError - mae) < 1e-13 && abs(result.rootMeanSquaredError - rmse) < 1e-13 && abs(result.r2 - r2) < 1e-13)
    }
  }

  /// The same answers through a network that hands on its inputs.
  @Test func evaluationAsScikitLearn() throws {
    let numbers = try reference("metrics", as: MetricsReference.self)
    let model = try model("input 6\nloss cross_entropy\nfc 6 nobias softmax")
    let layout = try WeightLayout(model)
    let identity = (0..<36).map { Float($0 % 7 == 0 ? 1 : 0) }
    let weights = Weights(trained: identity + [Float](repeating: 0, count: layout.trainedCount - 36), running: [])
    let network = try TrainedNetwork(model, weights, normalization: .identity, kernels: kernels)
    let part = table(numbers.scores, classes: numbers.actual.map { Int32($0) })
    let evaluation = try #require(try network.evaluate(part, name: "reference", classes: []))
    #expect(evaluation.classification?.confusion == numbers.confusion)
    #expect(abs(evaluation.loss - numbers.log_loss) < 1e-6)
    #expect(abs(try #require(evaluation.value("perplexity")) - numbers.perplexity) < 4e-6)
  }

  @Test func balancedWeightsAsScikitLearn() throws {
    let numbers = try reference("metrics", as: MetricsReference.self)
    let model = try model("input 6\nloss cross_entropy weights balanced\nfc 5 softmax")
    let part = table(numbers.scores, classes: numbers.actual.map { Int32($0) })
    let objective = try Objective(model, name: "reference", classes: [], parts: [part])
    #expect(objective.classWeights == numbers.weights)
  }

  @Test func classesThatNeverOccurDoNotCount() {
    var result = Classification(classes: 5)
    for _ in 0..<3 { result.add(actual: 4, predicted: 4) }
    #expect(result.macroF1 == 1)
    result.add(actual: 7, predicted: 0)
    #expect(result.count == 3)
  }

  /// The examples of scikit-learn's documentation: mean_absolute_error 0.5, mean_squared_error 0.375, r2_score 0.948….
  @Test func regression() {
    var result = Regression(outputs: 1)
    for (actual, predicted) in zip([3, -0.5, 2, 7], [2.5, 0.0, 2, 8]) { result.add(actual: { _ in actual }, predicted: { _ in predicted }) }
    #expect(result.meanAbsoluteError == 0.5)
    #expect(result.rootMeanSquaredError == 0.375.squareRoot())
    #expect(abs(result.r2 - 0.9486081370449679) < 1e-15)
  }

  /// As above with two outputs: 0.75, the mean of the roots of 1.25 / 3 and 3 / 3, and r2 0.938… (uniform average).
  @Test func regressionOfTwoNumbers() {
    var result = Regression(outputs: 2)
    let rows = [([0.5, 1], [0, 2]), ([-1, 1], [-1, 2]), ([7, -6], [8, -5])] as [([Double], [Double])]
    for (actual, predicted) in rows { result.add(actual: { actual[$0] }, predicted: { predicted[$0] }) }
    #expect(abs(result.meanAbsoluteError - 0.75) < 1e-15)
    #expect(abs(result.rootMeanSquaredError - ((1.25 / 3).squareRoot() + 1) / 2) < 1e-15)
    #expect(abs(result.r2 - 0.9368005266622779) < 1e-12)
  }

  @Test func equalTargets() {
    var right = Regression(outputs: 1)
    var wrong = Regression(outputs: 1)
    for _ in 0..<3 {
      right.add(actual: { _ in 2 }, predicted: { _ in 2 })
      wrong.add(actual: { _ in 2 }, predicted: { _ in 3 })
    }
    #expect(right.r2 == 1)
    #expect(wrong.r2 == 0)
  }
}

struct MetricsReference: Decodable {
  var actual, predicted, support: [Int]
  var scores: [[Float]]
  var confusion: [[Int]]
  var precision, recall, f1: [Double]
  var accuracy, macro_f1, log_loss, perplexity: Double
  var weights: [Float]
  var targets, outputs: [[Double]]
  var mae, rmse, r2, mae_first, rmse_first, r2_first: Double
}
