import NNDiagnostics

/// Headers, `let`, `use`, `block`, and the runs of stages between them.
extension Parser {
  mutating func items() -> [ItemSyntax] {
    var items: [ItemSyntax] = []
    var hasNetwork = false
    while true {
      skipNewline()
      if current.kind == .end || reports.isFull { return items }
      if let item = isolated({ $0.item(hasNetwork: hasNetwork) }) {
        hasNetwork = hasNetwork || item.isPipeline
        items.append(item)
      }
      reportUnclosed()
    }
  }

  private mutating func item(hasNetwork: Bool) -> ItemSyntax? {
    count()
    guard beginsItem(current) else {
      if let definition = foreignDefinition() { return definition }
      return pipeline(hasNetwork: hasNetwork).map(ItemSyntax.pipeline)
    }
    switch text(current) {
    case "let": return letBinding().map(ItemSyntax.letBinding)
    case "use": return use().map(ItemSyntax.use)
    case "block": return block().map(ItemSyntax.block)
    default: return .header(header())
    }
  }

  /// `n = 4`, `$n = 4` and `var n = 4` were meant as `let`, `def f(n) { … }` as `block`: they are read as such, so that what uses them is known.
  private mutating func foreignDefinition() -> ItemSyntax? {
    let first = current
    let name = ForeignDefinition.constants.contains(text(first)) && next.kind == .word ? tokens[index + 1] : first
    let isNamed = name.kind == .word && !text(name).contains(".") || name.kind == .reference
    let sign = min(index + (Int(name.start) == Int(first.start) ? 1 : 2), tokens.count - 1)
    // A word behind it is a call: `x = Dense(10)(x)`.
    if isNamed, tokens[sign].kind == .equals, sign + 1 < tokens.count, tokens[sign + 1].kind != .word {
      let bare = name.kind == .reference ? referenceName(name) : text(name)
      let whole = span(first).through(span(name))
      note("a constant is defined with `let`", at: whole, "", [.replacing("write", whole, with: "let \(bare)", .certain)])
      if Int(name.start) != Int(first.start) { advance() }
      return letBinding(after: first, NameSyntax(text: bare, span: span(name))).map(ItemSyntax.letBinding)
    }
    guard first.kind == .word, ForeignDefinition.blocks.contains(text(first)), next.kind == .word else { return nil }
    note("a block is defined with `block`", at: span(first), "", [.replacing("write", span(first), with: "block", .certain)])
    return block().map(ItemSyntax.block)
  }

  /// `optimizer adam lr 1e-3`
  private mutating func header() -> HeaderSyntax {
    let start = current
    let word = NameSyntax(text: text(start), span: span(start))
    advance()
    let atoms = arguments(of: word, endAtAs: false)
    let whole = span(from: start)
    if current.kind == .pipe, let comma = lastLineEnd(of: atoms) {
      // The network that follows was read as a part of the list.
      fail(
        "the list goes on behind this `,`", at: comma.span, "and takes the next line in",
        [.replacing("remove it", comma.span, with: "")])
      skipLine()
    } else if current.kind == .pipe {
      let fix = Diagnostic.Fix.replacing("begin a new line", span(current), with: "\n")
      note("`\(word.text)` is a statement and has a line of its own", at: span(current), "a layer cannot follow on this line", [fix])
      advance()
    } else {
      endOfItem()
    }
    return HeaderSyntax(word: word, atoms: atoms, isBroken: isBroken, span: whole)
  }

  /// The last comma with which a line ends, so that the next line belongs to the list.
  private func lastLineEnd(of atoms: [AtomSyntax]) -> AtomSyntax? {
    Array(zip(atoms, atoms.dropFirst())).last { $0.isComma && file.line(at: $0.span.start) < file.line(at: $1.span.start) }?.0
  }

  /// `let width = 2*$c`
  private mutating func letBinding() -> LetSyntax? {
    let start = current
    advance()
    guard let name = name("the constant", after: "let") else {
      skipLine()
      return nil
    }
    return letValue(of: name, from: start)
  }

  /// Of a definition that begins with `start` and has its name at `current`.
  private mutating func letBinding(after start: Token, _ name: NameSyntax) -> LetSyntax? {
    advance()
    return letValue(of: name, from: start)
  }

  private mutating func letValue(of name: NameSyntax, from start: Token) -> LetSyntax? {
    if current.kind == .equals {
      advance()
    } else if current.kind == .colon {
      let colon = span(current)
      let edit = SourceSpan(file, name.span.end, colon.end)
      note("`=` is missing after `let \(name.text)`", at: colon, "", [.replacing("write `=`", edit, with: " =", .certain)])
      advance()
    } else if endsStage(current) {
      fail("the value of `\(name.text)` is missing", at: gap, "as in `let \(name.text) = 3`")
    } else {
      let fix = Diagnostic.Fix.inserting("put it in", " =", at: name.span.end, in: file, .certain)
      note("`=` is missing after `let \(name.text)`", at: gap, "", [fix])
    }
    let value = freeValue("the value of `\(name.text)`")
    let whole = span(from: start)
    endOfItem()
    return LetSyntax(name: name, value: value, span: whole)
  }

