import NNDiagnostics
import NNGraph

/// `nnc explain`: the page of a code, or of a word of the language.
enum ExplainCommand {
  static let command = Command(
    name: "explain",
    summary: "explain a diagnostic or a word of the language",
    details: [
      """
      A code (NN301) is shown with what it means, a file that has the problem and one that has not. A word (conv, optimizer, repeat) is shown with its \
      arguments, their ranges and defaults, and examples; a word of another framework (Conv2d) is translated. Without an argument all are listed.
      """
    ],
    positionals: [
      .init(
        name: "CODE|WORD", summary: "a code like NN301, a word like conv, or a word of another framework", isOptional: true,
        completes: .words)
    ],
    options: [.color],
    examples: [
      ("nnc explain NN301", "a window that does not fit"), ("nnc explain conv", "a layer"),
      ("nnc explain Conv2d", "a word of another framework"),
    ],
    run: run)

  /// What may follow: every code and every word.
  static var subjects: [String] { Code.allCases.map(\.rawValue) + WordPage.all.map(\.word) }

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    guard let subject = invocation.positionals.first else {
      console.write(overview)
      return .fine
    }
    let page = CodePageText(isColoured: console.outputHasColor)
    if let code = code(subject) {
      console.write(page.text(of: code))
    } else if let word = WordPage.byWord[subject] ?? WordPage.byWord["$" + subject] {
      console.write(word.text)
    } else if let form = WordPage.form(with: subject) {
      console.write(form.text)
    } else if let text = argument(subject) ?? translated(subject) ?? translatedArgument(subject) {
      console.write(text)
    } else {
      throw unknown(subject)
    }
    return .fine
  }

  /// `NN301`, `nn301` or `301`.
  private static func code(_ text: String) -> Code? {
    let upper = text.uppercased()
    return Code(rawValue: upper) ?? Code(rawValue: "NN" + upper)
  }

  private static func translated(_ subject: String) -> String? {
    guard let word = WordPage.translation(of: subject), let page = WordPage.byWord[word] else { return nil }
    return "`\(subject)` is called `\(word)` here\n\n\(page.text)"
  }

  private static func translatedArgument(_ subject: String) -> String? {
    guard let name = WordPage.argumentTranslation(of: subject), let text = argument(name) else { return nil }
    return "`\(subject)` is called `\(name)` here\n\n\(text)"
  }

  private static func argument(_ name: String) -> String? {
    let uses = WordPage.uses(ofArgument: name)
    guard !uses.isEmpty else { return nil }
    let width = uses.map(\.word.count).max() ?? 0
    let rows = uses.map { "  \($0.word.padded(to: width))  \($0.argument.summary) (\($0.argument.values))\n" }
    return "\(name): an argument of\n\n\(rows.joined())"
  }

  private static func unknown(_ subject: String) -> UsageError {
    let near =
      Suggestion.nearest(to: subject, among: subjects) ?? Suggestion.nearest(to: subject.uppercased(), among: Code.allCases.map(\.rawValue))
    return UsageError(
      "there is no page on `\(subject)`", help: near.map { "did you mean `nnc explain \($0)`?" } ?? "`nnc explain` lists all pages")
  }

  private static var overview: String {
    var text = ""
    for kind in WordPage.Kind.allCases {
      let pages = WordPage.all.filter { $0.kind == kind }
      let width = pages.map(\.word.count).max() ?? 0
      text += "\(kind.rawValue)s\n" + pages.map { "  \($0.word.padded(to: width))  \($0.summary)\n" }.joined() + "\n"
    }
    return text + "codes\n" + Code.allCases.map { "  \($0.rawValue)  \($0.page.title)\n" }.joined()
  }
}

/// The page of a code for a terminal.
struct CodePageText {
  let isColoured: Bool

  func text(of code: Code) -> String {
    let page = code.page
    var text = "\(Style.strong(code.rawValue, isColoured)): \(page.title)\n"
    for paragraph in page.text { text += "\n" + Help.wrap(paragraph, indent: 0) + "\n" }
    if let wrong = page.wrong { text += "\nwrong:\n\n" + example(wrong) }
    if let right = page.right { text += "\nright:\n\n" + example(right) }
    return text
  }

  private func example(_ example: CodePage.Example) -> String {
    let files = example.files.map { file in
      let body = file.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { "    \($0)\n" }.joined()
      return example.files.count > 1 ? "  \(file.name)\n\(body)" : body
    }
    return files.joined() + "\n" + example.commands.map { "    $ \($0)\n" }.joined()
  }
}
