import NNDiagnostics
import NNLayers
import NNSyntax

/// The words for an atom that binds to nothing.
struct Rejection {
  let form: ArgumentForm
  let word: NameSyntax
  let atom: AtomSyntax
  /// What stands behind it: the value of an unknown argument.
  let following: AtomSyntax?

  var diagnostic: Diagnostic {
    switch atom.kind {
    case .word(let text): unknownWord(text)
    case .comma:
      Diagnostic(.unknownArgument, "`\(form.word)` takes no list", at: atom.span, "arguments stand side by side, without commas")
    case .size, .value, .string: tooMany
    }
  }

  private var tooMany: Diagnostic {
    let what = "`\(atom.span.text)`"
    let message = form.positional.isEmpty ? "`\(form.word)` takes no \(noun)" : "`\(form.word)` has no place for \(what)"
    var fixes: [Diagnostic.Fix] = []
    if form.word == "linear", Words.isLayer("fc") {
      let edit = Diagnostic.Edit(word.span, "fc")
      fixes = [.init("a fully connected layer is called `fc`; `linear` is the activation that changes nothing", .probable, edits: [edit])]
    }
    return Diagnostic(.unknownArgument, message, at: atom.span, "not an argument of `\(form.word)`", notes: [form.note], fixes: fixes)
  }

  private var noun: String {
    switch atom.kind {
    case .size: "size"
    case .value: "number"
    case .string: "text"
    case .word, .comma: "argument"
    }
  }

  private func unknownWord(_ text: String) -> Diagnostic {
    if let misspelt = misspeltActivation(text) { return misspelt }
    if Words.isActivation(text) {
      let edit = Diagnostic.Edit(SourceSpan(atom.span.file, atom.span.start, atom.span.start), "| ")
      return Diagnostic(
        .unknownArgument, "`\(form.word)` does not end with an activation", at: atom.span, "a stage of its own", notes: [form.note],
        fixes: [.init("put `|` before it", .probable, edits: [edit])])
    }
    return Diagnostic(
      .unknownArgument, "`\(form.word)` has no argument `\(text)`", at: atom.span, "not an argument of `\(form.word)`", notes: [form.note],
      fixes: fixes(for: text))
  }

  private func fixes(for text: String) -> [Diagnostic.Fix] {
    if let foreign = OtherFrameworks.argument(for: text), let fix = fix(from: foreign.name, foreign.meaning) { return [fix] }
    if Words.isLayer(text) {
      let edit = Diagnostic.Edit(SourceSpan(atom.span.file, atom.span.start, atom.span.start), "| ")
      return [.init("`\(text)` is a layer of its own: put `|` before it", .probable, edits: [edit])]
    }
    if let near = Suggestion.nearest(to: text, among: form.words) {
      return [.init("did you mean `\(near)`?", .probable, edits: [.init(atom.span, near)])]
    }
    let foreign = OtherFrameworks.misspeltArgument(text).flatMap(OtherFrameworks.argument)
    return foreign.flatMap { fix(from: $0.name, $0.meaning) }.map { [$0] } ?? []
  }

  /// A word of another framework, where this word has what it stands for.
  private func fix(from name: String, _ meaning: String) -> Diagnostic.Fix? {
    if form.named(name) != nil {
      let fits = following.map { !$0.isWord } ?? false
      return .init("it is called `\(name)` here\(meaning)", fits ? .certain : .probable, edits: [.init(atom.span, name)])
    }
    if name == "nobias", form.hasFlag(name) { return .init("a layer has a bias unless it says `nobias`", .probable, edits: biasEdits) }
    if name == "activation", form.takesActivation {
      let isMeant = following.map { if case .word(let word) = $0.kind { Words.isActivation(word) } else { false } } ?? false
      return .init("write the activation itself, as the last word: `\(form.word) … relu`", .probable, edits: isMeant ? [withoutName] : [])
    }
    guard let first = form.positional.first, ["size", "units", "p"].contains(name) else { return nil }
    // A lone number behind its name is what the first place takes.
    let isMeant = name != "size" && following.map { ValueReader.suits($0, first) } ?? false
    return .init(
      "`\(first.name)` stands right behind `\(form.word)`, without a name: \(first.summary)", .probable, edits: isMeant ? [withoutName] : []
    )
  }

  /// Leaves the value and takes its name away.
  private var withoutName: Diagnostic.Edit {
    Diagnostic.Edit(SourceSpan(atom.span.file, atom.span.start, following?.span.start ?? atom.span.end), "")
  }

  /// `use_bias 0` is `nobias`, `bias true` is nothing.
  private var biasEdits: [Diagnostic.Edit] {
    guard let value = following?.span, ["0", "1", "false", "true", "False", "True"].contains(value.text) else { return [] }
    let isOff = ["0", "false", "False"].contains(value.text)
    let start = isOff ? atom.span.start : max(0, atom.span.start - 1)
    return [Diagnostic.Edit(SourceSpan(atom.span.file, start, value.end), isOff ? "nobias" : "")]
  }

  /// `fc 4 sofmax`: nearer to an activation than to an argument.
  private func misspeltActivation(_ text: String) -> Diagnostic? {
    guard form.takesActivation, !Words.isLayer(text) else { return nil }
    let own = Suggestion.nearest(to: text, among: form.words)
    let activations = Words.activations
    let foreign = OtherFrameworks.layer(for: text).flatMap { activations.contains($0) ? $0 : nil }
    guard own == nil, let meant = foreign ?? Suggestion.nearest(to: text, among: activations) else { return nil }
    return Diagnostic(
      .unknownLayer, "unknown activation `\(text)`", at: atom.span, "no argument or activation has this name", notes: [form.note],
      fixes: [.init("did you mean `\(meant)`?", .probable, edits: [.init(atom.span, meant)])])
  }
}
