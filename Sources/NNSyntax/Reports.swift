import NNDiagnostics

/// Collects the problems of one file. A file that is not meant to be a model at all would give a million of them, so that
/// reading ends at a limit.
final class Reports {
  private(set) var diagnostics: [Diagnostic] = []
  /// The limit is reached and nothing more is taken.
  private(set) var isFull = false

  func add(_ diagnostic: Diagnostic) {
    guard !isFull else { return }
    diagnostics.append(diagnostic)
    guard diagnostics.count == Limits.diagnostics else { return }
    isFull = true
    let message = "\(Limits.diagnostics) errors: the rest of the file was not looked at"
    diagnostics.append(Diagnostic(.limit, message, at: diagnostic.primary?.span))
  }

  /// A limit of the file is reached: reading ends.
  func stop(_ message: String, at span: SourceSpan) {
    guard !isFull else { return }
    diagnostics.append(Diagnostic(.limit, message, at: span, "the rest of the file was not looked at"))
    isFull = true
  }

  func add(
    _ code: Code, _ message: String, _ span: SourceSpan, _ label: String = "", _ fixes: [Diagnostic.Fix] = [],
    labels: [Diagnostic.Label] = []
  ) {
    add(Diagnostic(code, message, at: span, label, labels: labels, fixes: fixes))
  }

  /// In the order of the file.
  var sorted: [Diagnostic] {
    let numbered = diagnostics.enumerated().sorted { a, b in
      (a.element.primary?.span.start ?? 0, a.offset) < (b.element.primary?.span.start ?? 0, b.offset)
    }
    return numbered.map(\.element)
  }
}

/// What a file may hold at most (NN105). Each is far above what a person writes.
package enum Limits {
  /// Bytes of one file.
  package static let fileSize = 10 * 1024 * 1024
  /// Groups and parentheses inside each other, and operators in a row; recursion over the tree is as deep.
  package static let nesting = 200
  package static let sizeParts = 8
  /// Problems of one file.
  package static let diagnostics = 100
  /// Bytes of one word, number or text.
  static let word = 4096
  /// Words and signs of one file.
  static let tokens = 1 << 20
  /// Statements, stages and groups of one file.
  static let parts = 50_000
}
