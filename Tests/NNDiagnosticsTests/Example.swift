import Foundation
import NNDiagnostics
import Testing

/// A message that was designed before the renderer: the facts, and the text it must become.
struct Example: CustomTestStringConvertible, Sendable {
  let name: String
  let diagnostic: Diagnostic
  let text: String

  var testDescription: String { name }

  init(_ name: String, _ diagnostic: Diagnostic, _ text: String) {
    self.name = name
    self.diagnostic = diagnostic
    self.text = text
  }

  /// A message of `Golden/design` that the part which raises it is held to as well; empty, which no message is, where it is not there.
  static func designed(_ name: String) -> String {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return (try? String(contentsOf: tests.appendingPathComponent("Golden/design/\(name).txt"), encoding: .utf8)) ?? ""
  }
}

/// A file of which only some lines matter: the others are empty.
func source(_ name: String, _ lines: [Int: String]) -> SourceFile {
  let last = lines.keys.max() ?? 0
  return SourceFile(name: name, text: (1...max(1, last)).map { lines[$0] ?? "" }.joined(separator: "\n") + "\n")
}

extension SourceFile {
  /// The place of some words in a line.
  func span(_ line: Int, _ words: String, _ occurrence: Int = 1) -> SourceSpan {
    let range = range(ofLine: line)
    let wanted = Array(words.utf8)
    var found = 0
    for start in range where start + wanted.count <= range.upperBound && Array(bytes[start..<(start + wanted.count)]) == wanted {
      found += 1
      if found == occurrence { return SourceSpan(self, start, start + wanted.count) }
    }
    return SourceSpan(self, range.upperBound, range.upperBound)
  }

  /// The place behind some words in a line.
  func after(_ line: Int, _ words: String, _ occurrence: Int = 1) -> SourceSpan {
    let end = span(line, words, occurrence).end
    return SourceSpan(self, end, end)
  }
}

extension Diagnostic.Fix {
  init(_ title: String, _ span: SourceSpan, _ text: String) { self.init(title, .probable, edits: [Diagnostic.Edit(span, text)]) }
}
