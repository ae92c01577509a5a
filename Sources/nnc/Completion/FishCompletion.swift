/// Completion for fish.
enum FishCompletion {
  static func script(_ commands: [Command]) -> String {
    var lines = [
      "# Completion of nnc for fish. nnc completion fish > ~/.config/fish/completions/nnc.fish", "complete -c nnc -f",
      "complete -c nnc -n __fish_use_subcommand -l help -s h -d 'print help'",
      "complete -c nnc -n __fish_use_subcommand -l version -d 'print the version'",
      "complete -c nnc -n __fish_use_subcommand -a help -d 'the page of a command'",
      "complete -c nnc -n '__fish_seen_subcommand_from help' -a \(quoted(commands.map(\.name).joined(separator: " ")))",
    ]
    for command in commands {
      lines.append("complete -c nnc -n __fish_use_subcommand -a \(command.name) -d \(quoted(command.summary))")
      let seen = "complete -c nnc -n \(quoted("__fish_seen_subcommand_from \(command.name)"))"
      for option in command.allOptions {
        let short = option.short.map { " -s \($0)" } ?? ""
        let value = option.value.placeholder == nil ? "" : " -r" + action(option.completes)
        lines.append("\(seen) -l \(option.name)\(short)\(value) -d \(quoted(option.summary))")
      }
      if let positional = command.positionals.last {
        lines.append(seen + (action(positional.completes).isEmpty ? " -f" : action(positional.completes)))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func action(_ completion: Completion) -> String {
    switch completion {
    case .nothing: " -f"
    case .files(let endings): endings.isEmpty ? " -F" : " -k -a \(quoted("(__fish_complete_suffix .\(endings[0]))"))"
    case .folders: " -f -a \(quoted("(__fish_complete_directories)"))"
    case .choices, .words: " -f -a \(quoted(completion.words.joined(separator: " ")))"
    }
  }

  private static func quoted(_ text: String) -> String { "'\(text.map { "'\\".contains($0) ? "\\\($0)" : String($0) }.joined())'" }
}
