import NNDiagnostics
import NNSyntax

/// A diagnostic as the protocol has it.
struct ProblemJSON {
  let view: DocumentView
  let problem: Diagnostic

  var value: JSONValue {
    // A problem of another file, or of none, is shown at the start of this one.
    let own = problem.primary.flatMap { $0.span.file === view.file ? $0.span : nil }
    let span = own ?? SourceSpan(view.file, 0, 0)
    let label = problem.primary.map(\.text) ?? ""
    let advice = problem.fixes.map { "help: \($0.title)" }
    let place = own == nil ? problem.primary.map { ["\($0.span.file.name):\($0.span.startPosition.line)"] } ?? [] : []
    let lines = [problem.message, label] + place + problem.notes + advice
    var members: [(key: String, value: JSONValue)] = [
      ("range", view.encoding.range(of: span)), ("severity", problem.severity == .error ? 1 : 2), ("code", .string(problem.code.rawValue)),
      ("source", "nnc"), ("message", .string(lines.filter { !$0.isEmpty }.joined(separator: "\n"))),
    ]
    if problem.code == .unused { members.append(("tags", [1])) }
    if !problem.labels.isEmpty {
      let related = problem.labels.map { label -> JSONValue in ["location": view.location(label.span), "message": .string(label.text)] }
      members.append(("relatedInformation", .array(related)))
    }
    return .object(members)
  }
}

/// The changes that were proved, for the problems at a range.
struct QuickFixes {
  let view: DocumentView
  let parameters: JSONValue

  var answer: JSONValue {
    let wanted = view.offsets(in: parameters)
    var actions: [JSONValue] = []
    for problem in view.check().diagnostics {
      guard let span = problem.primary?.span, span.file === view.file, span.start <= wanted.upperBound, wanted.lowerBound <= span.end
      else { continue }
      let fixes = problem.fixes.filter { fix in !fix.edits.isEmpty && fix.edits.allSatisfy { $0.span.file === view.file } }
      actions += fixes.enumerated().map { action($0.element, of: problem, isPreferred: $0.offset == 0) }
      if problem.code.isLint { actions.append(allowance(problem, span)) }
    }
    return .array(actions)
  }

  private func action(_ fix: Diagnostic.Fix, of problem: Diagnostic, isPreferred: Bool) -> JSONValue {
    [
      "title": .string(fix.title), "kind": "quickfix", "diagnostics": [ProblemJSON(view: view, problem: problem).value],
      "isPreferred": .bool(isPreferred), "edit": view.workspaceEdit(fix.edits),
    ]
  }

  /// `# nnc: allow NN351` at the end of the line; behind a comment that allows something already, its code alone.
  private func allowance(_ problem: Diagnostic, _ span: SourceSpan) -> JSONValue {
    let line = view.file.range(ofLine: view.file.line(at: span.start))
    let text = view.file.text(SourceSpan(view.file, line.lowerBound, line.upperBound))
    let isBegun = text.contains("# nnc: allow NN")
    let addition = isBegun ? " \(problem.code.rawValue)" : "  # nnc: allow \(problem.code.rawValue)"
    let place = SourceSpan(view.file, line.upperBound, line.upperBound)
    return [
      "title": .string("allow \(problem.code.rawValue) on this line"), "kind": "quickfix",
      "diagnostics": [ProblemJSON(view: view, problem: problem).value], "edit": view.workspaceEdit([.init(place, addition)]),
    ]
  }
}

/// The canonical layout; a file with a syntax error stays as it is.
struct Formatting {
  let view: DocumentView

  var answer: JSONValue {
    let (tree, problems) = parse(view.file)
    guard problems.isEmpty else { return .null }
    let text = canonicalText(of: tree)
    guard Array(text.utf8) != view.file.bytes else { return [] }
    return [["range": view.encoding.range(of: SourceSpan(view.file, 0, view.file.bytes.count)), "newText": .string(text)]]
  }
}
