import NNDiagnostics

/// Stages, groups, and what stands between them.
extension Parser {
  /// Stages up to the end of the group whose `{` has the index `group`; on the top level (nil) up to an item or the end.
  mutating func stages(in group: Int?, mayBeginWithPipe: Bool = false) -> [StageSyntax] {
    var stages: [StageSyntax] = []
    if current.kind == .pipe, !mayBeginWithPipe {
      let fix = Diagnostic.Fix.replacing("remove it", span(current), with: "", .certain)
      note("a layer is missing before `|`", at: span(current), "nothing stands before it", [fix])
    }
    if current.kind == .pipe { advance() }
    while separator(in: group, after: stages.last) { stages.append(isolated { $0.stage() }) }
    return stages
  }

  /// Reads `|` and new lines. False where no further stage follows.
  private mutating func separator(in group: Int?, after stage: StageSyntax?) -> Bool {
    var pipe: Token?
    var isSeparated = stage?.isBroken ?? true
    while !reports.isFull {
      switch current.kind {
      case .newline:
        isSeparated = true
        advance()
      case .pipe:
        if pipe != nil || stage == nil { note("a layer is missing between `|` and `|`", at: span(current)) }
        pipe = current
        isSeparated = true
        advance()
      case .rightBrace where group == nil:
        note("this `}` closes nothing", at: span(current), "", [.replacing("remove it", span(current), with: "")])
        advance()
      case .rightBrace, .end:
        reportMissingLayer(after: pipe)
        return false
      case .word, .integer, .decimal, .percent, .reference, .string, .times, .comma, .arrow, .equals, .colon, .leftBrace,
        .leftParenthesis, .rightParenthesis, .plus, .minus, .star, .slash, .broken:
        if previous?.kind == .newline, beginsItem(current), endsRun(group) {
          reportMissingLayer(after: pipe)
          return false
        }
        if !isSeparated {
          let fix = Diagnostic.Fix.inserting("put a `|` between", " |", at: gap.start, in: file)
          note("`|` or a new line is missing before \(description(current))", at: span(current), "a new stage", [fix])
        }
        return true
      }
    }
    return false
  }

  /// Whether a header, `let`, `use` or `block` on a new line ends the run of stages: inside a group only if its `}` is missing.
  private func endsRun(_ group: Int?) -> Bool { group.map { closingBrace[$0] == nil } ?? true }

  private mutating func reportMissingLayer(after pipe: Token?) {
    guard let pipe else { return }
    note("a layer is missing after `|`", at: span(pipe), "nothing follows", [.replacing("remove it", span(pipe), with: "")])
  }

  private mutating func stage() -> StageSyntax {
    count()
    let start = current
    let body = stageBody()
    var shape: AtomSyntax?
    var label: NameSyntax?
    while true {
      if current.kind == .arrow {
        let arrow = current
        if shape != nil { fail("the shape is stated twice", at: span(arrow)) }
        if label != nil { fail("`->` stands before `as`", at: span(arrow), "after the label here") }
        advance()
        shape = statedShape() ?? shape
      } else if isWord(current, "as") {
        if label != nil { fail("a stage has one label", at: span(current), "a second one") }
        advance()
        label = name("the label", after: "as") ?? label
      } else {
        break
      }
    }
    let whole = span(from: start)
    if current.kind != .word, !endsStage(current) {
      unexpected(current)
      skipStage()
    }
    return StageSyntax(body: body, statedShape: shape, label: label, isBroken: isBroken, span: whole)
  }

  private mutating func statedShape() -> AtomSyntax? {
    if endsStage(current) {
      fail("a shape is missing after `->`", at: gap, "as in `-> 42x42x32`")
    } else if current.kind == .word || current.kind == .string || current.kind == .percent {
      fail("\(description(current)) is not a shape", at: span(current), "as in `-> 42x42x32`")
      advance()
    } else {
      return sizeOrValue(of: nil)
    }
    return nil
  }

