import NNDiagnostics
import NNLayers
import NNSyntax

/// Reads one argument's value: constants put in, arithmetic done, range checked.
struct ValueReader {
  let parameter: Parameter
  let word: String
  let scope: Scope
  let problems: Problems
  /// Set where the value is longer than one atom.
  private(set) var span: SourceSpan?
  private(set) var isPercent = false

  init(parameter: Parameter, word: String, scope: Scope, problems: Problems) {
    self.parameter = parameter
    self.word = word
    self.scope = scope
    self.problems = problems
  }

  /// Whether an atom has one of the forms of a parameter, whatever its value.
  static func suits(_ atom: AtomSyntax, _ parameter: Parameter) -> Bool {
    parameter.forms.contains { form in
      switch (atom.kind, form) {
      case (.size, .size), (.value, .integer), (.value, .number), (.string, .string), (.word, .label): true
      case (.value, .size(let parts, _)): parts.contains(1)
      case (.word(let text), .word(let choices)): choices.contains(text)
      case (.word, .name), (.string, .name), (.value, .name), (.word, .names), (.string, .names), (.value, .names): true
      case (.size, _), (.value, _), (.string, _), (.word, _), (.comma, _): false
      }
    }
  }

  /// nil where the value was refused (and reported), or depends on data that is not here.
  mutating func read(_ atom: AtomSyntax, following rest: inout ArraySlice<AtomSyntax>) -> ArgumentValue? {
    if parameter.forms == [.names] { return readNames(atom, &rest) }
    switch atom.kind {
    case .size(let parts): return readSize(parts, atom.span)
    case .value(let expression): return readValue(expression, atom.span)
    case .string(let text):
      if parameter.forms.contains(where: { $0 == .string || $0 == .name }) { return .string(text) }
    case .word(let text): if let value = readWord(text) { return value }
    case .comma: break
    }
    return refuse(atom.span)
  }

  private func readWord(_ text: String) -> ArgumentValue? {
    for form in parameter.forms {
      switch form {
      case .word(let choices): if choices.contains(text) { return .word(text) }
      case .label: return .label(text)
      case .name: return .string(text)
      case .size, .integer, .number, .string, .names: continue
      }
    }
    return nil
  }

  private func readSize(_ parts: [ExpressionSyntax], _ span: SourceSpan) -> ArgumentValue? {
    for case .size(let count, let least) in parameter.forms {
      let sizes = parts.map { part in scope.evaluate(part, problems).flatMap { sizePart($0, part.span, least) } }
      guard count.contains(parts.count) else {
        let wanted = count.count == 1 ? "\(count.lowerBound) sizes" : "\(count.lowerBound) to \(count.upperBound) sizes"
        problems.add(
          .unknownArgument, "`\(word)` takes \(wanted) here, `\(span.text)` has \(parts.count)", at: span,
          notes: ["\(parameter.name): \(parameter.summary)"])
        return nil
      }
      let known = sizes.compactMap { $0 }
      return known.count == parts.count ? .size(known) : nil
    }
    return refuse(span)
  }

  private func sizePart(_ quantity: Quantity, _ span: SourceSpan, _ least: Int) -> Int? {
    guard let whole = quantity.whole else {
      problems.add(
        .notWhole, "a size must be whole: `\(span.text)` is \(quantity.value.plain)", at: span, "not whole",
        labels: quantity.labels(besides: span))
      return nil
    }
    guard whole >= least else {
      let given = span.text == "\(whole)" ? "\(whole)" : "\(whole) (`\(span.text)`)"
      problems.add(
        .notWhole, "a size must be at least \(least), not \(given)", at: span, whole > 0 ? "too small" : "not positive",
        labels: quantity.labels(besides: span))
      return nil
    }
    return whole
  }

  private mutating func readValue(_ expression: ExpressionSyntax, _ span: SourceSpan) -> ArgumentValue? {
    if parameter.forms.contains(.name), let name = ValueReader.numberName(expression) { return .string(name) }
    guard parameter.forms.contains(where: { ValueReader.isNumeric($0) }) else { return refuse(span) }
    guard let quantity = scope.evaluate(expression, problems) else { return nil }
    isPercent = quantity.isPercent
    for form in parameter.forms {
      switch form {
      case .integer(let range):
        guard !quantity.isPercent, let whole = quantity.whole else { continue }
        let words = whole > range.upperBound ? "at most \(range.upperBound.grouped)" : RangeText.of(range)
        return range.contains(whole) ? .integer(whole) : outside(span, quantity, "\(whole)", words)
      case .number(let range, let percent):
        guard percent || !quantity.isPercent else { continue }
        guard range.contains(quantity.value) else { return outside(span, quantity, quantity.value.plain, RangeText.of(range)) }
        return .number(quantity.value)
      case .size(let count, let least):
        guard count.contains(1), !quantity.isPercent else { continue }
        return sizePart(quantity, span, least).map { .size([$0]) }
      case .word, .string, .label, .name, .names: continue
      }
    }
    return quantity.isPercent ? refuse(span) : notWhole(quantity, span)
  }

  /// `3`, as the name of a class or column.
  static func numberName(_ expression: ExpressionSyntax) -> String? {
    guard case .number(_, let span) = expression, Fraction(literal: span.text)?.whole != nil else { return nil }
    return span.text
  }

  private static func isNumeric(_ form: Parameter.Form) -> Bool {
    switch form {
    case .integer, .number: true
    case .size(let parts, _): parts.contains(1)
    case .word, .string, .label, .name, .names: false
    }
  }

