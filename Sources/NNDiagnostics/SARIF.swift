/// Problems as one SARIF 2.1.0 document (OASIS standard): what code hosts and editors read as results of an analysis.
///
/// Paths are given as the user gave them, relative to the folder `nnc` was started in. Columns count characters (Unicode scalars) from 1, as in
/// all messages. A certain or probable fix is a `fix` with its replacements; advice stays in the message.
public enum SARIF {
  /// - Parameters:
  ///   - version: of `nnc`.
  ///   - rules: one line on each code, for the list of rules.
  public static func document(_ diagnostics: [Diagnostic], version: String, rules: (Code) -> String) -> JSONValue {
    let used = Code.allCases.filter { code in diagnostics.contains { $0.code == code } }
    let driver: JSONValue = [
      "name": "nnc", "version": .string(version),
      "rules": .array(
        used.map { code in
          [
            "id": .string(code.rawValue), "shortDescription": ["text": .string(rules(code))],
            "help": ["text": .string("nnc explain \(code.rawValue)")],
          ]
        }),
    ]
    let run: JSONValue = [
      "tool": ["driver": driver], "columnKind": "unicodeCodePoints",
      "results": .array(
        diagnostics.map { diagnostic in
          let index = used.firstIndex(of: diagnostic.code) ?? 0
          return result(diagnostic, ruleIndex: index)
        }),
    ]
    return [
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", "version": "2.1.0",
      "runs": [run],
    ]
  }

  private static func result(_ diagnostic: Diagnostic, ruleIndex: Int) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      ("ruleId", .string(diagnostic.code.rawValue)), ("ruleIndex", .integer(ruleIndex)),
      ("level", .string(diagnostic.severity.rawValue)), ("message", ["text": .string(text(diagnostic))]),
    ]
    if let primary = diagnostic.primary { members.append(("locations", [location(primary, id: nil)])) }
    if !diagnostic.labels.isEmpty {
      let related = diagnostic.labels.enumerated().map { location($0.element, id: $0.offset) }
      members.append(("relatedLocations", .array(related)))
    }
    let fixes = diagnostic.fixes.filter { !$0.edits.isEmpty }
    if !fixes.isEmpty { members.append(("fixes", .array(fixes.map(fix)))) }
    return .object(members)
  }

  /// The message, the words at its place, facts and advice, a line each.
  private static func text(_ diagnostic: Diagnostic) -> String {
    let label = diagnostic.primary.map(\.text) ?? ""
    let advice = diagnostic.fixes.map { "help: \($0.title)" }
    return ([diagnostic.message, label] + diagnostic.notes + advice).filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private static func location(_ label: Diagnostic.Label, id: Int?) -> JSONValue {
    let physical: JSONValue = ["artifactLocation": artifact(label.span.file), "region": region(label.span)]
    var members: [(key: String, value: JSONValue)] = [("physicalLocation", physical)]
    if let id { members = [("id", .integer(id))] + members }
    if !label.text.isEmpty { members.append(("message", ["text": .string(label.text)])) }
    return .object(members)
  }

  private static func fix(_ fix: Diagnostic.Fix) -> JSONValue {
    var changes: [(file: SourceFile, edits: [Diagnostic.Edit])] = []
    for edit in fix.edits {
      if let index = changes.firstIndex(where: { $0.file === edit.span.file }) {
        changes[index].edits.append(edit)
      } else {
        changes.append((edit.span.file, [edit]))
      }
    }
    let artifacts = changes.map { change -> JSONValue in
      let replacements = change.edits.map { edit -> JSONValue in
        ["deletedRegion": region(edit.span), "insertedContent": ["text": .string(edit.replacement)]]
      }
      return ["artifactLocation": artifact(change.file), "replacements": .array(replacements)]
    }
    return ["description": ["text": .string(fix.title)], "artifactChanges": .array(artifacts)]
  }

  private static func region(_ span: SourceSpan) -> JSONValue {
    let (start, end) = (span.startPosition, span.endPosition)
    return [
      "startLine": .integer(start.line), "startColumn": .integer(start.column), "endLine": .integer(end.line),
      "endColumn": .integer(end.column),
    ]
  }

  private static func artifact(_ file: SourceFile) -> JSONValue { ["uri": .string(uri(file.name))] }

  /// A path as a URI reference (RFC 3986): what is no unreserved character or `/` becomes `%XX`.
  public static func uri(_ path: String) -> String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
    let text = path.utf8.map { byte in
      if plain.contains(byte) { return String(Unicode.Scalar(byte)) }
      let digits = String(byte, radix: 16, uppercase: true)
      return digits.utf8.count < 2 ? "%0\(digits)" : "%\(digits)"
    }.joined()
    return path.hasPrefix("/") ? "file://\(text)" : text
  }
}