  private mutating func stageBody() -> StageSyntax.Body {
    let start = current
    guard start.kind == .word else {
      if start.kind == .leftBrace {
        fail("a word is missing before `{`", at: span(start), "`block`, `res`, `branch` or `repeat` takes a group")
      } else if start.kind == .broken || start.kind == .slash {
        unexpected(start)
      } else {
        fail("\(description(start)) cannot begin a line or stage", at: span(start), "a word stands first")
      }
      skipStage()
      let nothing = SourceSpan(file, Int(start.start), Int(start.start))
      return .layer(LayerSyntax(word: NameSyntax(text: "", span: nothing), atoms: [], span: nothing))
    }
    switch text(start) {
    case "res": return .residual(residual())
    case "branch": return .branch(branch())
    case "repeat": return .repetition(repetition())
    default: return .layer(layer())
    }
  }

  /// `conv 3x3x32 pad 1`
  private mutating func layer() -> LayerSyntax {
    let start = current
    let word = NameSyntax(text: text(start), span: span(start))
    if beginsItem(start) {
      fail("`\(word.text)` cannot stand inside a network or group", at: word.span, "a statement with a line of its own")
    }
    advance()
    if let brace = braceInStage() {
      misplacedGroup(at: brace, after: word)
      return LayerSyntax(word: word, atoms: [], span: word.span)
    }
    let atoms = arguments(of: word, endAtAs: true)
    return LayerSyntax(word: word, atoms: atoms, span: span(from: start))
  }

  /// The index of a `{` on the rest of the stage.
  private func braceInStage() -> Int? {
    var ahead = index
    while !endsStage(tokens[ahead]) {
      if tokens[ahead].kind == .leftBrace { return ahead }
      ahead += 1
    }
    return nil
  }

  /// Reports `blok a(c) { … }` or `relu { … }` and reads the group for the problems inside it.
  private mutating func misplacedGroup(at brace: Int, after word: NameSyntax) {
    let near = Suggestion.nearest(to: word.text, among: Keywords.groups)
    if let near {
      fail(
        "unknown word `\(word.text)` before a group", at: word.span, "`block`, `res`, `branch` or `repeat` takes a group",
        [.replacing("did you mean `\(near)`?", word.span, with: near)])
    } else {
      // Of a number or name that is none, the lexer has told.
      isBroken = isBroken || tokens[index..<brace].contains { $0.kind == .broken }
      fail("`\(word.text)` takes no group", at: span(tokens[brace]), "`block`, `res`, `branch` or `repeat` takes one")
    }
    index = brace
    while current.kind == .leftBrace, group() != nil {}
  }

  /// `res { … } via { … }`
  private mutating func residual() -> ResidualSyntax {
    let keyword = current
    advance()
    let body = requiredGroup("`res`")
    var via: ResidualSyntax.Via?
    if current.kind == .newline, isWord(next, "via") { advance() }
    if isWord(current, "via") {
      advance()
      if isWord(current, "auto") {
        via = .auto(span(current))
        advance()
      } else {
        let group = requiredGroup("`via`", "`via { … }` or `via auto`")
        if current.kind == .word, group.stages.isEmpty, isBroken { advance() }
        via = .group(group)
      }
    }
    return ResidualSyntax(keyword: span(keyword), body: body, via: via)
  }

