import Testing

@Suite struct CommandLineTests {
  @Test func helpAndVersion() throws {
    let here = try Workshop()
    for arguments in [["--help"], ["-h"], ["help"]] {
      let result = try here.start(arguments).finish()
      #expect(result.code == 0 && result.errors.isEmpty)
      #expect(result.output.hasPrefix("nnc: a compiler for neural networks\n"))
    }
    #expect(try here.nnc("--version").output == "nnc 0.1.0\n")
    let bare = try here.start([]).finish()
    #expect(bare.code == 2 && bare.output.isEmpty && bare.errors.contains("usage: nnc COMMAND"))
  }

  @Test func wrongCommand() throws {
    let here = try Workshop()
    let wrong = try here.nnc("hlep")
    #expect(wrong.code == 2 && wrong.output.isEmpty)
    #expect(wrong.errors == "error: unknown command `hlep`\nhelp: did you mean `nnc help`?\n")
    #expect(try here.nnc("--halp").errors == "error: unknown option `--halp`\nhelp: did you mean `nnc --help`?\n")
    #expect(try here.nnc("net.nn").errors.contains("help: a command comes first: nnc check net.nn"))
    // Nothing that moves a cursor reaches the terminal.
    #expect(try here.nnc("a\u{1B}[2J").errors.contains("`a\\u{1b}[2J`"))
  }

  #if os(Linux)
    @Test func fullDisk() throws {
      let here = try Workshop()
      let script = "'\(Running.executable.path)' --version > /dev/full"
      let result = try here.shell(script)
      #expect(result.code == 2)
      #expect(result.errors.contains("cannot write to standard output: No space left on device"))
    }
  #endif
}
