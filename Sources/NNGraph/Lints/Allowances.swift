import NNDiagnostics
import NNSyntax

/// `# nnc: allow NN351` on a line switches a lint off there.
struct Allowances {
  private struct Line: Hashable {
    let file: ObjectIdentifier
    let number: Int
  }
  private var allowed: [Line: Set<String>] = [:]
  private var unknown: [Diagnostic] = []

  init(files: [FileSyntax]) {
    for file in files {
      for comment in file.comments { read(comment, in: file.file) }
    }
  }

  private mutating func read(_ comment: CommentSyntax, in file: SourceFile) {
    let words = comment.span.text.dropFirst().split(whereSeparator: { $0 == " " || $0 == "," || $0 == "\t" }).map(String.init)
    guard words.count >= 2, words[0] == "nnc:", words[1] == "allow" else { return }
    let line = Line(file: ObjectIdentifier(file), number: file.line(at: comment.span.start))
    for word in words.dropFirst(2).prefix(while: { $0.hasPrefix("NN") }) {
      if Code(rawValue: word) == nil, unknown.count < Limits.diagnostics {
        unknown.append(Diagnostic(.unused, .warning, "`\(word)` is not the code of a lint", at: comment.span))
      }
      allowed[line, default: []].insert(word)
    }
  }

  /// Without the warnings that are switched off where they stand.
  func filtered(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    let kept = diagnostics.filter { diagnostic in
      guard diagnostic.severity == .warning, !allowed.isEmpty, let span = diagnostic.primary?.span else { return true }
      let line = Line(file: ObjectIdentifier(span.file), number: span.file.line(at: span.start))
      return !(allowed[line]?.contains(diagnostic.code.rawValue) ?? false)
    }
    return kept + unknown
  }
}
