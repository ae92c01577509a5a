/// What may be typed at a place of a command line: for the completion of a shell.
enum Completion: Sendable {
  case nothing
  /// Files with one of these endings, and folders on the way to them; any file where there are none.
  case files([String])
  case folders
  case choices([String])
  /// The codes and words that `explain` knows.
  case words
}

extension CommandOption {
  /// From the kind of value, and from the word that stands for it in `--help`.
  var completes: Completion {
    switch value {
    case .flag, .integer, .assignment: return .nothing
    case .choice(let words): return .choices(words)
    case .text(let placeholder):
      switch placeholder {
      case "DIR": return .folders
      case "FILE" where name == "weights": return .files(["safetensors"])
      case "FILE", "PATH", "DATA": return .files([])
      case _: return .nothing
      }
    }
  }
}

extension Completion {
  /// The words of `.choices` and `.words`.
  var words: [String] {
    switch self {
    case .choices(let words): words
    case .words: ExplainCommand.subjects.filter { !$0.hasPrefix("$") && !$0.hasPrefix("-") }
    case .nothing, .files, .folders: []
    }
  }
}
