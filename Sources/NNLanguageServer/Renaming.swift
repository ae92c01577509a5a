import NNDiagnostics
import NNGraph
import NNSyntax

/// Every place of a constant, block, parameter or label, and a new name for all of them.
struct Renaming {
  private let place: DocumentPlace
  private let names: Names
  /// nil where no name of this file stands at the place.
  private let target: Names.Definition?

  init(_ place: DocumentPlace) {
    self.place = place
    names = Names(parse(place.file).0)
    let found = Navigation(place).target ?? Renaming.parameter(named: place, in: names)
    target = found.flatMap { $0.span.file === place.file ? $0 : nil }
  }

  /// `s` of `basic 32 s 2`.
  private static func parameter(named place: DocumentPlace, in names: Names) -> Names.Definition? {
    guard let argument = names.arguments.first(where: { $0.span.start <= place.offset && place.offset <= $0.span.end }) else { return nil }
    return names.definitions.first { $0.kind == .parameter && $0.owner == argument.block && $0.name == argument.name }
  }

  // MARK: Answers

  /// All places, for `textDocument/references`.
  /// - Parameter withDefinition: the place where it is defined is one of them.
  func references(withDefinition: Bool) -> JSONValue {
    guard let target else { return .null }
    let places = spans.filter { withDefinition || $0.start != target.span.start }
    return .array(places.map { place.view.location($0) })
  }

  /// The name alone, for the editor's field.
  var prepared: JSONValue {
    guard let target, let span = spans.first(where: { $0.start <= place.offset && place.offset <= $0.end }) else { return .null }
    return ["range": place.view.encoding.range(of: bare(span)), "placeholder": .string(target.name)]
  }

  /// The change of all places; null where the new name is none, or would make a sound file wrong.
  func edit(to name: String) -> JSONValue {
    guard target != nil, NameRule.isName(name) else { return .null }
    let edits = spans.map { Diagnostic.Edit(bare($0), name) }
    var options = CheckOptions()
    options.readFile = place.view.readFile
    options.provesFixes = false
    let before = check(place.file, options: options)
    let after = check(place.file.applying(edits), options: options)
    guard errors(after) <= errors(before) else { return .null }
    return place.view.workspaceEdit(edits)
  }

  private func errors(_ result: CheckResult) -> Int { result.diagnostics.count { $0.severity == .error } }

  // MARK: Places

  /// In the order of the file.
  private var spans: [SourceSpan] {
    guard let target else { return [] }
    var spans = [target.span]
    for reference in names.references where reference.name == target.name {
      let meant = names.definition(of: reference.name, reference.kind, at: reference.span.start) { _ in .failure(FileProblem("closed")) }
      if meant?.span.start == target.span.start, meant?.kind == target.kind { spans.append(reference.span) }
    }
    if target.kind == .parameter {
      spans += names.arguments.filter { $0.block == target.owner && $0.name == target.name }.map(\.span)
    }
    return spans.sorted { $0.start < $1.start }
  }

  /// Without `$` and braces.
  private func bare(_ span: SourceSpan) -> SourceSpan {
    let text = span.text
    if text.hasPrefix("${") { return SourceSpan(span.file, span.start + 2, span.end - 1) }
    return text.hasPrefix("$") ? SourceSpan(span.file, span.start + 1, span.end) : span
  }
}
