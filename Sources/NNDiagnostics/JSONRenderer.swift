extension Diagnostic {
  /// The diagnostic as one JSON object; lines and columns count from 1, offsets are bytes from 0.
  ///
  /// `file` and `span` are null where the problem has no place. A label, or the edits of a fix, in another file than the
  /// primary place say so with a key `file` of their own.
  public var json: JSONValue {
    let file = primary?.span.file
    return [
      "code": .string(code.rawValue),
      "severity": .string(severity.rawValue),
      "message": .string(message),
      "file": JSONValue(file?.name),
      "span": primary.map { Self.json($0.span) } ?? .null,
      "labels": .array(labels.map { Self.json($0, in: file) }),
      "notes": .array(notes.map(JSONValue.string)),
      "fixes": .array(fixes.map { Self.json($0, in: file) }),
      "url": .string("nnc explain \(code.rawValue)"),
    ]
  }

  private static func json(_ span: SourceSpan) -> JSONValue {
    ["start": json(span.startPosition), "end": json(span.endPosition)]
  }

  private static func json(_ position: SourcePosition) -> JSONValue {
    ["line": .integer(position.line), "column": .integer(position.column), "offset": .integer(position.offset)]
  }

  private static func json(_ label: Label, in file: SourceFile?) -> JSONValue {
    .object(
      [(key: "text", value: .string(label.text)), (key: "span", value: json(label.span))] + foreign(label.span.file, file))
  }

  private static func json(_ fix: Fix, in file: SourceFile?) -> JSONValue {
    let edits = fix.edits.map { edit -> JSONValue in
      let span = edit.span
      return .object(
        [
          (key: "start", value: .integer(span.startPosition.offset)), (key: "end", value: .integer(span.endPosition.offset)),
          (key: "text", value: .string(edit.replacement)),
        ] + foreign(span.file, file))
    }
    return [
      "title": .string(fix.title), "applicability": .string(fix.applicability.rawValue), "edits": .array(edits),
    ]
  }

  /// The key `file`, where a place is in another file than the diagnostic.
  private static func foreign(_ own: SourceFile, _ file: SourceFile?) -> [(key: String, value: JSONValue)] {
    own === file ? [] : [(key: "file", value: .string(own.name))]
  }
}
