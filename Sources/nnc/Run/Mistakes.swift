import NNData
import NNReport
import NNRuntime

extension Report.Mistake {
  /// The wrong answers of a test part, the most confident first; none where outputs are no probabilities, or an example has several answers.
  static func worst(_ predictions: Predictions, _ examples: Examples, classes: [String], limit: Int = 24) -> [Report.Mistake] {
    guard predictions.rowsPerExample == 1, case .classes(let labels) = examples.targets, labels.count == predictions.classes.count,
      predictions.outputs.allSatisfy({ $0 >= 0 && $0 <= 1 })
    else { return [] }
    func probability(_ row: Int, _ number: Int) -> Double {
      guard predictions.width > 1 else {
        let second = Double(predictions.outputs[row])
        return number == 1 ? second : 1 - second
      }
      return number < predictions.width ? Double(predictions.outputs[row * predictions.width + number]) : 0
    }
    let wrong = labels.indices.filter { Int(labels[$0]) != predictions.classes[$0] }
    let ranked = wrong.map { (row: $0, probability: probability($0, predictions.classes[$0])) }
      .sorted { ($1.probability, $0.row) < ($0.probability, $1.row) }
    return ranked.prefix(limit).map { row, share in
      Report.Mistake(
        picture: examples.thumbnail(row), place: examples.place(of: row), actual: classes.name(Int(labels[row])),
        predicted: classes.name(predictions.classes[row]), probability: share, right: probability(row, Int(labels[row])))
    }
  }
}

extension Examples {
  /// An example as a picture; nil where it is none. Numbers that are no bytes are stretched from black to white.
  func thumbnail(_ example: Int, limit: Int = 160) -> Thumbnail? {
    guard shape.count == 3, shape[2] == 1 || shape[2] == 3, example >= 0, example < count else { return nil }
    let pixels: [UInt8]
    if let bytes = bytes(of: example) {
      pixels = bytes
    } else {
      guard let numbers = numbers(of: example) else { return nil }
      let (low, high) = (numbers.min() ?? 0, numbers.max() ?? 1)
      let factor = high > low ? 255 / (high - low) : 0
      pixels = numbers.map { UInt8(max(0, min(255, ($0 - low) * factor))) }
    }
    return Thumbnail(width: shape[1], height: shape[0], channels: shape[2], pixels: pixels, limit: limit)
  }
}
