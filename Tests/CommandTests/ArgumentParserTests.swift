import Testing

@testable import nnc

@Suite struct ArgumentParserTests {
  static let level = CommandOption(name: "level", short: "l", value: .integer("N", 0...9), summary: "a number")
  static let mode = CommandOption(name: "mode", value: .choice(["fast", "slow"]), summary: "a choice")
  static let file = CommandOption(name: "file", short: "f", value: .text("FILE"), summary: "a text")
  static let loud = CommandOption(name: "loud", short: "L", summary: "a flag")
  static let command = Command(
    name: "try", summary: "a command",
    positionals: [.init(name: "A", summary: "first"), .init(name: "B", summary: "rest", isOptional: true, isRepeated: true)],
    options: [level, mode, file, loud, .set], examples: [("nnc try x", "tries x")], run: { _, _ in .fine })

  private func parse(_ words: String...) throws(UsageError) -> Invocation { try ArgumentParser.parse(words[...], for: Self.command) }

  @Test func forms() throws {
    for words in [
      ["x", "--level", "3"], ["x", "--level=3"], ["-l", "3", "x"], ["-l3", "x"], ["-l=3", "x"], ["-Ll3", "x"], ["--level", "3", "--", "x"],
    ] {
      let result = try ArgumentParser.parse(words[...], for: Self.command)
      #expect(result.integer(Self.level) == 3, "\(words)")
      #expect(result.positionals == ["x"])
    }
    #expect(try parse("x").choice(Self.mode) == "fast")
    #expect(try parse("x", "--mode=slow").choice(Self.mode) == "slow")
    #expect(try parse("-", "--", "--level", "-f").positionals == ["-", "--level", "-f"])
    #expect(try parse("x", "--file=--odd").text(Self.file) == "--odd")
    #expect(try parse("x", "--loud").has(Self.loud))
    #expect(!(try parse("x").has(Self.loud)))
  }

  @Test func repeatedAssignmentsKeepTheirOrder() throws {
    let result = try parse("x", "--set", "a=1", "--set=b=c=d", "--set", "a=2")
    #expect(result.assignments(.set).map(\.name) == ["a", "b", "a"])
    #expect(result.assignments(.set).map(\.value) == ["1", "c=d", "2"])
  }

  struct Refusal {
    let words: [String]
    let message: String
    var help: String?
    init(_ words: [String], _ message: String, _ help: String? = nil) { (self.words, self.message, self.help) = (words, message, help) }
  }

  static let refused: [Refusal] = [
    Refusal(["x", "--levle", "3"], "`nnc try` has no option `--levle`", "did you mean `--level`?"),
    Refusal(["x", "-z"], "`nnc try` has no option `-z`", "`nnc try --help` lists them"),
    Refusal(["x", "--level"], "`--level` needs a value: N"), Refusal(["x", "--level="], "`--level` needs a value: N, not an empty one"),
    Refusal(["x", "--file", "", "--loud"], "`--file` needs a value: FILE, not an empty one"),
    Refusal(["x", "--file", "--loud"], "`--file` needs a value: FILE, but is followed by the option `--loud`"),
    Refusal(["x", "-f", "-L"], "`-f` needs a value: FILE, but is followed by the option `-L`"),
    Refusal(["x", "--level", "3", "-l", "4"], "`-l` is given twice"),
    Refusal(["x", "--level", "ten"], "`--level` needs a whole number, not `ten`"),
    Refusal(["x", "--level", "-1"], "`--level` is -1, but must be 0 to 9"),
    Refusal(["x", "--level", "99999999999999999999"], "`--level` is 99999999999999999999, but must be 0 to 9"),
    Refusal(["x", "--mode", "fsat"], "`--mode` knows `fast` and `slow`, but not `fsat`", "did you mean `fast`?"),
    Refusal(["x", "--loud=1"], "`--loud` takes no value, but has `1`"),
    Refusal(["x", "--set", "epochs"], "`--set` needs NAME=VALUE, not `epochs`", "for example: --set epochs=20"),
    Refusal(["x", "--set", "=3"], "`--set` needs NAME=VALUE, not `=3`", "for example: --set epochs=20"),
    Refusal([], "`nnc try` needs an A", "for example: nnc try x"),
  ]

  @Test(arguments: refused)
  func refusals(_ refusal: Refusal) {
    let problem = #expect(throws: UsageError.self) { try ArgumentParser.parse(refusal.words[...], for: Self.command) }
    #expect(problem == UsageError(refusal.message, help: refusal.help))
  }

  @Test func tooManyPositionals() {
    let one = Command(name: "one", summary: "takes one", positionals: [.init(name: "A", summary: "first")], run: { _, _ in .fine })
    let problem = #expect(throws: UsageError.self) { try ArgumentParser.parse(["x", "y"], for: one) }
    #expect(problem?.message == "`nnc one` has no place for `y`")
  }

  /// What the table says must hold of every command, so that parsing and help cannot disagree.
  @Test func tableIsWellFormed() {
    #expect(Set(allCommands.map(\.name)).count == allCommands.count)
    for command in allCommands + [Self.command] {
      let names = command.allOptions.map(\.name)
      let shorts = command.allOptions.compactMap(\.short)
      #expect(Set(names).count == names.count && Set(shorts).count == shorts.count, "\(command.name)")
      let help = Help.page(command)
      for option in command.allOptions {
        #expect(help.contains("--\(option.name)"))
        if let placeholder = option.value.placeholder { #expect(help.contains("--\(option.name) \(placeholder)")) }
      }
      for positional in command.positionals { #expect(help.contains(positional.name)) }
      #expect(help.split(separator: "\n").allSatisfy { $0.count <= 120 })
    }
  }
}
