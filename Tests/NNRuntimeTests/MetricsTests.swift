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

  /// As above with two outputs: 0.75, 0.7083…, and r2 0.938… (uniform average).
  @Test func regressionOfTwoNumbers() {
    var result = Regression(outputs: 2)
    let rows = [([0.5, 1], [0, 2]), ([-1, 1], [-1, 2]), ([7, -6], [8, -5])] as [([Double], [Double])]
    for (actual, predicted) in rows { result.add(actual: { actual[$0] }, predicted: { predicted[$0] }) }
    #expect(abs(result.meanAbsoluteError - 0.75) < 1e-15)
    #expect(abs(result.rootMeanSquaredError - 0.7083333333333334.squareRoot()) < 1e-15)
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
