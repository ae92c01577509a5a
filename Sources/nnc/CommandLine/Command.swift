/// One command of the table: all that parsing, `--help` and suggestions need to know.
struct Command: Sendable {
  let name: String
  /// One line, without a full stop.
  let summary: String
  /// Paragraphs below the usage line of `--help`.
  var details: [String] = []
  var positionals: [Positional] = []
  /// Without `--help`, which every command has.
  var options: [CommandOption] = []
  /// Whole command lines, each with a few words on what it does.
  var examples: [(line: String, does: String)] = []
  let run: @Sendable (Invocation, Console) throws -> ExitCode

  struct Positional: Sendable {
    /// In capitals, as `--help` shows it.
    let name: String
    let summary: String
    var isOptional = false
    var isRepeated = false
    /// What a shell may complete it with.
    var completes = Completion.files(["nn"])
  }

  /// `--help` included.
  var allOptions: [CommandOption] { options + [.help] }
}

/// A flag or an option with a value.
struct CommandOption: Sendable {
  /// Without `--`.
  let name: String
  var short: Character?
  var value = Value.flag
  /// May be given several times.
  var isRepeated = false
  let summary: String

  enum Value: Sendable {
    case flag
    /// Any text; the name stands for it in `--help`.
    case text(String)
    case integer(String, ClosedRange<Int>)
    /// One of these words; the first is the default.
    case choice([String])
    /// `name=value`
    case assignment

    /// What stands behind the option in `--help` and in messages; nil for a flag.
    var placeholder: String? {
      switch self {
      case .flag: nil
      case .text(let name), .integer(let name, _): name
      case .choice(let words): words.joined(separator: "|")
      case .assignment: "NAME=VALUE"
      }
    }
  }

  static let help = CommandOption(name: "help", short: "h", summary: "print this help")
  static let version = CommandOption(name: "version", summary: "print the version")
  static let color = CommandOption(
    name: "color", value: .choice(["auto", "always", "never"]),
    summary: "colour in messages and tables; auto: on a terminal, unless NO_COLOR is set")
  static let format = CommandOption(name: "format", value: .choice(["text", "json"]), summary: "how results and problems are printed")
  /// What `check` can print besides: what code hosts read.
  static let reportFormat = CommandOption(
    name: "format", value: .choice(["text", "json", "sarif", "github"]),
    summary:
      "how results and problems are printed: json gives an object per file, sarif a SARIF 2.1.0 log, github annotations of GitHub Actions")
  static let input = CommandOption(
    name: "input", value: .text("SHAPE"), summary: "the shape of one example, in place of the file's `input`: 84x84x1, 4, \"seq 100x1\"")
  static let epochs = CommandOption(
    name: "epochs", value: .integer("N", 1...Int.max), summary: "train for so many epochs, in place of the file's `epochs` or `steps`")
  static let seed = CommandOption(name: "seed", value: .integer("N", 0...Int.max), summary: "in place of the file's `seed`")
  static let quiet = CommandOption(name: "quiet", short: "q", summary: "problems only")
  static let set = CommandOption(
    name: "set", value: .assignment, isRepeated: true,
    summary: "override a statement, a `let`, or the rate: --set batch=64, --set lr=0.01, --set optimizer=\"sgd lr 0.1\"")
  static let data = CommandOption(
    name: "data", value: .text("DATA"),
    summary: "a file, a folder, or a name: iris, xor, moons, mri, housing, …; overrides the file's `data`")
}
