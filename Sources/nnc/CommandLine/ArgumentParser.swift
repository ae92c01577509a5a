import NNDiagnostics
import NNGraph

/// Reads a command line by the command's entry in the table.
///
/// Forms: `--name value`, `--name=value`, `-n value`, `-nvalue`, several short flags in one word (`-qh`), options before, between and
/// after the positionals, and `--` before positionals that look like options. A single `-` is a positional.
struct ArgumentParser {
  let command: Command
  private var rest: ArraySlice<String>
  private var result = Invocation()

  static func parse(_ arguments: ArraySlice<String>, for command: Command) throws(UsageError) -> Invocation {
    var parser = ArgumentParser(command: command, rest: arguments)
    return try parser.parse()
  }

  private init(command: Command, rest: ArraySlice<String>) {
    self.command = command
    self.rest = rest
  }

  private mutating func parse() throws(UsageError) -> Invocation {
    while let word = rest.popFirst() {
      if word == "--" {
        result.positionals += rest
        rest = []
      } else if word.hasPrefix("--") {
        try parseLong(word.dropFirst(2))
      } else if word.hasPrefix("-"), word != "-" {
        try parseShort(word.dropFirst())
      } else {
        result.positionals.append(word)
      }
    }
    if !result.has(.help) { try checkPositionals() }
    return result
  }

  private mutating func parseLong(_ word: Substring) throws(UsageError) {
    let equals = word.firstIndex(of: "=")
    let name = String(word[..<(equals ?? word.endIndex)])
    guard let option = command.allOptions.first(where: { $0.name == name }) else { throw unknown("--" + name) }
    try add(option, as: "--" + name, attached: equals.map { String(word[$0...].dropFirst()) })
  }

  private mutating func parseShort(_ word: Substring) throws(UsageError) {
    var letters = word
    while let letter = letters.popFirst() {
      guard let option = command.allOptions.first(where: { $0.short == letter }) else { throw unknown("-" + String(letter)) }
      if case .flag = option.value {
        try add(option, as: "-" + String(letter), attached: nil)
      } else {
        if letters.first == "=" { letters.removeFirst() }
        try add(option, as: "-" + String(letter), attached: letters.isEmpty ? nil : String(letters))
        letters = ""
      }
    }
  }

  private mutating func add(_ option: CommandOption, as written: String, attached: String?) throws(UsageError) {
    if result.has(option), !option.isRepeated { throw UsageError("`\(written)` is given twice") }
    guard let placeholder = option.value.placeholder else {
      if let attached { throw UsageError("`\(written)` takes no value, but has `\(attached)`") }
      result.values[option.name] = [""]
      return
    }
    guard let value = attached ?? takeNext() else { throw missing(written, placeholder) }
    guard !value.isEmpty else { throw UsageError("`\(written)` needs a value: \(placeholder), not an empty one") }
    try check(value, of: option, as: written)
    result.values[option.name, default: []].append(value)
  }

  /// The next word as a value; a word that is an option is none, so that `--out --quiet` is found to lack its folder.
  private mutating func takeNext() -> String? {
    guard let next = rest.first, !next.hasPrefix("--"), !isShortOption(next) else { return nil }
    return rest.popFirst()
  }

  private func isShortOption(_ word: String) -> Bool {
    guard word.count == 2, word.hasPrefix("-"), let letter = word.last else { return false }
    return command.allOptions.contains { $0.short == letter }
  }

  private func missing(_ written: String, _ placeholder: String) -> UsageError {
    let next = rest.first.map { ", but is followed by the option `\($0)`" } ?? ""
    return UsageError("`\(written)` needs a value: \(placeholder)\(next)")
  }

  private func check(_ value: String, of option: CommandOption, as written: String) throws(UsageError) {
    switch option.value {
    case .flag, .text: return
    case .integer(_, let range):
      let isWhole = value.drop { $0 == "-" }.allSatisfy { ("0"..."9").contains($0) }
      guard isWhole, value.last?.isNumber ?? false else { throw UsageError("`\(written)` needs a whole number, not `\(value)`") }
      guard let number = Int(value), range.contains(number) else {
        let bounds = range.upperBound == Int.max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
        let isLarge = range.upperBound == Int.max && !value.hasPrefix("-")
        throw UsageError("`\(written)` is \(value), but must be \(isLarge ? "at most \(range.upperBound)" : bounds)")
      }
    case .choice(let words):
      guard words.contains(value) else {
        let near = Suggestion.nearest(to: value, among: words).map { "did you mean `\($0)`?" }
        throw UsageError("`\(written)` knows \(quotedList(words)), but not `\(value)`", help: near)
      }
    case .assignment:
      guard let equals = value.firstIndex(of: "="), equals != value.startIndex else {
        throw UsageError("`\(written)` needs NAME=VALUE, not `\(value)`", help: "for example: \(written) epochs=20")
      }
    }
  }

  private func unknown(_ written: String) -> UsageError {
    let names = command.allOptions.map { "--" + $0.name }
    let near = Suggestion.nearest(to: written, among: names).map { "did you mean `\($0)`?" }
    let name = String(written.drop { $0 == "-" })
    let takesSettings = command.allOptions.contains { $0.name == CommandOption.set.name }
    let isSetting = name == "lr" || Statements.all.contains { $0.word == name }
    let setting = takesSettings && isSetting ? "it is a setting of the file: `--set \(name)=…`" : nil
    return UsageError(
      "`nnc \(command.name)` has no option `\(written)`", help: setting ?? near ?? "`nnc \(command.name) --help` lists them")
  }

  private func checkPositionals() throws(UsageError) {
    let given = result.positionals.count
    if given < command.positionals.count, case let next = command.positionals[given], !next.isOptional {
      let example = command.examples.first.map { "for example: \($0.line)" }
      throw UsageError("`nnc \(command.name)` needs \("AEIO".contains(next.name.first ?? " ") ? "an" : "a") \(next.name)", help: example)
    }
    if given > command.positionals.count, command.positionals.last?.isRepeated != true {
      throw UsageError("`nnc \(command.name)` has no place for `\(result.positionals[command.positionals.count])`")
    }
  }
}

/// `` `a`, `b` and `c` ``
func quotedList(_ words: [String]) -> String {
  listed(words.map { "`\($0)`" }, before: "and")
}
