import NNDiagnostics
import NNRecipe
import NNReport
import NNRuntime

extension RunSummary {
  /// The test part: loss, accuracy and the confusion matrix, or the errors of a regression.
  /// - Parameter metrics: what the file asks for besides.
  func text(weights: String, metrics: [Metric]) -> String {
    guard let test else { return end == "finished" || end == "stopped" ? "\nno test part (\(weights))\n" : "\n\(end ?? "") (\(weights))\n" }
    var text = "\ntest        loss \(fixed(test.loss, 4))"
    if let accuracy = test.accuracy { text += "   accuracy \(fixed(accuracy, 4))" }
    for metric in metrics where [.f1, .perplexity].contains(metric) {
      if let value = test.value(metric.rawValue) { text += "   \(metric.rawValue) \(fixed(value, 4))" }
    }
    if let regression = test.regression {
      text += "   mae \(significant(regression.meanAbsoluteError, 4))   rmse \(significant(regression.rootMeanSquaredError, 4))"
      text += "   r2 \(fixed(regression.r2, 4))"
    }
    text += "   (\(grouped(test.count)) examples; \(weights))\n"
    if let matrix = test.confusionMatrix(classes) { text += "\n" + matrix.text() }
    if let judgement { text += "\n\(judgement.fit.rawValue): \(judgement.reasons.joined(separator: ";\n  "))\n" }
    return text
  }
}

extension Evaluation {
  /// nil for regression, and where the classes have no names.
  func confusionMatrix(_ classes: [String]) -> ConfusionMatrix? {
    classification.flatMap { ConfusionMatrix(classes: classes, counts: $0.confusion) }
  }
}

extension RunFolder {
  /// `confusion.csv` and `confusion.svg`; nothing for a regression.
  func write(_ test: Evaluation, classes: [String], title: String) throws(FileError) {
    guard let matrix = test.confusionMatrix(classes) else { return }
    try write(matrix.csv(), to: "confusion.csv")
    try write(matrix.svg(title: "\(title), test part"), to: "confusion.svg")
  }
}

extension JSONValue {
  /// An object with what it is in front, for a stream of several kinds.
  static func event(_ name: String, _ object: JSONValue) -> JSONValue {
    guard case .object(let members) = object else { return object }
    return .object([(key: "event", value: .string(name))] + members)
  }
}
