import NNDiagnostics
import NNSyntax

/// `--set name=value`: statements and constants given on the command line, which take the place of those in the file.
struct Overrides {
  private(set) var headers: [HeaderSyntax] = []
  private var constants: [String: LetSyntax] = [:]

  static let none = Overrides()

  /// Reads the settings for a file; what names neither a statement nor one of the file's constants is reported.
  static func read(_ settings: [(name: String, value: String)], for syntax: FileSyntax, _ problems: Problems) -> Overrides {
    let names = syntax.items.compactMap { item -> String? in if case .letBinding(let binding) = item { binding.name.text } else { nil } }
    var overrides = Overrides()
    for setting in settings { overrides.add(setting, constants: names, problems) }
    return overrides
  }

  func replacement(for binding: LetSyntax) -> LetSyntax? { constants[binding.name.text] }

  private mutating func add(_ setting: (name: String, value: String), constants names: [String], _ problems: Problems) {
    let isStatement = Statements.byWord[setting.name] != nil
    guard isStatement || names.contains(setting.name) else { return reportUnknown(setting.name, names, problems) }
    if !isStatement || Statements.byWord[setting.name].map({ !$0.isList && $0.word != "classes" && $0.word != "data" }) ?? false,
      setting.value.contains(",")
    {
      problems.add(
        .unknownArgument, "`--set \(setting.name)` takes one value, not the list `\(setting.value)`", at: nil,
        notes: ["to compare several values, run the command once for each"])
      return
    }
    let text = isStatement ? "\(setting.name) \(setting.value)\n" : "let \(setting.name) = \(setting.value)\n"
    let (syntax, syntaxProblems) = parse(SourceFile(name: setting.name == "input" ? "--input" : "--set", text: text))
    for problem in syntaxProblems { problems.add(problem) }
    guard syntaxProblems.isEmpty, syntax.items.count == 1, let item = syntax.items.first else {
      if syntaxProblems.isEmpty { problems.add(.syntax, "`--set \(setting.name)` needs one value", at: nil) }
      return
    }
    switch item {
    case .header(let header): headers.append(header)
    case .letBinding(let binding): constants[binding.name.text] = binding
    case .use, .block, .pipeline: problems.add(.syntax, "`--set \(setting.name)` needs one value", at: nil)
    }
  }

  private func reportUnknown(_ name: String, _ constants: [String], _ problems: Problems) {
    var fixes: [Diagnostic.Fix] = []
    if let foreign = OtherFrameworks.statement(for: name) {
      let words = foreign.line(with: "…").split(separator: " ", maxSplits: 1).map(String.init)
      if words.count == 2 { fixes = [.init("\(foreign.help): `--set \(words[0])=\"\(words[1])\"`")] }
    } else if let near = Suggestion.nearest(to: name, among: HeaderWords.all + constants) {
      fixes = [.init("did you mean `--set \(near)=…`?", .probable)]
    }
    problems.add(
      .unknownStatement, "`--set \(name)` names neither a statement nor a constant of the file", at: nil,
      notes: constants.isEmpty ? ["the file has no `let`"] : ["constants of the file: \(constants.joined(separator: ", "))"], fixes: fixes)
  }
}
