import NNDiagnostics
import NNLayers
import NNSyntax

/// What may follow a word: the part of a word's table entry that binding reads.
struct ArgumentForm {
  let word: String
  let positional: [Parameter]
  let named: [Parameter]
  let flags: [Flag]
  /// The word may end with an activation.
  let takesActivation: Bool
  /// Words that begin a further item of the same list, behind a comma.
  let siblings: [String]

  init(_ signature: Signature) {
    word = signature.word
    positional = signature.positional
    named = signature.named
    flags = signature.flags
    takesActivation = signature.takesActivation
    siblings = []
  }

  init(_ form: StatementForm, of statement: String, siblings: [String]) {
    self.siblings = siblings
    word = form.word.map { "\(statement) \($0)" } ?? statement
    positional = form.positional
    named = form.named
    flags = form.flags
    takesActivation = false
  }

  func named(_ name: String) -> Parameter? { named.first { $0.name == name } }

  func hasFlag(_ name: String) -> Bool { flags.contains { $0.name == name } }

  func has(_ name: String) -> Bool { hasFlag(name) || (positional + named).contains { $0.name == name } }

  /// Words that may be typed as an argument's name.
  var words: [String] { named.map(\.name) + flags.map(\.name) }

  /// `arguments of conv: size, stride, pad, groups, dilate, nobias, activation`
  var note: String {
    let names = positional.map(\.name) + words + (takesActivation ? ["activation"] : [])
    return names.isEmpty ? "`\(word)` has no arguments" : "arguments of `\(word)`: \(names.joined(separator: ", "))"
  }
}

/// The arguments of one use of a word, with their places.
struct BoundArguments: Sendable {
  var values: [String: ArgumentValue] = [:]
  var flags: Set<String> = []
  /// Where the value stands; for a flag, where the flag stands.
  var spans: [String: SourceSpan] = [:]
  /// With the argument's name: `stride 2`.
  var wholeSpans: [String: SourceSpan] = [:]
  /// Written with `%`.
  var percents: Set<String> = []
  /// False where a value is missing: it was reported, or it depends on data that is not here.
  var isComplete = true

  var arguments: Arguments { Arguments(values: values, flags: flags) }
}
