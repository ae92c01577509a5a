import NNDiagnostics

/// The edit that takes a stage out of its line, with the `|` that would be left over.
enum StageRemoval {
  /// nil where something else than `|`, a line end or a brace stands beside it: a label, a stated shape.
  static func edit(_ stage: SourceSpan) -> Diagnostic.Edit? {
    let bytes = stage.file.bytes
    var after = stage.end
    while after < bytes.count, isBlank(bytes[after]) { after += 1 }
    if after < bytes.count, bytes[after] == UInt8(ascii: "|") {
      after += 1
      while after < bytes.count, isBlank(bytes[after]) { after += 1 }
      return Diagnostic.Edit(SourceSpan(stage.file, stage.start, after), "")
    }
    let ends =
      after >= bytes.count || [UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "#"), UInt8(ascii: "}")].contains(bytes[after])
    guard ends else { return nil }
    var before = stage.start
    while before > 0, isBlank(bytes[before - 1]) { before -= 1 }
    if before > 0, bytes[before - 1] == UInt8(ascii: "|") {
      before -= 1
      while before > 0, isBlank(bytes[before - 1]) { before -= 1 }
      return Diagnostic.Edit(SourceSpan(stage.file, before, stage.end), "")
    }
    guard LinePosition.beginsLine(stage), LinePosition.isAlone(stage) else { return nil }
    return Diagnostic.Edit(LinePosition.wholeLine(of: stage), "")
  }
}
