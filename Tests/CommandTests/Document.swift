import Foundation
import Testing

/// A document of the tree, and its blocks of code.
struct Document: CustomTestStringConvertible {
  /// Below the folder of the package.
  let path: String
  let text: String

  static let root = URL(fileURLWithPath: examples).deletingLastPathComponent()

  /// Every Markdown file of the tree; what is hidden, as builds are, holds none of its own.
  static let all: [Document] = {
    let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
    let paths = (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "md" }.map {
      String($0.path.dropFirst(root.path.count + 1))
    }
    return paths.sorted().compactMap { try? Document($0) }
  }()

  init(_ path: String) throws {
    self.path = path
    text = try String(contentsOf: Document.root.appendingPathComponent(path), encoding: .utf8)
  }

  var testDescription: String { path }

  /// What stands between two lines of three backquotes.
  struct Block: CustomTestStringConvertible {
    /// What it is: `sh`, `console`, `nn`, `swift` or `text`.
    let language: String
    /// A word behind the language: `long` for commands that the tests do not run, `measured` for output with numbers that differ from machine to machine.
    let mark: String
    let text: String
    /// `README.md:34`
    let place: String

    var lines: [String] { text.components(separatedBy: "\n") }
    var testDescription: String { place }
  }

  var blocks: [Block] {
    var blocks: [Block] = []
    var open: (words: [String], line: Int, lines: [String])?
    for (number, line) in text.components(separatedBy: "\n").enumerated() {
      if !line.hasPrefix("```") {
        open?.lines.append(line)
      } else if let block = open {
        blocks.append(
          Block(
            language: block.words.first ?? "", mark: block.words.dropFirst().joined(separator: " "),
            text: block.lines.joined(separator: "\n"), place: "\(path):\(block.line)"))
        open = nil
      } else {
        open = (line.dropFirst(3).split(separator: " ").map(String.init), number + 1, [])
      }
    }
    return blocks
  }

  /// Lines of code by indentation alone, which say nothing of what they are.
  var indentedCode: [String] {
    var (found, isFenced, before): ([String], Bool, String) = ([], false, "")
    for line in text.components(separatedBy: "\n") {
      if line.hasPrefix("```") { isFenced.toggle() }
      if !isFenced, before.isEmpty, line.hasPrefix("    ") || line.hasPrefix("\t") { found.append(line) }
      before = line
    }
    return found
  }

  /// The targets of links that do not lead out of the tree.
  var links: [String] {
    text.components(separatedBy: "](").dropFirst().compactMap { $0.components(separatedBy: ")").first }
      .filter { !$0.contains("://") && !$0.hasPrefix("#") }
  }
}