  /// `use "blocks.nn"`
  private mutating func use() -> UseSyntax? {
    let start = current
    advance()
    let token = current
    guard token.kind == .string else {
      let end = endOfLineWords()
      let fix = end.map { Diagnostic.Fix.replacing("write", $0, with: "\"\($0.text)\"", .certain) }
      fail("`use` needs the name of a file in quotes", at: end ?? gap, "", fix.map { [$0] } ?? [])
      skipLine()
      return nil
    }
    advance()
    let whole = span(from: start)
    endOfItem()
    return UseSyntax(path: NameSyntax(text: unquoted(token), span: span(token)), span: whole)
  }

  /// What stands on the rest of the line, for a suggestion; nil where there is nothing.
  private func endOfLineWords() -> SourceSpan? {
    var last = index
    while tokens[last].kind != .newline && tokens[last].kind != .end { last += 1 }
    return last > index ? span(current).through(span(tokens[last - 1])) : nil
  }

  /// `block basic(c, s = 1) { … }`
  private mutating func block() -> BlockSyntax? {
    let start = current
    advance()
    guard let name = name("the block", after: "block") else {
      skipLine()
      return nil
    }
    let parameters = current.kind == .leftParenthesis ? self.parameters() : []
    if current.kind != .leftBrace, !(current.kind == .newline && next.kind == .leftBrace) {
      let label = current.kind == .word ? "parameters stand in parentheses: `block \(name.text)(c, s = 1) { … }`" : ""
      let place = endsStage(current) ? gap : span(current)
      fail("`{` is missing after `block \(name.text)\(parameters.isEmpty ? "" : "(…)")`", at: place, label)
      while current.kind != .newline, current.kind != .end, current.kind != .leftBrace { advance() }
    }
    let body = group() ?? GroupSyntax(stages: [], span: gap)
    let whole = span(from: start)
    endOfItem()
    return BlockSyntax(name: name, parameters: parameters, body: body, isBroken: isBroken, span: whole)
  }

  /// `(c, s = 1)`
  private mutating func parameters() -> [BlockSyntax.Parameter] {
    let open = current
    var parameters: [BlockSyntax.Parameter] = []
    advance()
    skipNewline()
    while current.kind != .rightParenthesis {
      guard let name = name("a parameter", after: parameters.isEmpty ? "(" : ",") else { break }
      var value: ExpressionSyntax?
      if current.kind == .equals {
        advance()
        value = freeValue("the value of `\(name.text)`")
      }
      parameters.append(BlockSyntax.Parameter(name: name, defaultValue: value))
      guard current.kind == .comma else { break }
      let comma = current
      advance()
      skipNewline()
      if current.kind == .rightParenthesis { fail("a parameter is missing after `,`", at: span(comma)) }
    }
    skipNewlineBefore(.rightParenthesis)
    if current.kind == .rightParenthesis {
      advance()
    } else {
      fail(
        "this `(` is never closed", at: span(open), "",
        labels: [Diagnostic.Label(endsStage(current) ? gap : span(current), "`)` is missing here")])
      while !endsStage(current), current.kind != .leftBrace { advance() }
    }
    return parameters
  }

  private mutating func skipNewlineBefore(_ kind: Token.Kind) {
    if current.kind == .newline, next.kind == kind { advance() }
  }

  /// A name where only a name can stand.
  mutating func name(_ what: String, after word: String) -> NameSyntax? {
    let token = current
    let text = text(token)
    if token.kind == .word, !text.contains(".") {
      advance()
      return NameSyntax(text: text, span: span(token))
    }
    if token.kind == .reference {
      let bare = referenceName(token)
      note("the name of \(what) stands without `$` here", at: span(token), "", [.replacing("write", span(token), with: bare, .certain)])
      advance()
      return NameSyntax(text: bare, span: span(token))
    }
    if endsStage(token) {
      fail("the name of \(what) is missing after `\(word)`", at: gap)
    } else {
      if token.kind == .broken { isBroken = true }
      fail("\(description(token)) is not a name", at: span(token), "a name is letters, digits and `_`, a letter first")
      if token.kind != .leftBrace { advance() }
    }
    return nil
  }

  /// A run of stages on the top level.
  private mutating func pipeline(hasNetwork: Bool) -> PipelineSyntax? {
    let stages = stages(in: nil, mayBeginWithPipe: hasNetwork)
    guard let first = stages.first, let last = stages.last else { return nil }
    return PipelineSyntax(stages: stages, span: first.span.through(last.span))
  }

  /// After an item nothing but a new line can stand.
  private mutating func endOfItem() {
    guard current.kind != .newline, current.kind != .end else { return }
    if current.kind == .broken { isBroken = true }
    unexpected(current)
    skipLine()
  }

  private mutating func reportUnclosed() {
    guard let inner = unclosed.first else { return }
    let others = unclosed.dropFirst().prefix(3).map { Diagnostic.Label($0, "nor is this one") }
    reports.add(.syntax, "this `{` is never closed", inner, "`}` is missing", labels: others)
    unclosed = []
  }
}

/// How other languages begin what is `let` and `block` here.
enum ForeignDefinition {
  static let constants: Set<String> = ["var", "const", "set", "define", "val", "final", "local", "int", "auto", "constant"]
  static let blocks: Set<String> = ["def", "func", "function", "fn", "macro", "module", "class", "struct", "defblock"]
}

extension ItemSyntax {
  fileprivate var isPipeline: Bool {
    switch self {
    case .pipeline: true
    case .header, .letBinding, .use, .block: false
    }
  }
}
