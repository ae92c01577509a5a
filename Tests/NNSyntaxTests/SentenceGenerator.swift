/// Numbers that are the same on every machine (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Makes random sentences of a grammar.
struct SentenceGenerator {
  let grammar: Grammar
  var generator: SplitMix64
  /// How deep the shortest sentence of each rule is, so that a sentence can be brought to an end.
  private let depths: [String: Int]
  private static let deepest = 16

  init(_ grammar: Grammar, seed: UInt64) {
    self.grammar = grammar
    generator = SplitMix64(state: seed)
    var depths: [String: Int] = [:]
    for _ in grammar.rules {
      for (name, rule) in grammar.rules { depths[name] = min(Self.depth(rule, depths) + 1, depths[name] ?? 1000) }
    }
    self.depths = depths
  }

  mutating func sentence(_ name: String, _ depth: Int = 0) throws -> String {
    try text(try grammar.rule(name), isToken: name == name.uppercased(), depth)
  }

  private mutating func text(_ rule: GrammarRule, isToken: Bool, _ depth: Int) throws -> String {
    switch rule {
    case .literal(let text): return text
    case .special(let words): return try special(words)
    case .name(let name): return try sentence(name, depth + 1)
    case .sequence(let parts):
      var texts: [String] = []
      for part in parts { texts.append(try text(part, isToken: isToken, depth)) }
      return join(texts, isToken)
    case .choice(let parts):
      let least = parts.map { Self.depth($0, depths) }.min() ?? 0
      let possible = depth > Self.deepest / 2 ? parts.filter { Self.depth($0, depths) == least } : parts
      guard let part = possible.randomElement(using: &generator) else { return "" }
      return try text(part, isToken: isToken, depth)
    case .optional(let part):
      return depth < Self.deepest && Bool.random(using: &generator) ? try text(part, isToken: isToken, depth) : ""
    case .repetition(let part):
      var texts: [String] = []
      let count = depth < Self.deepest ? Int.random(in: 0...2, using: &generator) : 0
      for _ in 0..<count { texts.append(try text(part, isToken: isToken, depth)) }
      return join(texts, isToken)
    case .exception(let part, let but):
      let refused = Set(grammar.literals(but))
      while true {
        let candidate = try text(part, isToken: isToken, depth)
        if !refused.contains(candidate) { return candidate }
      }
    }
  }

  private mutating func join(_ texts: [String], _ isToken: Bool) -> String {
    var joined = ""
    for text in texts where !text.isEmpty {
      let blank = isToken || joined.isEmpty ? "" : [" ", " ", "  ", "\t"].randomElement(using: &generator) ?? " "
      joined += blank + text
    }
    return joined
  }

  private mutating func special(_ words: String) throws -> String {
    let choices: [String]
    switch words {
    case "line end": choices = ["\n", "\r\n"]
    case "A to Z, a to z": choices = "ABCXYZabcdefgxyz".map(String.init)
    case "any character but a quote and a line end", "any character but a line end":
      choices = ["a", " ", "#", "|", "{", "$", "é", "日", "🙂", "\t", "'", "-"]
    default: throw Grammar.Unreadable(what: "? \(words) ?")
    }
    return choices.randomElement(using: &generator) ?? ""
  }

  private static func depth(_ rule: GrammarRule, _ depths: [String: Int]) -> Int {
    switch rule {
    case .literal, .special, .optional, .repetition: 0
    case .name(let name): depths[name] ?? 1000
    case .sequence(let parts): parts.map { depth($0, depths) }.max() ?? 0
    case .choice(let parts): parts.map { depth($0, depths) }.min() ?? 0
    case .exception(let part, _): depth(part, depths)
    }
  }
}
