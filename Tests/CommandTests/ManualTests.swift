import Foundation
import Testing

@testable import nnc

/// What the documents tell to type works.
@Suite struct ManualTests {
  private static let root = URL(fileURLWithPath: examples).deletingLastPathComponent()
  static let documents = ["README.md", "examples/README.md", "Sources/README.md", "Tests/README.md", "Tests/FAULTS.md"]

  private static func read(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The insides of blocks behind three backquotes and a language.
  private static func blocks(_ language: String, in text: String) -> [String] {
    text.components(separatedBy: "\n```\(language)\n").dropFirst().map { $0.components(separatedBy: "\n```").first ?? "" }
  }

  /// Every command line of every document is one that nnc takes.
  @Test(arguments: documents) func commandsAreTaken(_ path: String) throws {
    let lines = try ManualTests.read(path).split(separator: "\n").filter { $0.hasPrefix("    ") }
    for line in lines {
      let text = line.drop { $0 == " " || $0 == "$" }
      guard text.hasPrefix("nnc ") || text.hasPrefix("swift run -c release nnc "), let start = text.range(of: "nnc ") else { continue }
      let words = ManualTests.words(text[start.upperBound...])
      guard let name = words.first, name.first?.isLowercase == true, name != "help" else { continue }
      let command = try #require(allCommands.first { $0.name == name }, "\(path): \(text)")
      #expect(throws: Never.self, "\(path): \(text)") { try ArgumentParser.parse(words.dropFirst(), for: command) }
    }
  }

  /// Of a line of shell: quotes are taken off, and what goes to a file, a pipe or a comment is left out.
  private static func words(_ line: Substring) -> [String] {
    var (words, word, quote): ([String], String?, Character?) = ([], nil, nil)
    for letter in line {
      if let open = quote {
        if letter == open { quote = nil } else { word = (word ?? "") + String(letter) }
      } else if letter == "\"" || letter == "'" {
        (quote, word) = (letter, word ?? "")
      } else if letter == " " {
        if let whole = word { words.append(whole) }
        word = nil
      } else if word == nil, ["#", "<", ">", "|"].contains(letter) {
        return words
      } else {
        word = (word ?? "") + String(letter)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }

  /// The first hour, typed from top to bottom.
  @Test func theTutorialRuns() throws {
    let here = try Workshop()
    let script = ManualTests.blocks("sh", in: try ManualTests.read("examples/README.md")).joined(separator: "\n")
    try here.write("set -e\n" + script, to: "tutorial.sh")
    let folder = Running.executable.deletingLastPathComponent().path
    let result = try here.shell("PATH=\"\(folder):$PATH\" sh tutorial.sh")
    #expect(result.code == 0, "\(result)")
    #expect(result.output.contains("[0.5, 0.1] -> 1 ") && result.output.contains("[-0.9, 0.4] -> 0 "), "\(result.output.suffix(400))")
    #expect(result.errors.contains("error[NN201]: unknown activation `rlu`"))
  }

  /// The model file in the README is sound, and its Swift compiles with the code of such a network.
  @Test func theCodeOfTheReadMe() throws {
    let here = try Workshop()
    let text = try ManualTests.read("README.md")
    let model = try #require(text.components(separatedBy: "\n```\n").first { $0.hasPrefix("# Iris") })
    try here.write(model + "\n", to: "iris.nn")
    #expect(try here.nnc("check", "iris.nn", "--data", "iris", "-q").code == 0)
    try here.write("input 84x84x1\nclasses a, b\nmaxpool 21 | fc 2 softmax\n", to: "mri.nn")
    try here.write("input 84x84x1\nclasses a, b\nmaxpool 21 | fc 2 softmax\n", to: "net.nn")
    for part in ["Training", "Testing"] {
      for name in ["a", "b"] {
        let folder = here.folder.appendingPathComponent("pictures/\(part)/\(name)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for number in 0..<3 {
          let picture = "P2 2 2 9\n\(number) 1 \(name == "a" ? 2 : 7) 3\n"
          try picture.write(to: folder.appendingPathComponent("\(number).pgm"), atomically: true, encoding: .utf8)
        }
      }
    }
    #expect(try here.nnc("run", "mri.nn", "--data", "pictures", "--epochs", "1", "-q", "-o", "r").code == 0)
    #expect(try here.nnc("emit", "mri.nn", "--weights", "r/last.safetensors", "-o", "Mri.swift").code == 0)
    let swift = try #require(ManualTests.blocks("swift", in: text).first)
    try here.write("let pixels = [Float](repeating: 0, count: 84 * 84)\n" + swift + "\n", to: "main.swift")
    let result = try here.shell("swiftc -typecheck Mri.swift main.swift")
    #expect(result.code == 0, "\(result)")
  }

  /// The program that uses nnc as a library, and what the README shows of one, fit the modules as they are. `.ci/run` builds and runs it.
  @Test func theLibraryIsAsTheDocumentsSay() throws {
    let here = try Workshop()
    let modules = Running.executable.deletingLastPathComponent().appendingPathComponent("Modules").path
    let program = try ManualTests.read("examples/library/Sources/rings/main.swift")
    let shown = try #require(ManualTests.blocks("swift", in: try ManualTests.read("README.md")).last)
    // The README leaves out where file and examples come from.
    let end = try #require(program.range(of: "// Model and data are proved"))
    try here.write(program, to: "main.swift")
    #expect(try here.shell("swiftc -typecheck -swift-version 6 -I '\(modules)' main.swift").code == 0)
    try here.write(program[..<end.lowerBound] + shown + "\n", to: "main.swift")
    let result = try here.shell("swiftc -typecheck -swift-version 6 -I '\(modules)' main.swift")
    #expect(result.code == 0, "\(result)")
  }
}
