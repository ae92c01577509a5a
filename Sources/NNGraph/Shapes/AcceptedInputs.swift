import NNLayers

/// The shapes of one kind, by their sizes.
enum InputFamily {
  case vector, image, sequence
  case tokens(steps: Int?)

  var names: [String] {
    switch self {
    case .vector: ["D"]
    case .image: ["H", "W", "C"]
    case .sequence: ["T", "D"]
    case .tokens: ["T", "V"]
    }
  }

  func shape(_ sizes: [Int]) -> Shape {
    switch self {
    case .vector: .vector(sizes[0])
    case .image: .image(height: sizes[0], width: sizes[1], channels: sizes[2])
    case .sequence: .sequence(steps: sizes[0], features: sizes[1])
    case .tokens: .tokens(steps: sizes[0], vocabulary: sizes[1])
    }
  }

  func isFixed(_ index: Int) -> Bool { if case .tokens(let steps) = self { index == 0 && steps != nil } else { false } }

  /// Shapes that are tried first: the common ones, then those of unusual sizes.
  var usual: [[Int]] {
    let channels = [3, 1, 64, 16, 512, 48]
    let sizes = [64, 224, 28, 84, 7, 4, 12, 1, 1024]
    switch self {
    case .vector: return [64, 4, 784, 3072, 1, 2, 3, 10, 13, 30, 100, 1000, 49, 3136].map { [$0] }
    case .image: return channels.flatMap { channel in sizes.map { [$0, $0, channel] } }
    case .sequence: return channels.flatMap { channel in sizes.map { [$0, channel] } }
    case .tokens(let steps): return (steps.map { [$0] } ?? [64, 16, 30, 1]).flatMap { step in [37, 128].map { [step, $0] } }
    }
  }
}

/// What one size of an input may be.
enum SizeRule: Equatable {
  case atLeast(Int)
  case multiple(of: Int)
  /// From a size on, in steps.
  case from(Int, step: Int)
  case only([Int])

  init(fitting: [Int], among tried: [Int]) {
    if let least = fitting.first, fitting == tried.filter({ $0 >= least }) {
      self = .atLeast(least)
    } else if let least = fitting.first, fitting.count > 1, fitting == tried.filter({ $0 % least == 0 }) {
      self = .multiple(of: least)
    } else if let (least, step) = SizeRule.progression(fitting), fitting == tried.filter({ $0 >= least && ($0 - least) % step == 0 }) {
      self = .from(least, step: step)
    } else {
      self = .only(fitting)
    }
  }

  /// The first of some sizes, and the step between them where it is the same.
  private static func progression(_ sizes: [Int]) -> (least: Int, step: Int)? {
    guard sizes.count > 3, sizes[1] > sizes[0] else { return nil }
    return (sizes[0], sizes[1] - sizes[0])
  }

  var least: Int? {
    switch self {
    case .atLeast(let least), .multiple(let least), .from(let least, _): least
    case .only(let sizes): sizes.first
    }
  }

  /// nil where every size fits.
  var text: String? {
    switch self {
    case .atLeast(let least): least > 1 ? "at least \(least)" : nil
    case .multiple(let factor): "a multiple of \(factor)"
    case .from(let least, let step):
      least % step == 0 ? "at least \(least) and divisible by \(step)" : "\(least), \(least + step), \(least + 2 * step) and so on"
    case .only(let sizes): sizes.count == 1 ? "equal to \(sizes[0])" : "one of \(sizes.prefix(8).map(String.init).joined(separator: ", "))"
    }
  }

  /// A prime, so that sizes which run through their examples at different paces all see every one.
  static let exampleCount = 11

  /// Some sizes that fit, for formulas: of all remainders by small numbers.
  func examples(_ base: Int) -> [Int] {
    switch self {
    case .atLeast(let least):
      return [base] + [61, 37, 128, 50, 95].map { max(least, $0) } + [2, 5, 7, 1, 11].map { least + $0 }
    case .multiple(let factor): return [base] + [2, 5, 8, 11, 3, 7, 1, 13, 4, 9].map { $0 * factor }
    case .from(let least, let step): return [base] + [2, 5, 8, 11, 3, 7, 1, 13, 4, 9].map { least + $0 * step }
    case .only(let sizes): return (0..<SizeRule.exampleCount).map { sizes.isEmpty ? base : sizes[$0 % sizes.count] }
    }
  }
}

/// All inputs of one kind that a network takes.
struct AcceptedInputs {
  let family: InputFamily
  /// One that was tried first.
  let base: [Int]
  /// For each size, while the others are those of `base`.
  let rules: [SizeRule]
  /// The least of every size fit together.
  let isJoint: Bool

  /// `HxWxC with H and W at least 2`
  var text: String {
    var parts: [(names: [String], text: String)] = []
    for (index, rule) in rules.enumerated() where !family.isFixed(index) {
      guard let text = rule.text else { continue }
      if let same = parts.firstIndex(where: { $0.text == text }) {
        parts[same].names.append(family.names[index])
      } else {
        parts.append(([family.names[index]], text))
      }
    }
    let form = family.names.joined(separator: "x")
    let kind: String
    switch family {
    case .vector, .image, .sequence: kind = form
    case .tokens(let steps): kind = steps.map { "text of \($0) characters" } ?? "text"
    }
    let rules = parts.map { "\($0.names.joined(separator: " and ")) \($0.text)" }.joined(separator: ", ")
    let condition = rules.isEmpty ? kind : "\(kind) with \(rules)"
    return isJoint ? condition : "\(condition), as \(family.shape(base))"
  }

  /// Different inputs of this family: each size runs through its examples at its own pace.
  var points: [[Int]] {
    let examples = zip(rules, base).map { $0.examples($1) }
    let count = SizeRule.exampleCount
    return (0..<count).map { turn in examples.indices.map { examples[$0][(turn * (2 * $0 + 1)) % count] } }
  }
}
