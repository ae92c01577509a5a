/// The text of `--help`, from the table alone.
enum Help {
  static func overview(_ commands: [Command]) -> String {
    let rows = commands.map { ($0.name, $0.summary) } + [("help", "this page, or the page of a command: nnc help run")]
    return """
      nnc: a compiler for neural networks

      usage: nnc COMMAND ...

      commands:
      \(columns(rows))

      options:
      \(columns([CommandOption.help, .version].map { (left($0), $0.summary) }))

      `nnc COMMAND --help` tells more.

      """
  }

  static func page(_ command: Command) -> String {
    var sections = ["nnc \(command.name): \(command.summary)", "usage: \(usage(command))"]
    sections += command.details.map { wrap($0, indent: 0) }
    if !command.positionals.isEmpty {
      sections.append("arguments:\n" + columns(command.positionals.map { ($0.name + ($0.isRepeated ? "..." : ""), $0.summary) }))
    }
    sections.append("options:\n" + columns(command.allOptions.map { (left($0), summary($0)) }))
    if !command.examples.isEmpty {
      sections.append("examples:\n" + command.examples.map { "  \($0.line)\n      \($0.does)" }.joined(separator: "\n"))
    }
    sections.append("exit codes:\n" + columns(ExitCode.allCases.map { (String($0.rawValue), $0.meaning) }))
    return sections.joined(separator: "\n\n") + "\n"
  }

  private static func usage(_ command: Command) -> String {
    let positionals = command.positionals.map { positional in
      let name = positional.name + (positional.isRepeated ? "..." : "")
      return positional.isOptional ? "[\(name)]" : name
    }
    return (["nnc", command.name] + positionals + ["[options]"]).joined(separator: " ")
  }

  private static func left(_ option: CommandOption) -> String {
    let short = option.short.map { "-\($0), " } ?? "    "
    return short + "--" + option.name + (option.value.placeholder.map { " " + $0 } ?? "")
  }

  private static func summary(_ option: CommandOption) -> String {
    let repeats = option.isRepeated ? " (may be repeated)" : ""
    guard case .choice(let words) = option.value, let first = words.first else { return option.summary + repeats }
    return option.summary + repeats + " (default: \(first))"
  }

  private static let width = 100

  /// Two columns, the right one wrapped.
  private static func columns(_ rows: [(String, String)]) -> String {
    let leftWidth = min(rows.map(\.0.count).max() ?? 0, 32)
    return rows.map { left, right in
      let lines = wrap(right, indent: leftWidth + 4)
      if left.count > leftWidth { return "  \(left)\n" + String(repeating: " ", count: leftWidth + 4) + lines }
      return "  " + left.padded(to: leftWidth) + "  " + lines
    }.joined(separator: "\n")
  }

  /// Breaks at blanks; every line but the first starts with `indent` blanks.
  static func wrap(_ text: String, indent: Int) -> String {
    var lines = [""]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].count + word.count + 1 > width - indent { lines.append("") }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
    }
    return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
  }
}
