import NNDiagnostics
import NNLayers
import NNSyntax

/// Binds the atoms behind a word to its table entry.
struct ArgumentBinder {
  let form: ArgumentForm
  let word: NameSyntax
  let scope: Scope
  let problems: Problems
  private(set) var rest: ArraySlice<AtomSyntax>
  private(set) var bound = BoundArguments()
  private var nextPositional = 0

  init(_ form: ArgumentForm, _ word: NameSyntax, _ atoms: ArraySlice<AtomSyntax>, _ scope: Scope, _ problems: Problems) {
    self.form = form
    self.word = word
    self.rest = atoms
    self.scope = scope
    self.problems = problems
  }

  /// Binds until the end, or until an activation where the word takes one; what is left then is in `rest`.
  mutating func bind() -> BoundArguments {
    while let atom = rest.first {
      if case .word(let text) = atom.kind, form.takesActivation, !form.has(text), Words.isActivation(text) { break }
      rest.removeFirst()
      take(atom)
    }
    addDefaults()
    return bound
  }

  private mutating func take(_ atom: AtomSyntax) {
    if case .word(let text) = atom.kind {
      if let parameter = form.named(text) { return takeNamed(parameter, NameSyntax(text: text, span: atom.span)) }
      if form.hasFlag(text) { return takeFlag(text, atom.span) }
    }
    if takeSizeInPieces(atom) { return }
    if let parameter = nextPositionalParameter(for: atom) { return read(parameter, from: atom) }
    bound.isComplete = false
    // Something of another form in the place of an argument: what can stand there is the better message.
    if let parameter = form.positional.dropFirst(nextPositional).first, isMeant(for: parameter, atom) {
      nextPositional += 1
      return read(parameter, from: atom)
    }
    reject(atom)
  }

  private mutating func nextPositionalParameter(for atom: AtomSyntax) -> Parameter? {
    for index in form.positional.indices.dropFirst(nextPositional) {
      let parameter = form.positional[index]
      if ValueReader.suits(atom, parameter) {
        nextPositional = index + 1
        return parameter
      }
      // A number in the place of a word is that argument, written wrong; an optional one may be left out.
      if !parameter.isOptional { return nil }
    }
    return nil
  }

  /// `28 28 1`, `28, 28, 1` and `3x3 32`, where a size is due: one problem, not one for each number.
  private mutating func takeSizeInPieces(_ first: AtomSyntax) -> Bool {
    guard nextPositional == form.positional.count - 1, let parameter = form.positional.last, let pieces = SizeInPieces(first, rest),
      let counts = parameter.sizeCounts, counts.upperBound >= 3
    else { return false }
    nextPositional += 1
    rest = rest.dropFirst(pieces.length - 1)
    bound.isComplete = false
    (bound.spans[parameter.name], bound.wholeSpans[parameter.name]) = (pieces.span, pieces.span)
    problems.add(pieces.diagnostic(for: form.word, counts, parameter.summary))
    return true
  }

  private func isMeant(for parameter: Parameter, _ atom: AtomSyntax) -> Bool {
    switch atom.kind {
    case .comma: false
    case .word(let text):
      (parameter.takesChoice || parameter.forms.contains(.string)
        || (isOnlyArgument(parameter) && OtherFrameworks.argument(for: text) == nil && !Words.isLayer(text)))
        && Suggestion.nearest(to: text, among: form.words) == nil
    case .size, .value, .string: !parameter.isOptional
    }
  }

  /// Nothing else can stand behind the word, so that whatever stands there was meant as this.
  private func isOnlyArgument(_ parameter: Parameter) -> Bool {
    !parameter.isOptional && form.positional.count == 1 && form.words.isEmpty && !form.takesActivation && form.siblings.isEmpty
  }

  private mutating func takeNamed(_ parameter: Parameter, _ name: NameSyntax) {
    guard let atom = rest.first, atom.isValue(for: form) else {
      bound.isComplete = false
      problems.add(
        .unknownArgument, "`\(parameter.name)` needs a value", at: name.span, "nothing follows",
        notes: ["\(parameter.name): \(parameter.summary)"])
      return
    }
    rest.removeFirst()
    read(parameter, from: atom, name: name.span)
  }

