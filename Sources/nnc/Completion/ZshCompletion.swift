/// Completion for zsh, by its `_arguments`.
enum ZshCompletion {
  static func script(_ commands: [Command]) -> String {
    """
    #compdef nnc
    # Completion of nnc for zsh. Write it as _nnc into a folder of $fpath, or in ~/.zshrc, after compinit: source <(nnc completion zsh)
    _nnc() {
      local context state state_descr line
      typeset -A opt_args
      local -a commands
      commands=(
    \(commands.map { "    \(quoted("\($0.name):\($0.summary)"))" }.joined(separator: "\n"))
        'help:the page of a command'
      )
      _arguments -C '1:command:->command' '*::argument:->argument' '--help[print help]' '--version[print the version]'
      case $state in
        command) _describe -t commands 'command' commands ;;
        argument)
          case $words[1] in
    \(commands.map(branch).joined(separator: "\n"))
            help) _describe -t commands 'command' commands ;;
          esac ;;
      esac
    }

    if [ "$funcstack[1]" = "_nnc" ]; then _nnc "$@"; else compdef _nnc nnc; fi

    """
  }

  private static func branch(_ command: Command) -> String {
    let lines = command.allOptions.map(option) + command.positionals.map(positional)
    return "        \(command.name))\n          _arguments \\\n            " + lines.joined(separator: " \\\n            ") + " ;;"
  }

  /// `'(-q --quiet)'{-q,--quiet}'[problems only]'`
  private static func option(_ option: CommandOption) -> String {
    let long = "--" + option.name
    let value = option.value.placeholder.map { ":\(escaped($0)):\(action(option.completes))" } ?? ""
    let description = "[\(escaped(option.summary))]\(value)"
    let names = option.short.map { "{-\($0),\(long)}" } ?? ""
    let exclusive = option.isRepeated ? "*" : "(\(([option.short.map { "-\($0)" }, long].compactMap { $0 }).joined(separator: " ")))"
    return names.isEmpty ? quoted("\(exclusive)\(long)\(description)") : quoted(exclusive) + names + quoted(description)
  }

  private static func positional(_ positional: Command.Positional) -> String {
    quoted(
      "\(positional.isRepeated ? "*" : "")\(positional.isOptional ? ":" : ""):\(escaped(positional.name)):\(action(positional.completes))")
  }

  private static func action(_ completion: Completion) -> String {
    switch completion {
    case .nothing: " "
    case .files(let endings): endings.isEmpty ? "_files" : "_files -g \"*.\(endings[0])(-.)\""
    case .folders: "_files -/"
    case .choices, .words: "(\(completion.words.joined(separator: " ")))"
    }
  }

  /// `:` and brackets have a meaning inside a specification.
  private static func escaped(_ text: String) -> String {
    text.map { ":[]\\".contains($0) ? "\\\($0)" : String($0) }.joined()
  }

  private static func quoted(_ text: String) -> String { "'\(text.map { $0 == "'" ? "'\\''" : String($0) }.joined())'" }
}