  private mutating func readNames(_ atom: AtomSyntax, _ rest: inout ArraySlice<AtomSyntax>) -> ArgumentValue? {
    var names: [String] = []
    var current = atom
    while true {
      guard let name = current.asName else { return refuse(current.span) }
      names.append(name)
      span = atom.span.through(current.span)
      guard let comma = rest.first, case .comma = comma.kind else { return .names(names) }
      rest.removeFirst()
      guard let next = rest.popFirst() else {
        problems.add(.syntax, "a name is missing after `,`", at: comma.span, "nothing follows")
        return nil
      }
      current = next
    }
  }

  /// `pad` of `conv`; `epochs` alone where the word says it all.
  private var subject: String { parameter.name == word ? "`\(word)`" : "`\(parameter.name)` of `\(word)`" }

  private func notWhole(_ quantity: Quantity, _ span: SourceSpan) -> ArgumentValue? {
    let text = span.text == quantity.value.plain ? "" : " (`\(span.text)`)"
    if quantity.value.magnitude > 9_007_199_254_740_992 {
      problems.add(
        .outOfRange, "\(subject) is too large: `\(span.text)`", at: span, "whole numbers go up to 9007199254740992",
        labels: quantity.labels(besides: span))
      return nil
    }
    problems.add(
      .notWhole, "\(subject) must be a whole number, not \(quantity.value.plain)\(text)", at: span, "not whole",
      labels: quantity.labels(besides: span))
    return nil
  }

  private func outside(_ span: SourceSpan, _ quantity: Quantity, _ value: String, _ range: String) -> ArgumentValue? {
    let given = span.text == value ? value : "\(value) (`\(span.text)`)"
    problems.add(
      .outOfRange, "\(subject) must be \(range), not \(given)", at: span, "out of range", labels: quantity.labels(besides: span),
      notes: ["\(parameter.name): \(parameter.summary)"])
    return nil
  }

  private func refuse(_ span: SourceSpan) -> ArgumentValue? {
    var fixes: [Diagnostic.Fix] = []
    let choices = parameter.forms.flatMap { form -> [String] in if case .word(let choices) = form { choices } else { [] } }
    let ending = ".\(span.text)"
    if let foreign = ForeignForms.value(for: span.text, among: choices) {
      fixes = [.init("it is called `\(foreign)` here", .probable, edits: [.init(span, foreign)])]
    } else if let near = Suggestion.nearest(to: span.text, among: choices) ?? choices.first(where: { $0 == "validation\(ending)" }) {
      fixes = [.init("did you mean `\(near)`?", .probable, edits: [.init(span, near)])]
    } else if parameter.name == "pad", ["valid", "none", "off"].contains(span.text) {
      fixes = [.init("leave `pad` out: nothing is added without it")]
    } else if parameter.forms.contains(.string) || parameter.forms == [.names] {
      fixes = [.init("put it in quotes", .certain, edits: [.init(span, "\"\(span.text)\"")])]
    } else if case .size(let counts, _)? = parameter.forms.first, counts.upperBound >= 3, !counts.contains(1), Int(span.text) != nil {
      fixes = [.init("a window of 3x3 with \(span.text) channels", .probable, edits: [.init(span, "3x3x\(span.text)")])]
    } else if span.text.hasSuffix("%"), let share = Double(span.text.dropLast()) {
      fixes = [.init("write it as a number", .probable, edits: [.init(span, (share / 100).plain)])]
    }
    problems.add(
      .unknownArgument, "\(subject) is \(ValueReader.phrase(parameter)), not `\(span.text)`", at: span,
      notes: ["\(parameter.name): \(parameter.summary)"], fixes: fixes)
    return nil
  }

  /// With as many parts as a size may have at most.
  static func exampleSize(_ parts: ClosedRange<Int>) -> String {
    ["8", "3x3", "3x3x32", "3x3x3x32"][min(max(parts.upperBound, 1), 4) - 1]
  }

  /// `a whole number or the word `same``
  static func phrase(_ parameter: Parameter) -> String {
    let phrases = parameter.forms.flatMap { form -> [String] in
      switch form {
      case .size(let parts, _): ["a size like `\(exampleSize(parts))`"]
      case .integer: ["a whole number"]
      case .number(_, let percent): [percent ? "a number or a percentage" : "a number"]
      case .word(let choices): choices.count > 6 ? [parameter.summary] : choices.map { "`\($0)`" }
      case .string: ["a text in quotes"]
      case .label: ["the label of a stage"]
      case .name: ["a name"]
      case .names: ["a list of names"]
      }
    }
    return listed(phrases, before: "or")
  }
}

extension AtomSyntax {
  /// A class or column: a word, a text or a whole number.
  var asName: String? {
    switch kind {
    case .word(let text), .string(let text): text
    case .value(let expression): ValueReader.numberName(expression)
    case .size, .comma: nil
    }
  }
}

/// A range in words.
enum RangeText {
  static func of(_ range: ClosedRange<Int>) -> String {
    range.upperBound >= 1 << 20 ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
  }

  /// A bound that is the neighbour of a round number stands for that number, not included.
  static func of(_ range: ClosedRange<Double>) -> String {
    let (low, high) = (range.lowerBound, range.upperBound)
    let above = low == Double.leastNonzeroMagnitude
    let below = high == 1.0.nextDown
    let isOpen = high >= Double.greatestFiniteMagnitude
    if isOpen { return above ? "above 0" : low <= -Double.greatestFiniteMagnitude ? "a number" : "at least \(low.plain)" }
    if !above, !below { return "\(low.plain) to \(high.plain)" }
    return "\(above ? "above 0" : "at least \(low.plain)") and \(below ? "below 1" : "at most \(high.plain)")"
  }
}