  private mutating func takeFlag(_ flag: String, _ span: SourceSpan) {
    if let first = bound.spans[flag] { reportTwice(flag, span, first) }
    bound.flags.insert(flag)
    bound.spans[flag] = span
  }

  private mutating func read(_ parameter: Parameter, from atom: AtomSyntax, name: SourceSpan? = nil) {
    if let first = bound.wholeSpans[parameter.name] { reportTwice(parameter.name, name ?? atom.span, first) }
    if let comma = DecimalComma(atom, rest) {
      rest = rest.dropFirst(2)
      bound.isComplete = false
      bound.spans[parameter.name] = comma.span
      return problems.add(comma.diagnostic)
    }
    var reader = ValueReader(parameter: parameter, word: form.word, scope: scope, problems: problems)
    let value = reader.read(atom, following: &rest)
    let span = reader.span ?? atom.span
    bound.spans[parameter.name] = span
    bound.wholeSpans[parameter.name] = name?.through(span) ?? span
    guard let value else {
      bound.isComplete = false
      return
    }
    if reader.isPercent { bound.percents.insert(parameter.name) }
    bound.values[parameter.name] = value
  }

  private mutating func reportTwice(_ name: String, _ span: SourceSpan, _ first: SourceSpan) {
    bound.isComplete = false
    problems.add(.unknownArgument, "`\(name)` is given twice", at: span, "second", labels: [.init(first, "first")])
  }

  private mutating func addDefaults() {
    for parameter in form.positional + form.named where bound.values[parameter.name] == nil {
      if bound.spans[parameter.name] != nil { continue }
      if let value = parameter.defaultValue {
        bound.values[parameter.name] = value
      } else if !parameter.isOptional, bound.isComplete {
        bound.isComplete = false
        problems.add(
          .unknownArgument, "`\(form.word)` needs \(ValueReader.phrase(parameter))", at: word.span, "`\(parameter.name)` is missing",
          notes: ["\(parameter.name): \(parameter.summary)"])
      }
    }
  }

  private mutating func reject(_ atom: AtomSyntax) {
    // A list of names without commas is one mistake, not one for each name.
    let isOfNames = form.positional.last.map { $0.forms == [.names] } ?? false
    var others: [AtomSyntax] = []
    while let next = rest.first, isOfNames && form.words.isEmpty ? next.asName != nil : !next.isWord {
      others.append(next)
      rest.removeFirst()
    }
    if let value = rest.first, value.isWord, isAssigned(atom) || (others.isEmpty && isTranslated(atom, before: value)) {
      others.append(value)
      rest.removeFirst()
    }
    // What follows an unknown word is its value, what follows a number that has no place has none either: one message per cause.
    var rejection = Rejection(form: form, word: word, atom: atom, following: others.first ?? rest.first)
    rejection.bound = Set(bound.spans.keys)
    rejection.others = others
    rejection.constants = Set(scope.names)
    rejection.names = isOfNames ? [atom] + others : []
    problems.add(rejection.diagnostic)
  }

  /// `inplace=True`: what stands behind the sign is its value, whatever it is.
  private func isAssigned(_ atom: AtomSyntax) -> Bool {
    let bytes = atom.span.file.bytes
    return atom.isWord && atom.span.end < bytes.count && bytes[atom.span.end] == UInt8(ascii: "=")
  }

  /// `monitor val_loss`: another framework's name for an argument of this word, with a word as its value.
  private func isTranslated(_ atom: AtomSyntax, before value: AtomSyntax) -> Bool {
    guard case .word(let text) = atom.kind, let name = OtherFrameworks.argument(for: text)?.name else { return false }
    return form.named(name) != nil && value.isValue(for: form)
  }
}

extension Parameter {
  /// How many numbers a size here may have.
  fileprivate var sizeCounts: ClosedRange<Int>? {
    for case .size(let counts, _) in forms { return counts }
    return nil
  }

  /// One of a few words can stand here.
  fileprivate var takesChoice: Bool {
    forms.contains { form in if case .word = form { true } else { false } }
  }
}

extension AtomSyntax {
  var isWord: Bool { if case .word = kind { true } else { false } }

  /// Something a named argument can take; a further argument's name is not.
  func isValue(for form: ArgumentForm) -> Bool {
    switch kind {
    case .comma: false
    case .size, .value, .string: true
    case .word(let text): !form.hasFlag(text) && form.named(text) == nil
    }
  }
}
