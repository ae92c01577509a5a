/// Completion for bash 3.2 and newer, without bash-completion.
enum BashCompletion {
  static func script(_ commands: [Command]) -> String {
    """
    # Completion of nnc for bash. In ~/.bashrc: source <(nnc completion bash)
    _nnc() {
      local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
      COMPREPLY=()
      if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W '\((commands.map(\.name) + ["help", "--help", "--version"]).joined(separator: " "))' -- "$current"))
        return
      fi
      case $command in
    \(commands.map(branch).joined(separator: "\n"))
        help) COMPREPLY=($(compgen -W '\(commands.map(\.name).joined(separator: " "))' -- "$current")) ;;
      esac
    }

    # Files with an ending, and folders; blanks in names are kept.
    _nnc_files() {
      local IFS=$'\\n' name
      for name in $(compgen -f -- "$current"); do
        if [ -d "$name" ]; then COMPREPLY+=("$name/"); else
          case $name in $1) COMPREPLY+=("$name") ;; esac
        fi
      done
      compopt -o filenames -o nospace 2> /dev/null
      [ "${#COMPREPLY[@]}" -eq 1 ] && [ ! -d "${COMPREPLY[0]}" ] && compopt +o nospace 2> /dev/null
    }

    complete -F _nnc nnc

    """
  }

  private static func branch(_ command: Command) -> String {
    let options = command.allOptions.map { "--" + $0.name }.joined(separator: " ")
    let values = command.allOptions.compactMap { option -> String? in
      guard option.value.placeholder != nil else { return nil }
      let names = ["--" + option.name] + (option.short.map { ["-\($0)"] } ?? [])
      return "        \(names.joined(separator: "|"))) \(action(option.completes)) return ;;"
    }
    let positional = command.positionals.last.map { action($0.completes) } ?? ""
    return """
          \(command.name))
            case $previous in
      \(values.joined(separator: "\n"))
            esac
            case $current in
              -*) COMPREPLY=($(compgen -W '\(options)' -- "$current")) ;;
              *) \(positional.isEmpty ? ":" : positional.trimmingSemicolon) ;;
            esac ;;
      """
  }

  private static func action(_ completion: Completion) -> String {
    switch completion {
    case .nothing: ""
    case .files(let endings): endings.isEmpty ? "_nnc_files '*';" : "_nnc_files '*.\(endings[0])';"
    case .folders: "COMPREPLY=($(compgen -d -- \"$current\")); compopt -o filenames 2> /dev/null;"
    case .choices, .words: "COMPREPLY=($(compgen -W '\(completion.words.joined(separator: " "))' -- \"$current\"));"
    }
  }
}

extension String {
  fileprivate var trimmingSemicolon: String { hasSuffix(";") ? String(dropLast()) : self }
}
