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
  /// Arguments that have a value already.
  var bound: Set<String> = []
  /// What follows a value that has no place, and has none either.
  var others: [AtomSyntax] = []
  /// Constants of the file: a word may be one without its `$`.
  var constants: Set<String> = []
  /// Names that follow one another without commas, where a list of them is due.
  var names: [AtomSyntax] = []

  var diagnostic: Diagnostic {
    if !names.isEmpty, names.allSatisfy({ $0.asName != nil }) { return withoutCommas }
    switch atom.kind {
    case .word(let text): return unknownWord(text)
    case .comma:
      return Diagnostic(
        .unknownArgument, "`\(form.word)` takes no list", at: atom.span, "arguments stand side by side, without commas",
        fixes: [.init("leave the comma out", .certain, edits: [.init(atom.span, isSqueezed ? " " : "")])])
    case .size, .value, .string: return tooMany
    }
  }

  /// Words touch it on both sides.
  private var isSqueezed: Bool {
    let bytes = atom.span.file.bytes
    return atom.span.start > 0 && atom.span.end < bytes.count && !isBlank(bytes[atom.span.start - 1]) && !isBlank(bytes[atom.span.end])
  }

  private var withoutCommas: Diagnostic {
    Diagnostic(
      .unknownArgument, "a comma is missing before `\(atom.span.text)`", at: atom.span, "another name",
      fixes: [.init("names stand with commas between", .probable, edits: names.map { .init(Rejection.gap(before: $0), ",") })])
  }

  /// Right behind what stands before an atom.
  private static func gap(before atom: AtomSyntax) -> SourceSpan {
    var place = atom.span.start
    while place > 0, isBlank(atom.span.file.bytes[place - 1]) { place -= 1 }
    return SourceSpan(atom.span.file, place, place)
  }

  private var tooMany: Diagnostic {
    let what = "`\(atom.span.text)`"
    let message = form.positional.isEmpty ? "`\(form.word)` takes no \(noun)" : "`\(form.word)` has no place for \(what)"
    var fixes: [Diagnostic.Fix] = []
    if form.word == "linear", Words.isLayer("fc") {
      // `linear 128 10` gives the numbers that come in as well.
      let last = others.last ?? atom
      let edit = Diagnostic.Edit(
        SourceSpan(word.span.file, word.span.start, last.span.start > atom.span.start ? last.span.start : word.span.end),
        last.span.start > atom.span.start ? "fc " : "fc")
      fixes = [.init("a fully connected layer is called `fc`; `linear` is the activation that changes nothing", .probable, edits: [edit])]
    } else if form.positional.isEmpty, form.named.allSatisfy({ $0.name == "eps" }) {
      let all = SourceSpan(atom.span.file, word.span.end, (others.last ?? atom).span.end)
      fixes = [.init("leave it out", .probable, edits: [.init(all, "")])]
    }
    var problem = Diagnostic(
      .unknownArgument, message, at: atom.span, "not an argument of `\(form.word)`", notes: [form.note], fixes: fixes)
    if let name = missingName {
      problem.candidates = [.inserting("`\(name)` is missing before it", "\(name) ", at: atom.span.start, in: atom.span.file)]
    }
    return problem
  }

  /// The argument that a number without a name was most likely meant for.
  private var missingName: String? {
    guard case .value = atom.kind else { return nil }
    let open = form.named.filter { parameter in
      !bound.contains(parameter.name)
        && parameter.forms.contains { if case .integer = $0 { true } else if case .number = $0 { true } else { false } }
    }
    let usual = open.first { ["lr", "by"].contains($0.name) || ($0.name == "stride" && form.word.hasSuffix("pool")) }
    return (usual ?? (open.count == 1 ? open.first : nil))?.name
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
    let owner = form.word.prefix { $0 != " " }
    if HeaderWords.contains(String(owner)), HeaderWords.contains(text) || (Words.isLayer(text) && !form.takesActivation) {
      let start = Rejection.gap(before: atom).start
      let what = HeaderWords.contains(text) ? "a statement" : "a layer"
      return Diagnostic(
        .unknownArgument, "`\(text)` is \(what) and stands on a line of its own", at: atom.span, "not an argument of `\(form.word)`",
        fixes: [.init("begin a new line", .probable, edits: [.init(SourceSpan(atom.span.file, start, atom.span.start), "\n")])])
    }
    if form.siblings.contains(text) {
      return Diagnostic(
        .unknownArgument, "a comma is missing before `\(text)`", at: atom.span, "another item of the list",
        fixes: [.init("put it in", .certain, edits: [.init(Rejection.gap(before: atom), ",")])])
    }
    if Words.isActivation(text) {
      let edit = Diagnostic.Edit(atom.span.atStart, "| ")
      return Diagnostic(
        .unknownArgument, "`\(form.word)` does not end with an activation", at: atom.span, "a stage of its own", notes: [form.note],
        fixes: [.init("put `|` before it", .probable, edits: [edit])])
    }
    return Diagnostic(
      .unknownArgument, "`\(form.word)` has no argument `\(text)`", at: atom.span, "not an argument of `\(form.word)`", notes: [form.note],
      fixes: fixes(for: text))
  }

  private func fixes(for text: String) -> [Diagnostic.Fix] {
    if constants.contains(text) {
      return [.init("a constant is written with `$`", .probable, edits: [.init(atom.span, "$" + text)], isFact: true)]
    }
    if let advice = OtherFrameworks.argumentAdvice(for: text) { return [.init(advice)] }
    if let foreign = OtherFrameworks.argument(for: text), let fix = fix(from: foreign.name, foreign.meaning) { return [fix] }
    if Words.isLayer(text) {
      let edit = Diagnostic.Edit(atom.span.atStart, "| ")
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
      return .init("it is called `\(name)` here\(meaning)", fits ? .certain : .probable, edits: [.init(atom.span, name)], isFact: true)
    }
    if name == "both", form.hasFlag(name) {
      return .init("it is called `both` here", .probable, edits: [.init(atom.span, name)])
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
      "`\(first.name)` stands right behind `\(form.word)`, without a name: \(first.summary)", .probable,
      edits: isMeant ? [withoutName] : [],
      isFact: true)
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
