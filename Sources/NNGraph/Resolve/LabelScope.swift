import NNDiagnostics
import NNSyntax

/// The labels that are visible at a place: those of its group, and of the groups around it. A copy per group ends with it.
struct LabelScope {
  private var labels: [String: (number: Int, span: SourceSpan)] = [:]

  mutating func define(_ label: NameSyntax, _ number: Int, _ problems: Problems) {
    if let first = labels[label.text] {
      problems.add(.label, "label `\(label.text)` is given twice", at: label.span, "second", labels: [.init(first.span, "first")])
      return
    }
    labels[label.text] = (number, label.span)
  }

  /// The number of a label that `add` or `concat` names; nil where it is not visible, which is reported.
  func find(_ name: String, at span: SourceSpan, _ problems: Problems) -> Int? {
    if let label = labels[name] { return label.number }
    var fixes: [Diagnostic.Fix] = []
    if let near = Suggestion.nearest(to: name, among: labels.keys.sorted()) {
      fixes = [.init("did you mean `\(near)`?", .probable, edits: [.init(span, near)])]
    }
    let known = labels.keys.sorted().map { "`\($0)`" }.joined(separator: ", ")
    problems.add(
      .label, "unknown label `\(name)`", at: span, "no stage before it is labelled so",
      notes: [
        known.isEmpty ? "a stage gets a label with `as`: `relu as \(name)`" : "labels that are visible here: \(known)",
        "a label is visible from its stage to the end of its group",
      ], fixes: fixes)
    return nil
  }
}
