import NNDiagnostics
import NNSyntax

/// A line whose first word is no layer but close to a statement was meant as one: NN102.
struct MisspeltStatements {
  let definitions: Definitions
  let headers: [String: HeaderSyntax]
  let problems: Problems

  /// Reports a stage that was meant as a statement; true where it was.
  func report(_ stage: StageSyntax) -> Bool {
    guard case .layer(let layer) = stage.body, !stage.isBroken, !Words.isLayer(layer.word.text),
      definitions.block(layer.word.text) == nil, LinePosition.beginsLine(layer.span)
    else { return false }
    let word = layer.word.text
    if OtherFrameworks.layer(for: word) == nil, let foreign = OtherFrameworks.statement(for: word) {
      report(layer, [fix(foreign, layer)])
      return true
    }
    guard let near = nearestStatement(to: word, isAlone: LinePosition.isAlone(stage.span)) else { return false }
    report(layer, [.init("did you mean `\(near)`?", .probable, edits: [.init(layer.word.span, near)])])
    return true
  }

  private func report(_ layer: LayerSyntax, _ fixes: [Diagnostic.Fix]) {
    problems.add(
      .unknownStatement, "unknown statement `\(layer.word.text)`", at: layer.word.span, "not a statement", fixes: fixes)
  }

  /// The statement a word is nearer to than to any layer; where both are as near, a word with a line of its own is a statement.
  private func nearestStatement(to word: String, isAlone: Bool) -> String? {
    let statements = HeaderWords.all + ["let", "use", "block"]
    guard OtherFrameworks.layer(for: word) == nil, let statement = Suggestion.nearest(to: word, among: statements) else { return nil }
    let stages = Words.layers + Array(definitions.blocks.keys) + ["res", "branch", "repeat"]
    guard let stage = Suggestion.nearest(to: word, among: stages) else { return statement }
    let typed = Array(word.lowercased().utf8)
    let (toStatement, toStage) = (Suggestion.distance(typed, Array(statement.utf8)), Suggestion.distance(typed, Array(stage.utf8)))
    return toStatement < toStage || (toStatement == toStage && isAlone) ? statement : nil
  }

  private func fix(_ foreign: (help: String, line: String), _ layer: LayerSyntax) -> Diagnostic.Fix {
    let value = layer.atoms.map(\.span.text).joined(separator: " ")
    let line = foreign.line.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
    let text = line.joined(separator: value)
    guard !value.isEmpty, let word = text.split(separator: " ").first, headers[String(word)] == nil else {
      return .init("\(foreign.help): `\(value.isEmpty ? foreign.line : text)`")
    }
    return .init(foreign.help, .probable, edits: [.init(layer.span, text)])
  }
}

/// What stands around a span in its line.
enum LinePosition {
  /// Nothing but blanks stands before it in its line, and the line before does not end with `|`.
  static func beginsLine(_ span: SourceSpan) -> Bool {
    let bytes = span.file.bytes
    var offset = span.start - 1
    while offset >= 0, isBlank(bytes[offset]) { offset -= 1 }
    guard offset < 0 || bytes[offset] == UInt8(ascii: "\n") else { return false }
    while offset >= 0, isBlank(bytes[offset]) || bytes[offset] == UInt8(ascii: "\n") { offset -= 1 }
    return offset < 0 || bytes[offset] != UInt8(ascii: "|")
  }

  /// Nothing but a comment follows it in its line.
  static func isAlone(_ span: SourceSpan) -> Bool {
    let bytes = span.file.bytes
    var offset = span.end
    while offset < bytes.count, isBlank(bytes[offset]) { offset += 1 }
    return offset >= bytes.count || bytes[offset] == UInt8(ascii: "\n") || bytes[offset] == UInt8(ascii: "#")
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }
}
