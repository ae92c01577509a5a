/// A grammar in the notation of ISO/IEC 14977, as far as `grammar/nn.ebnf` uses it.
indirect enum GrammarRule {
  case literal(String)
  case name(String)
  /// `? words ?`: said in words.
  case special(String)
  case sequence([GrammarRule])
  case choice([GrammarRule])
  case optional(GrammarRule)
  case repetition(GrammarRule)
  case exception(GrammarRule, but: GrammarRule)
}

struct Grammar {
  struct Unreadable: Error { let what: String }

  private(set) var rules: [String: GrammarRule] = [:]

  init(_ text: String) throws {
    var reader = GrammarReader(text)
    while let name = try reader.name() {
      try reader.expect("=")
      rules[name] = try reader.choice()
      try reader.expect(";")
    }
    guard reader.isAtEnd else { throw Unreadable(what: "rest: \(reader.rest)") }
  }

  func rule(_ name: String) throws -> GrammarRule {
    guard let rule = rules[name] else { throw Unreadable(what: "no rule \(name)") }
    return rule
  }

  /// The literals that a rule of nothing but literals allows.
  func literals(_ rule: GrammarRule) -> [String] {
    switch rule {
    case .literal(let text): [text]
    case .choice(let parts): parts.flatMap(literals)
    case .name(let name): rules[name].map(literals) ?? []
    case .special, .sequence, .optional, .repetition, .exception: []
    }
  }

  /// Names that rules use.
  var usedNames: Set<String> { Set(rules.values.flatMap(names)) }

  private func names(_ rule: GrammarRule) -> [String] {
    switch rule {
    case .literal, .special: []
    case .name(let name): [name]
    case .sequence(let parts), .choice(let parts): parts.flatMap(names)
    case .optional(let part), .repetition(let part): names(part)
    case .exception(let part, let but): names(part) + names(but)
    }
  }
}

private struct GrammarReader {
  private var text: Substring

  init(_ text: String) { self.text = text[...] }

  var rest: Substring { text.prefix(40) }
  var isAtEnd: Bool { text.isEmpty }

  mutating func name() throws -> String? {
    try skip()
    let name = text.prefix { $0.isLetter || $0 == "_" }
    text = text.dropFirst(name.count)
    return name.isEmpty ? nil : String(name)
  }

  mutating func expect(_ sign: String) throws {
    try skip()
    guard text.hasPrefix(sign) else { throw Grammar.Unreadable(what: "expected \(sign) before \(rest)") }
    text = text.dropFirst(sign.count)
  }

  mutating func choice() throws -> GrammarRule {
    var parts = [try sequence()]
    while try take("|") { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : .choice(parts)
  }

  private mutating func sequence() throws -> GrammarRule {
    var parts = [try exception()]
    while try take(",") { parts.append(try exception()) }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func exception() throws -> GrammarRule {
    let rule = try primary()
    return try take("-") ? .exception(rule, but: try primary()) : rule
  }

  private mutating func primary() throws -> GrammarRule {
    if try take("{") { return .repetition(try closed("}")) }
    if try take("[") { return .optional(try closed("]")) }
    if try take("(") { return try closed(")") }
    for quote in ["\"", "'", "?"] where try take(quote) {
      let inside = text.prefix { String($0) != quote }
      text = text.dropFirst(inside.count + 1)
      return quote == "?" ? .special(inside.trimmed) : .literal(String(inside))
    }
    guard let name = try name() else { throw Grammar.Unreadable(what: "expected a rule before \(rest)") }
    return .name(name)
  }

  private mutating func closed(_ sign: String) throws -> GrammarRule {
    let rule = try choice()
    try expect(sign)
    return rule
  }

  private mutating func take(_ sign: String) throws -> Bool {
    try skip()
    guard text.hasPrefix(sign) else { return false }
    text = text.dropFirst(sign.count)
    return true
  }

  private mutating func skip() throws {
    while true {
      text = text.drop { $0.isWhitespace }
      guard text.hasPrefix("(*") else { return }
      guard let end = text.firstRange(of: "*)") else { throw Grammar.Unreadable(what: "comment without end") }
      text = text[end.upperBound...]
    }
  }
}

extension Substring {
  fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
