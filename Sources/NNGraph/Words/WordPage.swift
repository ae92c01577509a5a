import NNDiagnostics
import NNLayers

/// The page of a word, made from its entry in the table: what `nnc explain conv`, the hover of an editor and the reference show.
package struct WordPage: Sendable {
  package enum Kind: String, Sendable, CaseIterable { case statement, layer, activation, form, constant }

  package let word: String
  package let kind: Kind
  /// One line: what it does.
  package let summary: String
  /// How it is written, a line for each way.
  package let usage: [Usage]
  /// Facts, a line each: what it takes, what holds without it.
  package let facts: [String]
  /// Whole lines, each with what comes of it, where that can be said in a few words.
  package let examples: [(line: String, note: String)]
  /// What other frameworks call it.
  package let otherNames: [String]

  /// One way to write the word, with what may stand behind it.
  package struct Usage: Sendable {
    package let line: String
    /// Empty where the word has one way only.
    package let summary: String
    package let arguments: [Argument]
  }

  /// An argument with its meaning, range and default.
  package struct Argument: Sendable {
    package let name: String
    package let summary: String
    /// Its forms, range and default.
    package let values: String
  }
}

extension WordPage {
  /// Every word of the language: statements, layers, activations, the forms of the grammar, constants of the data.
  package static let all: [WordPage] =
    Statements.all.map { WordPage($0) } + AllLayers.types.map { WordPage($0.signature) } + GrammarWords.pages

  package static let byWord = Dictionary(all.map { ($0.word, $0) }, uniquingKeysWith: { first, _ in first })

  /// The word that another framework's name stands for here.
  package static func translation(of name: String) -> String? {
    if let word = OtherFrameworks.layer(for: name), byWord[word] != nil { return word }
    return OtherFrameworks.statement(for: name)?.pattern.split(separator: " ").first.map(String.init)
  }

  /// The argument that another framework's name stands for here.
  package static func argumentTranslation(of name: String) -> String? {
    OtherFrameworks.argument(for: name).flatMap { $0.name != name && !uses(ofArgument: $0.name).isEmpty ? $0.name : nil }
  }

  /// The page that a word inside of a form belongs to: `via` to `res`.
  package static func form(with word: String) -> WordPage? { ["via": "res", "auto": "res", "mul": "branch"][word].flatMap { byWord[$0] } }

  /// The words that have an argument or a flag of this name, each with what it says there.
  package static func uses(ofArgument name: String) -> [(word: String, argument: Argument)] {
    all.flatMap { page in page.usage.flatMap(\.arguments).filter { $0.name == name }.prefix(1).map { (page.word, $0) } }
  }
}

extension WordPage {
  init(_ signature: Signature) {
    word = signature.word
    kind = signature.isActivation ? .activation : .layer
    summary = signature.summary
    usage = [Usage(ArgumentForm(signature), summary: "")]
    var facts = ["takes \(listed(signature.takes.map { "\($0.withArticle) (`\($0.form)`)" }, before: "or"))"]
    if signature.isActivation { facts.append("stands as a stage, or last in a layer that takes an activation: `fc 10 \(signature.word)`") }
    self.facts = facts
    let example = signature.example
    examples = [(line: example.line, note: "\(example.input) becomes \(example.output)")]
    otherNames = OtherFrameworks.names(for: signature.word)
  }

  init(_ statement: Statement) {
    word = statement.word
    kind = .statement
    summary = statement.summary
    usage = statement.forms.map {
      Usage(ArgumentForm($0, of: statement.word, siblings: []), summary: statement.forms.count > 1 ? $0.summary : "")
    }
    facts = ["without it: \(statement.standard)"] + (statement.isList ? ["several may follow one another, with commas between"] : [])
    examples = statement.examples.map { (line: $0, note: "") }
    otherNames = []
  }
}

extension WordPage.Usage {
  init(_ form: ArgumentForm, summary: String) {
    let positional = form.positional.map { $0.isOptional ? "[\($0.name.uppercased())]" : $0.name.uppercased() }
    let named = form.named.map { $0.isOptional ? "[\($0.name) …]" : "\($0.name) …" }
    let flags = form.flags.map { "[\($0.name)]" }
    line = ([form.word] + positional + named + flags + (form.takesActivation ? ["[ACTIVATION]"] : [])).joined(separator: " ")
    self.summary = summary
    arguments =
      (form.positional + form.named).map { WordPage.Argument($0) }
      + form.flags.map { WordPage.Argument(name: $0.name, summary: $0.summary, values: "flag") }
  }
}

extension WordPage.Argument {
  init(_ parameter: Parameter) {
    name = parameter.name
    summary = parameter.summary
    var parts = [parameter.forms.map(\.phrase).joined(separator: " or ")]
    if let standard = parameter.defaultValue { parts.append("default \(ArgumentText.of(standard))") }
    if parameter.defaultValue == nil, parameter.isOptional { parts.append("may be left out") }
    values = parts.joined(separator: "; ")
  }
}

extension Parameter.Form {
  /// `a whole number, at least 1`
  fileprivate var phrase: String {
    switch self {
    case .size(let parts, let least):
      return "a size like `\(ValueReader.exampleSize(parts))`" + (least == 0 ? ", parts may be 0" : "")
    case .integer(let range): return "a whole number, \(RangeText.of(range))"
    case .number(let range, let percent):
      let text = RangeText.of(range)
      return "a number\(percent ? " or a percentage" : "")" + (text == "a number" ? "" : ", \(text)")
    case .word(let choices): return choices.map { "`\($0)`" }.joined(separator: " or ")
    case .string: return "a text in quotes"
    case .label: return "the label of a stage"
    case .name: return "a name"
    case .names: return "names with commas between"
    }
  }
}
