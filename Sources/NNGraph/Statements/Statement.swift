import NNDiagnostics
import NNLayers
import NNRecipe
import NNSyntax

/// The entry of a header statement in the word table.
package struct Statement: Sendable {
  package let word: String
  /// One line: what it sets.
  package let summary: String
  /// What holds where a file does not have it.
  package let standard: String
  package let forms: [StatementForm]
  /// Its forms may follow one another with commas between.
  package let isList: Bool
  /// Whole lines that check; the tests bind them.
  package let examples: [String]
  /// Carries the bound forms into the settings.
  let apply: @Sendable ([BoundForm], inout Settings, StatementReport) -> Void

  init(
    _ word: String, _ summary: String, standard: String, isList: Bool = false, forms: [StatementForm], examples: [String],
    apply: @escaping @Sendable ([BoundForm], inout Settings, StatementReport) -> Void
  ) {
    self.word = word
    self.summary = summary
    self.standard = standard
    self.forms = forms
    self.isList = isList
    self.examples = examples
    self.apply = apply
  }
}

extension Statement {
  /// The first of the names that was there before.
  static func firstRepeated(_ names: [String]) -> String? {
    var seen: Set<String> = []
    return names.first { !seen.insert($0).inserted }
  }

  /// Refuses the first item of a list that says the same as one before it.
  static func refuseRepeated(_ forms: [BoundForm], _ report: StatementReport, by meaning: (BoundForm) -> String) {
    var seen: Set<String> = []
    guard let form = forms.first(where: { !seen.insert(meaning($0)).inserted }) else { return }
    report.refuse("`\(form.word ?? "")` is given twice", at: form.span, code: .unknownArgument)
  }
}

/// One way to write a statement, or one item of its list.
package struct StatementForm: Sendable {
  /// The word it begins with: `adam`; nil where it begins with its first argument.
  package let word: String?
  package let summary: String
  package let positional: [Parameter]
  package let named: [Parameter]
  package let flags: [Flag]

  init(_ word: String?, _ summary: String, positional: [Parameter] = [], named: [Parameter] = [], flags: [Flag] = []) {
    self.word = word
    self.summary = summary
    self.positional = positional
    self.named = named
    self.flags = flags
  }
}

/// A form with its arguments.
struct BoundForm {
  let word: String?
  /// The form's word, or the statement's.
  let span: SourceSpan
  let bound: BoundArguments

  var arguments: Arguments { bound.arguments }
  func span(of argument: String) -> SourceSpan { bound.spans[argument] ?? span }
}

/// Where a statement's own checks report.
struct StatementReport {
  let problems: Problems
  let span: SourceSpan
  /// Reads a file named by a statement (`classes "classes.txt"`), relative to the model file; nil where it was reported.
  let readFile: (String, SourceSpan) -> SourceFile?

  func refuse(
    _ message: String, at span: SourceSpan, _ label: String = "", code: Code = .outOfRange, labels: [Diagnostic.Label] = [],
    notes: [String] = [], fixes: [Diagnostic.Fix] = []
  ) {
    problems.add(code, message, at: span, label, labels: labels, notes: notes, fixes: fixes)
  }
}

/// What the header statements of a file say.
struct Settings {
  var name: String?
  var title: String?
  var input: InputStatement?
  var classes: ClassesStatement?
  var recipe = Recipe()
}

/// `input 84x84x1`; a vocabulary may be the data's business.
enum InputStatement: Equatable {
  case shape(Shape)
  case tokens(steps: Int, vocabulary: Int?)
}

enum ClassesStatement: Equatable, Sendable {
  case count(Int)
  case names([String])

  var count: Int {
    switch self {
    case .count(let count): count
    case .names(let names): names.count
    }
  }
}
