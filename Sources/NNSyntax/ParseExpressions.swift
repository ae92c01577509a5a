import NNDiagnostics

/// Arithmetic and parentheses.
extension Parser {
  mutating func expression() -> ExpressionSyntax {
    var left = term()
    while current.kind == .plus || current.kind == .minus {
      guard let whole = operation(current.kind == .plus ? .add : .subtract, left, { $0.term() }) else { return left }
      left = whole
    }
    return left
  }

  private mutating func term() -> ExpressionSyntax {
    var left = factor()
    while current.kind == .star || current.kind == .slash {
      guard let whole = operation(current.kind == .star ? .multiply : .divide, left, { $0.factor() }) else { return left }
      left = whole
    }
    return left
  }

  private mutating func operation(
    _ symbol: ExpressionSyntax.BinaryOperator, _ left: ExpressionSyntax, _ readRight: (inout Parser) -> ExpressionSyntax
  ) -> ExpressionSyntax? {
    guard countOperator() else { return nil }
    advance()
    let right = readRight(&self)
    return .binary(symbol, left, right, span: left.span.through(right.span))
  }

  /// The tree of an expression may not be deeper than what recursion can follow.
  private mutating func countOperator() -> Bool {
    operators += 1
    if operators <= Limits.nesting { return true }
    fail("an expression has \(Limits.nesting) operators at most", at: span(current), "one more", code: .limit)
    skipStage()
    return false
  }

  private mutating func factor() -> ExpressionSyntax {
    let token = current
    switch token.kind {
    case .integer, .decimal, .reference: return simpleValue()
    case .leftParenthesis: return parenthesised(of: nil)
    case .minus:
      guard countOperator() else { return .missing(span: span(token)) }
      advance()
      let value = factor()
      return .negate(value, span: span(token).through(value.span))
    case .percent: fail("a percentage cannot be calculated with", at: span(token), "write it as a fraction")
    case .word:
      let fix = Diagnostic.Fix.inserting("if it is a constant", "$", at: Int(token.start), in: file)
      fail("`\(text(token))` cannot stand in arithmetic", at: span(token), "not a number", [fix])
    case .string, .times: fail("\(description(token)) cannot stand in arithmetic", at: span(token))
    case .broken: isBroken = true
    case .pipe, .comma, .arrow, .equals, .colon, .leftBrace, .rightBrace, .rightParenthesis, .plus, .star, .slash, .newline, .end:
      fail("a number or `$name` is missing after \(previous.map(description) ?? "this")", at: gap)
      return .missing(span: gap)
    }
    advance()
    return .missing(span: span(token))
  }

  /// `(2*$c)`; `owner` is the word it may have been written behind as in a call.
  mutating func parenthesised(of owner: NameSyntax?) -> ExpressionSyntax {
    let open = current
    let isCall = owner?.span.end == Int(open.start)
    guard nesting < Limits.nesting else {
      fail("parentheses and groups stand \(Limits.nesting) deep at most", at: span(open), "one more", code: .limit)
      skipParentheses()
      return .missing(span: span(from: open))
    }
    nesting += 1
    defer { nesting -= 1 }
    if isCall, let owner, let fix = callFix(owner) {
      fail("arguments follow `\(owner.text)` without parentheses", at: span(open), "a call", [fix])
      skipParentheses()
      return .missing(span: span(from: open))
    }
    advance()
    let value = expression()
    if current.kind == .rightParenthesis {
      advance()
    } else {
      unclosedParenthesis(open)
      skipParentheses()
    }
    return .parenthesised(value, span: span(from: open))
  }

  private mutating func unclosedParenthesis(_ open: Token) {
    if endsStage(current) || current.kind == .leftBrace {
      fail("this `(` is never closed", at: span(open), "", labels: [Diagnostic.Label(gap, "`)` is missing here")])
    } else if current.kind == .times {
      fail("a size cannot stand in parentheses", at: span(current), "only its parts can: `3x3x(2*$c)`")
    } else if current.kind == .broken {
      isBroken = true
    } else if current.kind == .comma {
      sizesInParentheses(open)
    } else {
      fail("an operator or `)` is missing before \(description(current))", at: span(current))
    }
  }

  /// `(28, 28, 1)`
  private mutating func sizesInParentheses(_ open: Token) {
    let parts = tokens[index...].prefix { $0.kind == .comma || $0.kind == .integer }
    let end = tokens[parts.endIndex]
    guard end.kind == .rightParenthesis else {
      return fail("an operator or `)` is missing before `,`", at: span(current))
    }
    let whole = SourceSpan(file, Int(open.start), Int(end.end))
    let size = whole.text.split { !("0"..."9").contains($0) }.joined(separator: "x")
    var fix = Diagnostic.Fix.replacing("write `\(size)`", whole, with: size)
    fix.isFact = true
    fail("the parts of a size are joined by `x`, not by commas", at: whole, "a list of sizes", [fix])
  }

  /// For `conv(3, 3, 32)` and `fc(10, relu)`: the same without parentheses. Nil where it is arithmetic, as in `fc(2*$c)`.
  private func callFix(_ owner: NameSyntax) -> Diagnostic.Fix? {
    var end = index + 1
    var isList = tokens[end].kind == .rightParenthesis
    while !endsStage(tokens[end]), tokens[end].kind != .rightParenthesis {
      switch tokens[end].kind {
      case .comma, .word, .string, .equals, .colon, .times: isList = true
      case .integer, .decimal, .percent, .reference, .pipe, .arrow, .leftBrace, .rightBrace, .leftParenthesis, .rightParenthesis,
        .plus, .minus, .star, .slash, .newline, .broken, .end:
        break
      }
      end += 1
    }
    guard isList else { return nil }
    let inner = tokens[(index + 1)..<end].filter { $0.kind != .equals && $0.kind != .colon && $0.kind != .comma }
    var text = ""
    for token in inner { text += (token.kind == .times || text.hasSuffix("x") && token.touchesPrevious ? "" : " ") + self.text(token) }
    let close = tokens[end].kind == .rightParenthesis ? Int(tokens[end].end) : Int(tokens[end].start)
    return .replacing("write", SourceSpan(file, Int(current.start), close), with: text)
  }

  /// Passes over the rest of a parenthesis on this line.
  private mutating func skipParentheses() {
    var depth = current.kind == .leftParenthesis ? 0 : 1
    while !endsStage(current) {
      if current.kind == .leftParenthesis { depth += 1 }
      if current.kind == .rightParenthesis { depth -= 1 }
      advance()
      if depth <= 0 { return }
    }
  }
}
