import NNDiagnostics

/// Reads a `.nn` file. Every independent problem is reported once; what can be understood is in the tree, and nodes with a
/// reported problem inside say so (`isBroken`). Diagnostics come in the order of the file, with the codes NN101, NN105 (a limit)
/// and NN207 (a number that no computer word holds).
public func parse(_ file: SourceFile) -> (FileSyntax, [Diagnostic]) {
  let reports = Reports()
  guard isReadable(file, reports) else { return (FileSyntax(file: file, items: [], comments: []), reports.sorted) }
  var lexer = Lexer(file, reports)
  lexer.run()
  var parser = Parser(file, lexer.tokens, reports)
  let items = parser.items()
  return (FileSyntax(file: file, items: items, comments: lexer.comments), reports.sorted)
}

/// The state of the recursive descent, and what all its parts use. One method for each rule of `grammar/nn.ebnf`.
struct Parser {
  let file: SourceFile
  let tokens: [Token]
  let reports: Reports
  var index = 0
  /// Groups and parentheses that are open.
  var nesting = 0
  /// Operators of the expression that is being read.
  var operators = 0
  /// A problem of the statement or stage that is being read is reported; further ones in it would be echoes.
  var isBroken = false
  /// Braces that the text never closes; reported together, where their item ends.
  var unclosed: [SourceSpan] = []
  /// Statements, stages and groups so far.
  private var parts = 0
  /// The index of the `}` for each `{` that has one.
  let closingBrace: [Int: Int]

  init(_ file: SourceFile, _ tokens: [Token], _ reports: Reports) {
    self.file = file
    self.tokens = tokens
    self.reports = reports
    var open: [Int] = []
    var closing: [Int: Int] = [:]
    for (index, token) in tokens.enumerated() {
      if token.kind == .leftBrace { open.append(index) }
      if token.kind == .rightBrace, let start = open.popLast() { closing[start] = index }
    }
    closingBrace = closing
  }

  // MARK: Tokens

  /// The last token is `end` and is never passed.
  var current: Token { tokens[index] }
  var next: Token { tokens[min(index + 1, tokens.count - 1)] }
  var previous: Token? { index > 0 ? tokens[index - 1] : nil }

  mutating func advance() { if index < tokens.count - 1 { index += 1 } }

  func text(_ token: Token) -> String { String(decoding: file.bytes[Int(token.start)..<Int(token.end)], as: UTF8.self) }
  func span(_ token: Token) -> SourceSpan { SourceSpan(file, Int(token.start), Int(token.end)) }

  /// From a token to the last one that has been read.
  func span(from start: Token) -> SourceSpan {
    SourceSpan(file, Int(start.start), max(Int(start.end), previous.map { Int($0.end) } ?? 0))
  }

  /// The place behind the last token that has been read, where something is missing.
  var gap: SourceSpan {
    let end = previous.map { Int($0.kind == .newline ? $0.start : $0.end) } ?? Int(current.start)
    return SourceSpan(file, end, end)
  }

  func isWord(_ token: Token, _ word: String) -> Bool { token.kind == .word && text(token) == word }

  /// Whether a token begins a header, `let`, `use` or `block`.
  func beginsItem(_ token: Token) -> Bool {
    guard token.kind == .word else { return false }
    let word = text(token)
    return HeaderWords.contains(word) || Keywords.items.contains(word)
  }

  /// Whether an argument that is missing could not follow any more.
  func endsStage(_ token: Token) -> Bool {
    switch token.kind {
    case .newline, .pipe, .rightBrace, .end: true
    case .word, .integer, .decimal, .percent, .reference, .string, .times, .comma, .arrow, .equals, .colon, .leftBrace,
      .leftParenthesis, .rightParenthesis, .plus, .minus, .star, .slash, .broken:
      false
    }
  }

  // MARK: Problems

  /// Reports a problem after which the statement or stage is not understood.
  mutating func fail(
    _ message: String, at span: SourceSpan, _ label: String = "", code: Code = .syntax, _ fixes: [Diagnostic.Fix] = [],
    labels: [Diagnostic.Label] = []
  ) {
    if !isBroken { reports.add(code, message, span, label, fixes, labels: labels) }
    isBroken = true
  }

  /// Reports a problem that leaves no doubt about what is meant.
  mutating func note(_ message: String, at span: SourceSpan, _ label: String = "", _ fixes: [Diagnostic.Fix] = []) {
    reports.add(.syntax, message, span, label, fixes)
  }

  /// Passes over what stands up to the next stage; groups on the way are passed whole.
  mutating func skipStage() {
    while !endsStage(current) { skipToken() }
  }

  /// Passes over the rest of the line; groups on the way are passed whole.
  mutating func skipLine() {
    while current.kind != .newline && current.kind != .end { skipToken() }
  }

  mutating func skipToken() {
    if current.kind == .leftBrace, let end = closingBrace[index] { index = end }
    advance()
  }

  /// Counts a statement, stage or group that begins here; too many end the reading.
  mutating func count() {
    parts += 1
    if parts > Limits.parts {
      reports.stop("the file has more than \(Limits.parts.grouped) statements, stages and groups", at: span(current))
    }
  }

  mutating func skipNewline() { if current.kind == .newline { advance() } }

  /// Reads one part of the tree with its own `isBroken`.
  mutating func isolated<Node>(_ read: (inout Parser) -> Node) -> Node {
    let outer = isBroken
    isBroken = false
    defer { isBroken = outer }
    return read(&self)
  }

  /// How a token is named in a message.
  func description(_ token: Token) -> String {
    switch token.kind {
    case .newline: "the end of the line"
    case .end: "the end of the file"
    case .word, .integer, .decimal, .percent, .reference, .string, .times, .pipe, .comma, .arrow, .equals, .colon, .leftBrace,
      .rightBrace, .leftParenthesis, .rightParenthesis, .plus, .minus, .star, .slash, .broken:
      "`\(text(token))`"
    }
  }
}

/// Words with a meaning of their own in the grammar.
enum Keywords {
  static let items: Set<String> = ["let", "use", "block"]
  /// Words before a group.
  static let groups = ["block", "res", "branch", "repeat"]
}
