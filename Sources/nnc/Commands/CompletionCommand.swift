/// `nnc completion`: what a shell needs to complete command lines of `nnc`.
enum CompletionCommand {
  static let command = Command(
    name: "completion",
    summary: "print the completion script of a shell",
    details: ["The script knows every command, option, choice and kind of file of this version."],
    positionals: [.init(name: "SHELL", summary: "bash, zsh or fish", completes: .choices(shells))],
    examples: [
      ("source <(nnc completion bash)", "in ~/.bashrc"), ("nnc completion zsh > ~/.zfunc/_nnc", "a folder of $fpath"),
      ("nnc completion fish > ~/.config/fish/completions/nnc.fish", "read by fish at its start"),
    ],
    run: run)

  private static let shells = ["bash", "zsh", "fish"]

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let shell = invocation.positionals[0]
    switch shell {
    case "bash": console.write(BashCompletion.script(allCommands))
    case "zsh": console.write(ZshCompletion.script(allCommands))
    case "fish": console.write(FishCompletion.script(allCommands))
    case _: throw UsageError("`nnc completion` knows \(quotedList(shells)), but not `\(shell)`")
    }
    return .fine
  }
}
