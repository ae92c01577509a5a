import NNDiagnostics

/// The canonical layout of a file that has no problems. Reading the text again gives the same tree, and printing that the
/// same text.
///
/// Line breaks between stages stay where they are, a `|` at the start or end of a line goes, groups keep to one line or are
/// indented by two, one blank separates arguments, and at most one empty line is kept. Comments stay with their line and at
/// their column; one inside what becomes a single line moves above it.
public func canonicalText(of tree: FileSyntax) -> String {
  var printer = Printer(file: tree.file)
  for item in tree.items { printer.item(item) }
  return PrintedLines(tree).text(of: printer.lines)
}

/// Turns the tree into lines of text; comments and empty lines are put between them afterwards.
private struct Printer {
  let file: SourceFile
  private(set) var lines: [PrintedLine] = []
  private var indent = 0
  private var current: PrintedLine?

  init(file: SourceFile) { self.file = file }

  // MARK: Lines

  /// Adds words that stand at a place of the source; a blank goes before them except where told.
  private mutating func add(_ text: String, _ span: SourceSpan, isTight: Bool = false) {
    guard var line = current else {
      current = PrintedLine(indent: indent, text: text, start: span.start, end: span.end, closes: text == "}")
      return
    }
    line.text += (isTight ? "" : " ") + text
    line.end = max(line.end, span.end)
    current = line
  }

  private mutating func endLine() {
    if let line = current { lines.append(line) }
    current = nil
  }

  private func areOnOneLine(_ a: Int, _ b: Int) -> Bool { file.line(at: a) == file.line(at: b) }

  private func firstByte(_ span: SourceSpan) -> SourceSpan { SourceSpan(file, span.start, span.start + 1) }
  private func lastByte(_ span: SourceSpan) -> SourceSpan { SourceSpan(file, max(span.start, span.end - 1), span.end) }

  // MARK: Items

  mutating func item(_ item: ItemSyntax) {
    switch item {
    case .header(let header):
      add(header.word.text, header.word.span)
      arguments(header.atoms)
    case .letBinding(let binding):
      add("let \(binding.name.text) = \(text(binding.value))", binding.span)
    case .use(let use):
      add("use \"\(use.path.text)\"", use.span)
    case .block(let block):
      let parameters = block.parameters.map { $0.name.text + ($0.defaultValue.map { " = \(text($0))" } ?? "") }
      let list = parameters.isEmpty ? "" : "(" + parameters.joined(separator: ", ") + ")"
      add("block \(block.name.text)\(list)", SourceSpan(file, block.span.start, block.body.span.start))
      group(block.body)
    case .pipeline(let pipeline):
      stages(pipeline.stages)
    }
    endLine()
  }

  private mutating func stages(_ stages: [StageSyntax]) {
    for (index, stage) in stages.enumerated() {
      if index > 0 {
        if areOnOneLine(stages[index - 1].span.end, stage.span.start) { add("|", firstByte(stage.span)) } else { endLine() }
      }
      self.stage(stage)
    }
  }

  private mutating func stage(_ stage: StageSyntax) {
    switch stage.body {
    case .layer(let layer):
      add(layer.word.text, layer.word.span)
      arguments(layer.atoms)
    case .residual(let residual):
      add("res", residual.keyword)
      group(residual.body)
      switch residual.via {
      case .group(let via)?:
        add("via", firstByte(via.span))
        group(via)
      case .auto(let span)?: add("via auto", span)
      case nil: break
      }
    case .branch(let branch): self.branch(branch)
    case .repetition(let repetition):
      add("repeat \(text(repetition.count))", repetition.keyword.through(repetition.count.span))
      group(repetition.body)
    }
    if let shape = stage.statedShape { add("-> " + text(shape), shape.span) }
    if let label = stage.label { add("as " + label.text, label.span) }
  }

  private mutating func branch(_ branch: BranchSyntax) {
    add("branch \(branch.join.rawValue)", branch.keyword.through(branch.joinSpan))
    var end = branch.joinSpan.end
    indent += 1
    defer { indent -= 1 }
    for group in branch.groups {
      let isOwnLine = !areOnOneLine(end, group.span.start)
      if isOwnLine { endLine() }
      self.group(group)
      end = group.span.end
    }
  }

  private mutating func group(_ group: GroupSyntax) {
    if areOnOneLine(group.span.start, max(group.span.start, group.span.end - 1)) {
      add(group.stages.isEmpty ? "{}" : "{", firstByte(group.span))
      stages(group.stages)
      if !group.stages.isEmpty { add("}", lastByte(group.span)) }
      return
    }
    let outer = indent
    add("{", firstByte(group.span))
    indent = (current?.indent ?? indent) + 1
    endLine()
    stages(group.stages)
    endLine()
    indent -= 1
    add("}", lastByte(group.span))
    indent = outer
  }

  // MARK: Arguments

  private mutating func arguments(_ atoms: [AtomSyntax]) {
    let outer = indent
    for (index, atom) in atoms.enumerated() {
      if index > 0, atoms[index - 1].isComma, !areOnOneLine(atoms[index - 1].span.start, atom.span.start) {
        endLine()
        indent = outer + 1
      }
      add(text(atom), atom.span, isTight: atom.isComma)
    }
    indent = outer
  }

  private func text(_ atom: AtomSyntax) -> String {
    switch atom.kind {
    case .size(let parts):
      return parts.enumerated().map { index, part in
        if case .reference(let name, _) = part, index < parts.count - 1 { return "${\(name)}" }
        return text(part)
      }.joined(separator: "x")
    case .value(let value): return text(value)
    case .string(let string): return "\"\(string)\""
    case .word(let word): return word
    case .comma: return ","
    }
  }

  private func text(_ expression: ExpressionSyntax) -> String {
    switch expression {
    case .number(_, let span), .percent(_, let span), .missing(let span): span.text
    case .reference(let name, _): "$" + name
    case .negate(let value, _): "-" + text(value)
    case .binary(let symbol, let left, let right, _): text(left) + symbol.rawValue + text(right)
    case .parenthesised(let value, _): "(" + text(value) + ")"
    }
  }
}
