import NNDiagnostics
import NNReport

/// Colours of a terminal, by what they say.
enum Style: String {
  case error = "\u{1B}[1;31m"
  case warning = "\u{1B}[1;33m"
  case help = "\u{1B}[1;36m"
  case strong = "\u{1B}[1m"
  case faint = "\u{1B}[2m"

  /// `text` in this style where the stream takes colours.
  func callAsFunction(_ text: String, _ hasColor: Bool) -> String { hasColor ? rawValue + text + "\u{1B}[0m" : text }
}

extension Console {
  /// Problems, on standard error: as text with their place, or one JSON object per line.
  func report(_ diagnostics: [Diagnostic]) {
    let renderer = TextRenderer(isColoured: errorHasColor)
    for diagnostic in diagnostics { writeError(isJSON ? diagnostic.json.text + "\n" : renderer.render(diagnostic) + "\n") }
  }

  /// Something to know that is no problem, on standard error.
  func note(_ text: String) { writeError("\(Style.help("note", errorHasColor)): \(printable(text))\n") }

  /// A wrong command line, on standard error.
  func report(_ error: UsageError) {
    var text = "\(Style.error("error", errorHasColor)): \(printable(error.message))\n"
    if let help = error.help { text += "\(Style.help("help", errorHasColor)): \(printable(help))\n" }
    writeError(text)
  }
}
