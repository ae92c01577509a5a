import Foundation
import Testing

@testable import nnc

@Suite struct CompletionTests {
  private static func has(_ shell: String) -> Bool {
    ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(shell)") }
  }

  /// Everything that a user may type is in every script.
  @Test(arguments: ["bash", "zsh", "fish"]) func scriptIsComplete(_ shell: String) throws {
    let here = try Workshop()
    let script = try here.nnc("completion", shell).output
    for command in allCommands {
      #expect(script.contains(command.name))
      for option in command.allOptions {
        #expect(script.contains(shell == "fish" ? "-l \(option.name)" : "--\(option.name)"), "\(option.name)")
      }
    }
    #expect(try here.nnc("completion", "tcsh").errors.contains("knows `bash`, `zsh` and `fish`"))
  }

  private func workshop() throws -> Workshop {
    let here = try Workshop()
    try here.write("fc 3\n", to: "my net.nn")
    try here.write("fc 3\n", to: "other.nn")
    try here.write("x", to: "notes.txt")
    return here
  }

  @Test(.enabled(if: has("bash"))) func bash() throws {
    let here = try workshop()
    func complete(_ words: String...) throws -> [String] {
      let line = words.map { "'\($0)'" }.joined(separator: " ")
      let script = """
        . ./nnc.bash
        COMP_WORDS=(\(line)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _nnc; printf '%s\\n' "${COMPREPLY[@]}"
        """
      try here.write(script, to: "try.bash")
      return try here.shell("bash try.bash").output.split(separator: "\n").map(String.init).sorted()
    }
    try here.write(try here.nnc("completion", "bash").output, to: "nnc.bash")
    #expect(try complete("nnc", "che") == ["check"])
    #expect(try complete("nnc", "check", "--fo") == ["--format"])
    #expect(try complete("nnc", "check", "--format", "s") == ["sarif"])
    #expect(try complete("nnc", "check", "") == ["my net.nn", "other.nn"])
    #expect(try complete("nnc", "explain", "NN30").contains("NN301"))
    #expect(try complete("nnc", "explain", "con").contains("conv"))
    #expect(try complete("nnc", "completion", "") == ["bash", "fish", "zsh"])
  }

  @Test(.enabled(if: has("fish"))) func fish() throws {
    let here = try workshop()
    try here.write(try here.nnc("completion", "fish").output, to: "nnc.fish")
    func complete(_ line: String) throws -> String { try here.shell("fish -c 'source nnc.fish; complete -C \"\(line)\"'").output }
    #expect(try complete("nnc che").hasPrefix("check\t"))
    #expect(try complete("nnc check --format s").contains("sarif"))
    #expect(try complete("nnc check o").hasPrefix("other.nn"))
    #expect(try complete("nnc explain NN30").contains("NN301"))
  }

  @Test(.enabled(if: has("zsh"))) func zsh() throws {
    let here = try workshop()
    try here.write(try here.nnc("completion", "zsh").output, to: "_nnc")
    // `_arguments` runs only inside the line editor: a pseudo-terminal of zsh's own types the line and lists what fits.
    let script = """
      zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell "PS1='> '; autoload -Uz compinit; compinit -u -d ./dump; source ./_nnc; bindkey '^I' list-choices; LISTMAX=0; echo ready"
      out=; repeat 100 { sleep 0.1; zpty -r -t shell part && out+=$part; [[ $out == *$'\\n'ready* ]] && break }
      zpty -w -n shell "$1"$'\\t'
      out=; repeat 30 { sleep 0.1; zpty -r -t shell part && out+=$part }
      zpty -d shell
      print -r -- "$out"
      """
    try here.write(script, to: "try.zsh")
    func complete(_ line: String) throws -> String { try here.shell("zsh -f try.zsh '\(line)'").output }
    #expect(try complete("nnc ").contains("prove the shapes"))
    #expect(try complete("nnc check --format ").contains("sarif"))
    #expect(try complete("nnc check ").contains("other.nn"))
  }
}
