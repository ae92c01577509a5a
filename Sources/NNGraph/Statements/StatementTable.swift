import NNLayers

/// All header statements, in the order in which they are shown.
package enum Statements {
  package static let all: [Statement] = [
    .model, .input, .classes, .data, .split, .normalize, .augment, .initializer, .loss, .metric, .optimizer, .schedule, .epochs, .steps,
    .batch, .clip, .stop, .freeze, .seed,
  ]

  static let byWord: [String: Statement] = Dictionary(all.map { ($0.word, $0) }, uniquingKeysWith: { first, _ in first })
}

/// Ranges that several statements share. A bound that is not included is given by its neighbour.
enum Ranges {
  static let positive = Double.leastNonzeroMagnitude...Double.greatestFiniteMagnitude
  static let notNegative = 0...Double.greatestFiniteMagnitude
  static let belowOne = 0...1.0.nextDown
  static let share = Double.leastNonzeroMagnitude...1
  static let count = 1...Int.max
}

extension Parameter {
  /// A number above 0.
  static func positive(_ name: String, default value: Double? = nil, _ summary: String) -> Parameter {
    Parameter(name, summary, .number(Ranges.positive, percent: false), default: value.map { .number($0) })
  }

  /// A number from 0 on.
  static func notNegative(_ name: String, default value: Double? = nil, _ summary: String) -> Parameter {
    Parameter(name, summary, .number(Ranges.notNegative, percent: false), default: value.map { .number($0) })
  }

  /// A number from 0 to 1, 1 not included.
  static func belowOne(_ name: String, default value: Double? = nil, _ summary: String) -> Parameter {
    Parameter(name, summary, .number(Ranges.belowOne, percent: false), default: value.map { .number($0) })
  }
}
