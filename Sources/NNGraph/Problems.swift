import NNDiagnostics

/// Collects what the passes find. A block that is used twice would report its problems twice: one code at one place counts once.
final class Problems {
  private(set) var all: [Diagnostic] = []
  private var seen: Set<Key> = []

  private struct Key: Hashable {
    let code: Code
    let file: ObjectIdentifier
    let start: Int
    let end: Int
  }

  func add(_ diagnostic: Diagnostic) {
    if let span = diagnostic.primary?.span {
      let key = Key(code: diagnostic.code, file: ObjectIdentifier(span.file), start: span.start, end: span.end)
      guard seen.insert(key).inserted else { return }
    }
    all.append(diagnostic)
  }

  func add(
    _ code: Code, _ message: String, at span: SourceSpan?, _ label: String = "", labels: [Diagnostic.Label] = [], notes: [String] = [],
    fixes: [Diagnostic.Fix] = []
  ) {
    add(Diagnostic(code, message, at: span, label, labels: labels, notes: notes, fixes: fixes))
  }

  func warn(
    _ code: Code, _ message: String, at span: SourceSpan, _ label: String = "", labels: [Diagnostic.Label] = [], notes: [String] = [],
    fixes: [Diagnostic.Fix] = []
  ) {
    add(Diagnostic(code, .warning, message, at: span, label, labels: labels, notes: notes, fixes: fixes))
  }

  var hasErrors: Bool { all.contains { $0.severity == .error } }
}
