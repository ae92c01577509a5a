import NNDiagnostics
import NNLayers
import NNSyntax

/// Binds one header statement to its table entry.
struct StatementBinder {
  let statement: Statement
  let header: HeaderSyntax
  let scope: Scope
  let problems: Problems

  /// The forms as written, or nil where something was reported or a number depends on data that is not here.
  func bind() -> [BoundForm]? {
    guard !header.atoms.isEmpty else {
      problems.add(
        .syntax, "`\(statement.word)` needs a value", at: header.word.span, "nothing follows", notes: [formsNote] + examples)
      return nil
    }
    let items = statement.isList ? listItems() : [header.atoms[...]]
    guard let items else { return nil }
    let forms = items.map(bindItem)
    let known = forms.compactMap { $0 }
    return known.count == forms.count ? known : nil
  }

  private func listItems() -> [ArraySlice<AtomSyntax>]? {
    var items: [ArraySlice<AtomSyntax>] = []
    var start = header.atoms.startIndex
    for (index, atom) in header.atoms.enumerated() {
      guard case .comma = atom.kind else { continue }
      guard index > start, index + 1 < header.atoms.endIndex else {
        problems.add(.syntax, "something is missing \(index > start ? "after" : "before") `,`", at: atom.span)
        return nil
      }
      items.append(header.atoms[start..<index])
      start = index + 1
    }
    return items + [header.atoms[start...]]
  }

  private func bindItem(_ atoms: ArraySlice<AtomSyntax>) -> BoundForm? {
    guard let first = atoms.first else { return nil }
    if case .word(let text) = first.kind, let form = statement.forms.first(where: { $0.word == text }) {
      return bind(atoms.dropFirst(), to: form, NameSyntax(text: text, span: first.span))
    }
    if let form = statement.forms.first(where: { $0.word == nil }), begins(form, with: first) {
      return bind(atoms, to: form, header.word)
    }
    reportUnknownForm(first)
    return nil
  }

  /// A statement whose only form begins with an argument takes anything: the argument's own message is the better one.
  private func begins(_ form: StatementForm, with atom: AtomSyntax) -> Bool {
    if statement.forms.count == 1 { return true }
    if let first = form.positional.first {
      // `data cvs "x.csv"`: a misspelt form is no name.
      if case .word(let text) = atom.kind, header.atoms.count > 1,
        Suggestion.nearest(to: text, among: statement.forms.compactMap(\.word)) != nil
          || ForeignForms.form(of: statement.word, for: text) != nil
      {
        return false
      }
      return ValueReader.suits(atom, first)
    }
    guard case .word(let text) = atom.kind else { return false }
    return form.named.contains { $0.name == text } || form.flags.contains { $0.name == text }
  }

  private func bind(_ atoms: ArraySlice<AtomSyntax>, to form: StatementForm, _ word: NameSyntax) -> BoundForm? {
    let arguments = ArgumentForm(form, of: statement.word, siblings: statement.isList ? statement.forms.compactMap(\.word) : [])
    var binder = ArgumentBinder(arguments, word, atoms, scope, problems)
    let bound = binder.bind()
    return bound.isComplete ? BoundForm(word: form.word, span: word.span, bound: bound) : nil
  }

  private func reportUnknownForm(_ atom: AtomSyntax) {
    var fixes: [Diagnostic.Fix] = []
    var candidates: [Diagnostic.Fix] = []
    let words = statement.forms.compactMap(\.word)
    if case .value = atom.kind {
      candidates = TextRepairs.candidates(forStatementAt: atom.span)
      candidates += words.map { .inserting("`\($0)` is missing before it", "\($0) ", at: atom.span.start, in: atom.span.file) }
    }
    if case .word(let text) = atom.kind {
      if var foreign = ForeignForms.form(of: statement.word, for: text) {
        // What follows takes the place of the usual.
        if isFollowed(atom), let word = foreign.split(separator: " ").first { foreign = String(word) }
        fixes = [.init("it is called `\(foreign)` here", .probable, edits: [.init(atom.span, foreign)], isFact: true)]
      } else if let near = Suggestion.nearest(to: text, among: words) ?? words.first(where: { $0.lowercased() == text.lowercased() }) {
        fixes = [.init("did you mean `\(near)`?", .probable, edits: [.init(atom.span, near)])]
      }
    }
    var problem = Diagnostic(
      .unknownArgument, "`\(statement.word)` cannot be `\(atom.span.text)`", at: atom.span, "not a form of `\(statement.word)`",
      notes: [formsNote] + examples, fixes: fixes)
    problem.candidates = candidates
    problems.add(problem)
  }

  /// Whether an argument stands behind a form.
  private func isFollowed(_ atom: AtomSyntax) -> Bool {
    guard let index = header.atoms.firstIndex(where: { $0.span == atom.span }), index + 1 < header.atoms.count else { return false }
    return header.atoms[index + 1].span.text != ","
  }

  private var formsNote: String {
    let words = statement.forms.compactMap(\.word)
    guard !words.isEmpty else { return statement.summary }
    return "`\(statement.word)` is one of: \(words.joined(separator: ", "))"
  }

  private var examples: [String] {
    let shown = statement.examples.prefix(3).map { "`\($0)`" }
    return shown.isEmpty ? [] : ["for example \(shown.joined(separator: ", "))"]
  }
}
