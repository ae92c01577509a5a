import NNDiagnostics
import NNSyntax

/// `--set name=value`: statements and constants given on the command line, which take the place of those in the file.
struct Overrides {
  private(set) var headers: [HeaderSyntax] = []
  private var constants: [String: LetSyntax] = [:]
  private var given: Set<String> = []

  static let none = Overrides()

  /// Reads the settings for a file; what names neither a statement nor one of the file's constants is reported.
  static func read(_ settings: [(name: String, value: String)], for syntax: FileSyntax, _ problems: Problems) -> Overrides {
    let names = syntax.items.compactMap { item -> String? in if case .letBinding(let binding) = item { binding.name.text } else { nil } }
    var overrides = Overrides()
    // `lr` goes by the optimizer there is, so that it comes last.
    let isRate: ((name: String, value: String)) -> Bool = { $0.name == "lr" && !names.contains("lr") }
    for setting in settings where !isRate(setting) { overrides.add(setting, constants: names, problems) }
    for setting in settings where isRate(setting) {
      let text = overrides.optimizer(in: syntax)
      overrides.given.remove("optimizer")
      overrides.add((name: "optimizer", value: Overrides.withRate(setting.value, text)), constants: names, problems)
    }
    return overrides
  }

  func replacement(for binding: LetSyntax) -> LetSyntax? { constants[binding.name.text] }

  /// What stands behind the word `optimizer`; taken away where the command line has said it.
  private mutating func optimizer(in syntax: FileSyntax) -> String {
    if let index = headers.firstIndex(where: { $0.word.text == "optimizer" }) { return Overrides.arguments(headers.remove(at: index)) }
    for case .header(let header) in syntax.items where header.word.text == "optimizer" { return Overrides.arguments(header) }
    return "adam"
  }

  private static func arguments(_ header: HeaderSyntax) -> String {
    String(header.span.text.dropFirst(header.word.text.count).prefix { $0 != "#" && !$0.isNewline })
  }

  /// `sgd lr 0.1 momentum 0.9` with another rate.
  private static func withRate(_ rate: String, _ optimizer: String) -> String {
    var words = optimizer.split { $0 == " " || $0 == "\t" }.map(String.init)
    guard let place = words.firstIndex(of: "lr"), place + 1 < words.count else { return (words + ["lr", rate]).joined(separator: " ") }
    // The old rate may be a computation between parentheses, with blanks in it.
    var depth = 0
    var end = place + 1
    repeat {
      depth += words[end].count { $0 == "(" } - words[end].count { $0 == ")" }
      end += 1
    } while depth > 0 && end < words.count
    words.replaceSubrange(place + 1..<end, with: [rate])
    return words.joined(separator: " ")
  }

  private mutating func add(_ setting: (name: String, value: String), constants names: [String], _ problems: Problems) {
    let isStatement = Statements.byWord[setting.name] != nil
    let place = Overrides.place(setting)
    guard isStatement || names.contains(setting.name) else { return reportUnknown(setting.name, names, at: place, problems) }
    guard given.insert(setting.name).inserted else {
      return problems.add(.statementTwice, "`\(setting.name)` is given twice on the command line", at: place, "second")
    }
    if Overrides.takesOneValue(setting.name), setting.value.contains(",") { return reportList(setting, at: place, problems) }
    let text = isStatement ? "\(setting.name) \(setting.value)\n" : "let \(setting.name) = \(setting.value)\n"
    let (syntax, syntaxProblems) = parse(Overrides.source(setting.name, text))
    for problem in syntaxProblems { problems.add(problem) }
    guard syntaxProblems.isEmpty, syntax.items.count == 1, let item = syntax.items.first else {
      if syntaxProblems.isEmpty { problems.add(.syntax, "`--set \(setting.name)` needs one value", at: place) }
      return
    }
    switch item {
    case .header(let header): headers.append(header)
    case .letBinding(let binding): constants[binding.name.text] = binding
    case .use, .block, .pipeline: problems.add(.syntax, "`--set \(setting.name)` needs one value", at: place)
    }
  }

  private static func takesOneValue(_ name: String) -> Bool {
    guard let statement = Statements.byWord[name] else { return true }
    return !statement.isList && !["classes", "data"].contains(statement.word)
  }

  /// What the command line says, as a text that messages can point into.
  private static func source(_ name: String, _ text: String) -> SourceFile {
    SourceFile(name: name == "input" ? "--input" : "--set", bytes: Array(text.utf8), isOption: true)
  }

  /// All of it as it was typed.
  private static func place(_ setting: (name: String, value: String)) -> SourceSpan {
    let text = setting.name == "input" ? setting.value : "\(setting.name)=\(setting.value)"
    return SourceSpan(source(setting.name, text), 0, text.utf8.count)
  }

  private func reportList(_ setting: (name: String, value: String), at place: SourceSpan, _ problems: Problems) {
    guard setting.name == "input" else {
      return problems.add(
        .unknownArgument, "`--set \(setting.name)` takes one value, not the list `\(setting.value)`", at: place,
        notes: ["`nnc run` trains once for each value of a list, and compares"])
    }
    let sizes = setting.value.split { ", ".contains($0) }.joined(separator: "x")
    problems.add(
      .notWhole, "`--input` is one shape, not the list `\(setting.value)`", at: place, "sizes are joined by `x`",
      fixes: [.init("write `--input \(sizes)`")])
  }

  private func reportUnknown(_ name: String, _ constants: [String], at place: SourceSpan, _ problems: Problems) {
    var fixes: [Diagnostic.Fix] = []
    if let foreign = OtherFrameworks.statement(for: name) {
      let words = foreign.line(with: "…").split(separator: " ", maxSplits: 1).map(String.init)
      if words.count == 2 { fixes = [.init("\(foreign.help): `--set \(words[0])=\"\(words[1])\"`")] }
    } else if let near = Suggestion.nearest(to: name, among: HeaderWords.all + constants) {
      fixes = [.init("did you mean `--set \(near)=…`?", .probable)]
    }
    problems.add(
      .unknownStatement, "`--set \(name)` names neither a statement nor a constant of the file", at: place,
      notes: constants.isEmpty ? ["the file has no `let`"] : ["constants of the file: \(constants.joined(separator: ", "))"], fixes: fixes)
  }
}
