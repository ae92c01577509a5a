import NNDiagnostics

/// Numbers, constants and sizes.
extension Parser {
  /// A size or one value, where a list of arguments may go on behind it. Arithmetic without parentheses is reported.
  mutating func sizeOrValue(of owner: NameSyntax?) -> AtomSyntax? {
    let start = index
    operators = 0
    let first = firstValue(of: owner)
    if current.kind == .times { return size(first, start) }
    guard let first else { return nil }
    guard continuesArithmetic else { return AtomSyntax(kind: .value(first), span: first.span) }
    index = start
    let value = arithmeticWithoutParentheses()
    return AtomSyntax(kind: .value(value), span: value.span)
  }

  /// A number, percentage, constant or an expression in parentheses, as one argument.
  private mutating func firstValue(of owner: NameSyntax?) -> ExpressionSyntax? {
    let token = current
    switch token.kind {
    case .percent, .integer, .decimal, .reference: return simpleValue()
    case .leftParenthesis: return parenthesised(of: owner)
    case .minus:
      if next.touchesPrevious, next.kind == .integer || next.kind == .decimal {
        advance()
        return number(negated: true, from: token)
      }
      if endsStage(next) { break }
      return arithmeticWithoutParentheses()
    case .word, .string, .times, .pipe, .comma, .arrow, .equals, .colon, .leftBrace, .rightBrace, .rightParenthesis, .plus, .star,
      .slash, .newline, .broken, .end:
      break
    }
    unexpected(token)
    if !endsStage(token) { advance() }
    return nil
  }

  /// Whether an operator follows that belongs to the value before it: `$n -1` are two values, `$n-1` and `$n - 1` are not.
  private var continuesArithmetic: Bool {
    switch current.kind {
    case .plus, .star, .slash: true
    case .minus: current.touchesPrevious || !next.touchesPrevious
    case .word, .integer, .decimal, .percent, .reference, .string, .times, .pipe, .comma, .arrow, .equals, .colon, .leftBrace,
      .rightBrace, .leftParenthesis, .rightParenthesis, .newline, .broken, .end:
      false
    }
  }

  private mutating func arithmeticWithoutParentheses() -> ExpressionSyntax {
    let wasBroken = isBroken
    let value = expression()
    guard isBroken == wasBroken else { return value }
    let fix = Diagnostic.Fix.replacing("put it in parentheses", value.span, with: "(\(value.span.text))", .certain)
    note("arithmetic needs parentheses here", at: value.span, "", [fix])
    return value
  }

  /// One value with nothing behind it that could be mistaken for a part of it; `what` names it in messages.
  mutating func singleValue(_ what: String) -> ExpressionSyntax {
    let start = current
    guard let atom = sizeOrValue(of: nil) else { return .missing(span: span(from: start)) }
    switch atom.kind {
    case .value(let value): return value
    case .size:
      fail("\(what) is one number, not a size", at: atom.span)
      return .missing(span: atom.span)
    case .string, .word, .comma: return .missing(span: atom.span)
    }
  }

  /// A value where arithmetic may stand without parentheses: in `let` and in the parameters of a block.
  mutating func freeValue(_ what: String) -> ExpressionSyntax {
    operators = 0
    if endsStage(current) || current.kind == .comma || current.kind == .rightParenthesis {
      fail("\(what) is missing", at: gap)
      return .missing(span: gap)
    }
    if current.kind == .percent { return simpleValue() }
    if current.kind == .string || current.kind == .word, !isBroken {
      let place = span(current)
      fail("\(what) is \(description(current)), not a number", at: place, "constants are numbers")
      advance()
      return .missing(span: place)
    }
    let value = expression()
    guard current.kind == .times else { return value }
    fail("\(what) is one number, not a size", at: value.span.through(span(current)), "a size is written where it is used: `3x3x$c`")
    while !endsStage(current), current.kind != .comma, current.kind != .rightParenthesis { advance() }
    return .missing(span: value.span)
  }

  // MARK: Sizes

  /// `3x3x$c`, after its first part.
  private mutating func size(_ first: ExpressionSyntax?, _ start: Int) -> AtomSyntax {
    var parts = [first ?? .missing(span: gap)]
    if tokens[start].kind == .minus { fail("a size has no sign", at: span(tokens[start])) }
    while current.kind == .times {
      advance()
      switch current.kind {
      case .integer, .reference: parts.append(simpleValue())
      case .leftParenthesis: parts.append(parenthesised(of: nil))
      case .decimal, .percent:
        fail("the parts of a size are whole numbers", at: span(current))
        advance()
      case .broken:
        isBroken = true
        advance()
      case .word, .string, .times, .pipe, .comma, .arrow, .equals, .colon, .leftBrace, .rightBrace, .rightParenthesis, .plus, .minus,
        .star, .slash, .newline, .end:
        // The lexer gives the sign of a size only before a part.
        unexpected(current)
      }
    }
    let whole = span(from: tokens[start])
    if parts.count > Limits.sizeParts {
      fail("a size of \(parts.count) parts is more than the \(Limits.sizeParts) that are possible", at: whole, code: .limit)
    }
    if continuesArithmetic {
      fail("arithmetic on a size needs parentheses around the part it is for", at: whole, "as in `3x3x(2*$c)`")
      skipStage()
    }
    return AtomSyntax(kind: .size(Array(parts.prefix(Limits.sizeParts))), span: whole)
  }

  // MARK: Single tokens

  /// A number, percentage or constant.
  mutating func simpleValue() -> ExpressionSyntax {
    let token = current
    if token.kind != .reference { return number(negated: false, from: token) }
    advance()
    return .reference(name: referenceName(token), span: span(token))
  }

  /// The name without `$` and braces.
  func referenceName(_ token: Token) -> String {
    let text = text(token).dropFirst()
    return String(text.hasPrefix("{") ? text.dropFirst().dropLast() : text)
  }

  /// Reads the number at `current`; its span begins at `start`, where a sign may stand.
  private mutating func number(negated: Bool, from start: Token) -> ExpressionSyntax {
    let token = current
    advance()
    let place = span(start).through(span(token))
    let isPercent = token.kind == .percent
    let text = isPercent ? String(text(token).dropLast()) : text(token)
    guard let value = Double(text), value.isFinite else {
      fail("`\(text)` is too large", at: place, "numbers go up to 1.8e308", code: .outOfRange)
      return .missing(span: place)
    }
    if token.kind == .integer, Int(text).map({ $0 > 9_007_199_254_740_992 }) ?? true {
      fail("`\(text)` is too large", at: place, "whole numbers go up to 9007199254740992", code: .outOfRange)
      return .missing(span: place)
    }
    if value == 0, text.prefix(while: { $0 != "e" && $0 != "E" }).contains(where: { $0 != "0" && $0 != "." }) {
      fail("`\(text)` is too small", at: place, "it would become 0", code: .outOfRange)
      return .missing(span: place)
    }
    return isPercent ? .percent(value: value, span: place) : .number(value: negated ? -value : value, span: place)
  }
}
