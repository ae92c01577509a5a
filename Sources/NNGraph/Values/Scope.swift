import NNDiagnostics
import NNSyntax

/// A `let`, or a block's parameter in one use of it.
final class Constant {
  let name: String
  /// Where it is defined, or where the `use` that brings it in stands.
  let span: SourceSpan
  /// From this offset of the file on it may be used; a definition stands before its uses.
  let visibleFrom: Int
  var isUsed = false
  private let source: Source
  private var computed: Quantity?
  private(set) var isComputed = false

  private enum Source {
    case value(Quantity?)
    case expression(ExpressionSyntax)
    case imported(Constant)
  }

  init(name: String, span: SourceSpan, value: Quantity?) {
    (self.name, self.span, visibleFrom, source) = (name, span, 0, .value(value))
    (computed, isComputed) = (value, true)
  }

  init(name: String, span: SourceSpan, expression: ExpressionSyntax, visibleFrom: Int) {
    (self.name, self.span, self.visibleFrom, source) = (name, span, visibleFrom, .expression(expression))
  }

  /// A constant of another file, brought in by `use`.
  init(_ constant: Constant, use: SourceSpan) {
    (name, span, visibleFrom, source) = (constant.name, use, use.end, .imported(constant))
    isComputed = true
  }

  /// nil where the value had an error of its own, or comes from data that is not here.
  var value: Quantity? { if case .imported(let constant) = source { constant.value } else { computed } }

  func compute(in scope: Scope, _ problems: Problems) {
    guard case .expression(let expression) = source else { return }
    computed = scope.evaluate(expression, problems)
    isComputed = true
  }
}

/// The names that expressions of one file, or of one use of a block, can see.
final class Scope {
  let parent: Scope?
  let facts: DataConstants
  private(set) var constants: [String: Constant] = [:]

  init(parent: Scope) {
    self.parent = parent
    self.facts = parent.facts
  }

  init(facts: DataConstants) {
    parent = nil
    self.facts = facts
  }

  func define(_ constant: Constant) { constants[constant.name] = constant }

  func find(_ name: String) -> Constant? { constants[name] ?? parent?.find(name) }

  /// The nearest visible names first.
  var names: [String] { constants.keys.sorted() + (parent?.names ?? []) }

  /// The value of an expression; nil where it has none, which was either reported or depends on data that is not here.
  func evaluate(_ expression: ExpressionSyntax, _ problems: Problems) -> Quantity? {
    switch expression {
    case .number(let value, let span): return literal(value, span, isPercent: false)
    case .percent(let value, let span): return literal(value, span, isPercent: true)
    case .reference(let name, let span): return lookup(name, span, problems)
    case .negate(let inner, _): return evaluate(inner, problems)?.negated
    case .parenthesised(let inner, _): return evaluate(inner, problems)
    case .missing: return nil
    case .binary(let operation, let left, let right, let span):
      let (a, b) = (evaluate(left, problems), evaluate(right, problems))
      guard let a, let b else { return nil }
      return combine(operation, a, b, span, divisor: right.span, problems)
    }
  }

  private func literal(_ value: Double, _ span: SourceSpan, isPercent: Bool) -> Quantity {
    var quantity = Quantity(literal: span.text, value: value, isPercent: isPercent)
    if span.file.isOption { quantity.option = span }
    return quantity
  }

  private func combine(
    _ operation: ExpressionSyntax.BinaryOperator, _ a: Quantity, _ b: Quantity, _ span: SourceSpan, divisor: SourceSpan,
    _ problems: Problems
  ) -> Quantity? {
    let result: Quantity
    switch operation {
    case .add: result = a.plus(b)
    case .subtract: result = a.minus(b)
    case .multiply: result = a.times(b)
    case .divide:
      guard b.value != 0 else {
        problems.add(.notWhole, "`\(span.text)` divides by zero", at: divisor, "is 0", labels: b.labels(besides: divisor))
        return nil
      }
      result = a.divided(by: b)
    }
    guard result.value.isFinite else {
      problems.add(.outOfRange, "`\(span.text)` is too large for a number", at: span)
      return nil
    }
    return result
  }

  private func lookup(_ name: String, _ span: SourceSpan, _ problems: Problems) -> Quantity? {
    if let constant = find(name) {
      constant.isUsed = true
      let isLater = constant.span.file === span.file && constant.visibleFrom > span.start
      guard isLater || !constant.isComputed else { return constant.value }
      problems.add(
        .unknownConstant, "`$\(name)` is used before its definition", at: span, "not known here yet",
        labels: [.init(constant.span, "defined here")], fixes: [.init("move the definition above its first use")])
      return nil
    }
    if let word = DataConstants.Word(rawValue: name) { return facts.value(of: word, at: span, problems) }
    reportUnknown(name, span, problems)
    return nil
  }

  private func reportUnknown(_ name: String, _ span: SourceSpan, _ problems: Problems) {
    let known = names + DataConstants.Word.allCases.map(\.rawValue)
    var fixes: [Diagnostic.Fix] = []
    if let near = Suggestion.nearest(to: name, among: known) {
      let replacement = span.text.hasPrefix("${") ? "${\(near)}" : "$\(near)"
      let place = find(near).map { " (line \($0.span.startPosition.line))" } ?? ""
      fixes = [.init("did you mean `$\(near)`?\(place)", .probable, edits: [.init(span, replacement)])]
    }
    problems.add(
      .unknownConstant, "unknown constant `$\(name)`", at: span, "no `let` or parameter has this name",
      notes: ["`$classes`, `$vocab` and `$features` come from the data"], fixes: fixes)
  }
}

/// `$classes`, `$features` and `$vocab`: numbers that the data knows.
final class DataConstants {
  enum Word: String, CaseIterable { case classes, features, vocab }

  var values: [Word: Int] = [:]
  /// The data was read, so that a number which is missing now will stay missing.
  var isComplete = false
  /// There is no data at all.
  var isWithoutData = false

  func value(of word: Word, at span: SourceSpan, _ problems: Problems) -> Quantity? {
    if let number = values[word] { return Quantity(Fraction(number)) }
    guard isComplete else { return nil }
    let fact: String
    switch word {
    case _ where isWithoutData: fact = "no data is given: add a `data` statement or `--data`"
    case .classes: fact = "the data has no classes: its target is a number"
    case .features: fact = "the data has no columns to count"
    case .vocab: fact = "the data is not text, so that there is no vocabulary"
    }
    let fixes = word == .classes ? [Diagnostic.Fix("name them with a statement: `classes low, high`")] : []
    problems.add(.unknownConstant, "`$\(word.rawValue)` has no value", at: span, "comes from the data", notes: [fact], fixes: fixes)
    return nil
  }
}
