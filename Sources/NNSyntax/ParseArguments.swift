import NNDiagnostics

/// The arguments behind a word.
extension Parser {
  /// Reads arguments up to the end of the stage or line, or to `->`, a brace, or (in a layer) `as`.
  mutating func arguments(of owner: NameSyntax, endAtAs: Bool) -> [AtomSyntax] {
    var atoms: [AtomSyntax] = []
    var hasAssignment = false
    while true {
      let token = current
      switch token.kind {
      case .word:
        if endAtAs, text(token) == "as" { return atoms }
        atoms.append(AtomSyntax(kind: .word(text(token)), span: span(token)))
        advance()
      case .string:
        atoms.append(AtomSyntax(kind: .string(unquoted(token)), span: span(token)))
        advance()
      case .leftParenthesis where hasAssignment && token.touchesPrevious && previous?.kind == .word:
        // A call behind `=`, which is reported.
        isBroken = true
        skipStage()
      case .integer, .decimal, .percent, .reference, .leftParenthesis, .minus, .plus, .star, .slash, .times:
        if let atom = sizeOrValue(of: called(by: atoms) ?? owner) { atoms.append(atom) }
      case .comma:
        comma(after: atoms)
        atoms.append(AtomSyntax(kind: .comma, span: span(token)))
      case .equals, .colon:
        if !hasAssignment { assignment(of: owner) }
        hasAssignment = true
        advance()
      case .broken:
        isBroken = true
        advance()
      case .newline, .pipe, .end, .arrow, .leftBrace, .rightBrace, .rightParenthesis:
        return atoms
      }
    }
  }

  /// The word right in front of a parenthesis: `Adam` of `optimizer Adam(lr=0.1)`.
  private func called(by atoms: [AtomSyntax]) -> NameSyntax? {
    guard current.kind == .leftParenthesis, current.touchesPrevious, let atom = atoms.last, case .word(let text) = atom.kind else {
      return nil
    }
    return NameSyntax(text: text, span: atom.span)
  }

  /// `,` and, where the line ends with it, the new line behind it.
  private mutating func comma(after atoms: [AtomSyntax]) {
    let comma = current
    if atoms.last.map({ $0.isComma }) ?? true { fail("a word or value is missing before `,`", at: span(comma)) }
    advance()
    if current.kind == .newline, !beginsItem(next), !endsStage(next) { advance() }
    if endsStage(current) || current.kind == .arrow {
      let fix = Diagnostic.Fix.replacing("remove it", span(comma), with: "")
      fail("a word or value is missing after `,`", at: span(comma), "", [fix])
    }
  }

  /// Reports `lr = 0.1`, once for a statement, with the change for all of it.
  private mutating func assignment(of owner: NameSyntax) {
    var edits: [Diagnostic.Edit] = []
    var last = index
    while !endsStage(tokens[last]), edits.count < 100 {
      let token = tokens[last]
      if token.kind == .equals || token.kind == .colon {
        edits.append(blank(insteadOf: last))
      }
      last += 1
    }
    let near = Suggestion.nearest(to: owner.text, among: ["let"])
    let title = near.map { "did you mean `\($0)`?" } ?? "write a blank instead"
    if let near { edits = [Diagnostic.Edit(owner.span, near)] }
    let fix = Diagnostic.Fix(title, near == nil ? .certain : .probable, edits: edits)
    let message = "`\(text(current))` cannot stand in a \(HeaderWords.contains(owner.text) ? "statement" : "layer")"
    let wasBroken = isBroken
    fail(message, at: span(current), "a value follows its word after a blank", [fix])
    // What is meant is plain, but whether the word is one is the question where it looks like `let`.
    isBroken = wasBroken || near != nil
  }

  /// One blank where a sign stood, with or without blanks around it.
  private func blank(insteadOf place: Int) -> Diagnostic.Edit {
    let token = tokens[place]
    let isAfterBlank = !token.touchesPrevious
    guard isAfterBlank, !tokens[place + 1].touchesPrevious, !endsStage(tokens[place + 1]) else {
      return Diagnostic.Edit(span(token), isAfterBlank || !tokens[place + 1].touchesPrevious ? "" : " ")
    }
    return Diagnostic.Edit(SourceSpan(file, Int(token.start), Int(tokens[place + 1].start)), "")
  }

  func unquoted(_ token: Token) -> String {
    String(decoding: file.bytes[(Int(token.start) + 1)..<(Int(token.end) - 1)], as: UTF8.self)
  }
}

extension AtomSyntax {
  var isComma: Bool {
    switch kind {
    case .comma: true
    case .size, .value, .string, .word: false
    }
  }
}
