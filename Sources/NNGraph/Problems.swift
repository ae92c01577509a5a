import NNDiagnostics
import NNSyntax

/// Collects what the passes find. A block that is used twice would report its problems twice: one code at one place counts once.
final class Problems {
  private(set) var all: [Diagnostic] = []
  private var seen: Set<Key> = []

  private struct Key: Hashable {
    let code: Code
    let place: SourceSpan
  }

  /// Errors so far, each time one is reported, at whatever place.
  private(set) var errorCount = 0
  private var kept: (errors: Int, warnings: Int) = (0, 0)

  /// So many errors were found that the file is not meant to be a model at all; nothing more is taken.
  var isFull: Bool { kept.errors >= Limits.diagnostics }

  func add(_ diagnostic: Diagnostic) {
    let isError = diagnostic.severity == .error
    if isError { errorCount += 1 }
    guard !isFull, isError || kept.warnings < Limits.diagnostics else { return }
    if let span = diagnostic.primary?.span {
      guard seen.insert(Key(code: diagnostic.code, place: span)).inserted else { return }
    }
    all.append(diagnostic)
    if isError { kept.errors += 1 } else { kept.warnings += 1 }
    guard (isError ? kept.errors : kept.warnings) == Limits.diagnostics else { return }
    let what = isError ? "errors: the rest of the file was not looked at" : "warnings: further ones are not shown"
    all.append(Diagnostic(.limit, diagnostic.severity, "\(Limits.diagnostics) \(what)", at: diagnostic.primary?.span))
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