  /// `branch concat { … } { … }`
  private mutating func branch() -> BranchSyntax {
    let keyword = current
    advance()
    let joinToken = current
    let join = joinToken.kind == .word ? BranchSyntax.Join(rawValue: text(joinToken)) : nil
    if join == nil {
      let place = joinToken.kind == .leftBrace || endsStage(joinToken) ? gap : span(joinToken)
      let word = joinToken.kind == .word ? text(joinToken) : ""
      let near = Suggestion.nearest(to: word, among: BranchSyntax.Join.allCases.map(\.rawValue))
      let fixes = near.map { [Diagnostic.Fix.replacing("did you mean `\($0)`?", span(joinToken), with: $0)] } ?? []
      fail("`branch` needs `concat`, `add` or `mul`", at: place, "says how the groups are joined", fixes)
    }
    if joinToken.kind == .word { advance() }
    var groups: [GroupSyntax] = []
    while let group = group() { groups.append(group) }
    if groups.count < 2 {
      fail("`branch` needs at least 2 groups, this has \(groups.count)", at: span(keyword), "as in `branch concat { … } { … }`")
    }
    return BranchSyntax(
      keyword: span(keyword), join: join ?? .concat, joinSpan: joinToken.kind == .word ? span(joinToken) : span(keyword), groups: groups)
  }

  /// `repeat 3 { … }`
  private mutating func repetition() -> RepeatSyntax {
    let keyword = current
    advance()
    var count = ExpressionSyntax.missing(span: gap)
    if current.kind == .leftBrace || endsStage(current) {
      fail("the number of turns is missing after `repeat`", at: gap, "as in `repeat 3 { … }`")
    } else {
      count = singleValue("the number of turns")
    }
    return RepeatSyntax(keyword: span(keyword), count: count, body: requiredGroup("`repeat`"))
  }

  // MARK: Groups

  private mutating func requiredGroup(_ owner: String, _ form: String? = nil) -> GroupSyntax {
    if let group = group() { return group }
    if current.kind == .broken { isBroken = true }
    var fixes: [Diagnostic.Fix] = []
    if owner == "`via`", current.kind == .word, Suggestion.nearest(to: text(current), among: ["auto"]) != nil {
      fixes = [.replacing("did you mean `auto`?", span(current), with: "auto")]
    }
    fail("`{` is missing after \(owner)", at: endsStage(current) ? gap : span(current), form.map { "as in \($0)" } ?? "", fixes)
    return GroupSyntax(stages: [], span: gap)
  }

  /// `{ … }`, also on the next line; nil where no `{` stands.
  mutating func group() -> GroupSyntax? {
    if current.kind == .newline, next.kind == .leftBrace { advance() }
    guard current.kind == .leftBrace, !reports.isFull else { return nil }
    count()
    let open = index
    guard nesting < Limits.nesting else {
      fail("groups stand \(Limits.nesting) deep at most", at: span(current), "one more", code: .limit)
      // Without a `}` of its own it holds the rest of the file.
      index = closingBrace[index] ?? tokens.count - 1
      advance()
      return GroupSyntax(stages: [], span: span(from: tokens[open]))
    }
    nesting += 1
    defer { nesting -= 1 }
    advance()
    skipNewline()
    let stages = stages(in: open)
    if current.kind == .rightBrace {
      advance()
    } else {
      isBroken = true
      unclosed.append(span(tokens[open]))
    }
    return GroupSyntax(stages: stages, span: span(from: tokens[open]))
  }

  // MARK: What cannot stand where it stands

  /// Reports a token after which a stage or item cannot be understood.
  mutating func unexpected(_ token: Token) {
    switch token.kind {
    case .broken: isBroken = true
    case .rightParenthesis: fail("this `)` closes nothing", at: span(token))
    case .rightBrace: fail("this `}` closes nothing", at: span(token))
    case .leftBrace:
      fail("a group cannot stand here", at: span(token), "`block`, `res`, `branch` or `repeat` takes a group")
    case .slash where next.kind == .slash && next.touchesPrevious:
      let slashes = span(token).through(span(next))
      fail("`//` cannot stand here", at: slashes, "a comment begins with `#`", [.replacing("write", slashes, with: "#", .certain)])
    case .word, .integer, .decimal, .percent, .reference, .string, .times, .pipe, .comma, .arrow, .equals, .colon, .leftParenthesis,
      .plus, .minus, .star, .slash, .newline, .end:
      fail("\(description(token)) cannot stand here", at: span(token))
    }
  }
}
