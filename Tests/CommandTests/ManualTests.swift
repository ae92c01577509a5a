import Foundation
import NNDiagnostics
import NNSyntax
import Testing

/// What the documents tell to type works, and prints what they show.
///
/// A block says what it is by its language: `sh` is run, of `console` the output is compared, `nn` is checked, `swift` compiled, and `text` is none of these.
@Suite struct ManualTests {
  private static let followed = ["README.md", "examples/README.md"]

  /// No block is left out: each is of a kind that one of the tests below knows.
  @Test(arguments: Document.all) func everyBlockHasATest(_ document: Document) {
    #expect(document.indentedCode.isEmpty, "\(document.path): a block needs a language")
    for block in document.blocks {
      switch (block.language, block.mark) {
      case ("sh", ""), ("console", ""), ("console", "measured"): #expect(ManualTests.followed.contains(document.path), "\(block.place)")
      case ("sh", "long"), ("nn", ""): break
      case ("swift", ""): #expect(document.path == "README.md", "\(block.place)")
      case ("text", ""): #expect(["Sources/README.md", "grammar/REFERENCE.md"].contains(document.path), "\(block.place)")
      default: Issue.record("\(block.place): no test runs a block of `\(block.language) \(block.mark)`")
      }
    }
  }

  @Test(arguments: Document.all) func linksLeadSomewhere(_ document: Document) {
    let folder = Document.root.appendingPathComponent(document.path).deletingLastPathComponent()
    for link in document.links {
      let path = folder.appendingPathComponent(link.components(separatedBy: "#")[0]).path
      #expect(FileManager.default.fileExists(atPath: path), "\(document.path): \(link)")
    }
  }

  // MARK: - Commands

  /// A document typed from top to bottom, in a folder of its own.
  @Test(arguments: followed) func whatIsTypedWorks(_ path: String) throws {
    let reader = try Reader(of: Document(path))
    try reader.settle()
    for block in reader.document.blocks where block.mark != "long" {
      try reader.prepare(block)
      switch block.language {
      case "sh":
        let result = try reader.type("set -e\n" + block.text)
        #expect(result.code == 0, "\(block.place): \(result)")
      case "console":
        for transcript in Transcript.all(of: block) {
          let printed = try reader.type(transcript.command + " 2>&1").output
          let isMet = transcript.isMet(by: printed, isMeasured: block.mark == "measured", isSmall: !reader.isFull)
          #expect(isMet, "\(block.place): `\(transcript.command)` prints another thing:\n\(printed)")
          if reader.isFull, let shown = Transcript.accuracy(in: transcript.output) {
            let found = try #require(Transcript.accuracy(in: printed.components(separatedBy: "\n")))
            // Another instruction set adds in another order, and a training goes on from there: 0.006 apart were found, between AVX-512 and AVX2.
            #expect(abs(shown - found) <= 0.05, "\(block.place)")
          }
        }
      case "swift" where block.text.contains("Mri()"):
        try reader.write("let pixels = [Float](repeating: 0, count: 84 * 84)\n" + block.text + "\n", to: "main.swift")
        let result = try reader.type("swiftc -typecheck Mri.swift main.swift")
        #expect(result.code == 0, "\(block.place): \(result)")
      default: break
      }
    }
    #expect(try reader.type(reader.proof).code == 0, "\(path)")
  }

  /// Of what takes too long, or needs more than the toolchain, everything that is named is there; `.ci/run` and the documents say who runs it.
  @Test(arguments: Document.all) func longCommandsCanBeTyped(_ document: Document) throws {
    let commands = document.blocks.filter { $0.language == "console" }.flatMap(Transcript.all).map(\.command)
    for block in document.blocks where block.mark == "long" {
      for line in block.lines where !line.isEmpty {
        let command = line.components(separatedBy: " #")[0].trimmingCharacters(in: .whitespaces)
        let program = try #require(command.split(separator: " ").first { !$0.contains("=") }, "\(block.place)")
        if command.hasPrefix("swift run -c release nnc") {
          #expect(commands.contains(String(command.dropFirst("swift run -c release ".count))), "\(block.place)")
        } else if program != "swift" {
          let path = Document.root.appendingPathComponent(String(program)).path
          #expect(FileManager.default.isExecutableFile(atPath: path), "\(block.place)")
          #expect(try Workshop().shell("bash -n '\(path)'").code == 0, "\(block.place)")
        }
        for match in command.matches(of: /Tests\/[A-Za-z\/.]+/) {
          #expect(FileManager.default.fileExists(atPath: Document.root.appendingPathComponent(String(match.0)).path), "\(block.place)")
        }
      }
    }
  }

  // MARK: - Models and programs

  /// Every model checks; of the reference, where each line stands for itself, every line can be read (`StatementTests` and `ContractTests` check them).
  @Test(arguments: Document.all) func modelsCheck(_ document: Document) throws {
    let here = try Workshop()
    for block in document.blocks where block.language == "nn" {
      if document.path == "grammar/REFERENCE.md" {
        for line in block.lines { #expect(parse(SourceFile(name: "line.nn", text: line)).1.isEmpty, "\(block.place): \(line)") }
        continue
      }
      try here.write(block.lines.filter { $0 != "…" }.joined(separator: "\n") + "\n", to: "net.nn")
      let input = block.lines.contains { $0.hasPrefix("data ") } ? [] : ["--input", "224x224x3"]
      let result = try here.start(["check", "--quiet", "net.nn"] + input).finish()
      #expect(result.code == 0, "\(block.place): \(result)")
    }
  }

  /// The program that uses nnc as a library, and what the README shows of one, fit the modules as they are. `.ci/run` builds and runs it.
  @Test func theLibraryIsAsTheDocumentsSay() throws {
    let here = try Workshop()
    let modules = Running.executable.deletingLastPathComponent().appendingPathComponent("Modules").path
    let program = try Document("examples/library/Sources/rings/main.swift").text
    let shown = try #require(Document("README.md").blocks.last { $0.language == "swift" }).text
    // The README leaves out where file and examples come from.
    let end = try #require(program.range(of: "// Model and data are proved"))
    try here.write(program, to: "main.swift")
    #expect(try here.shell("swiftc -typecheck -swift-version 6 -I '\(modules)' main.swift").code == 0)
    try here.write(program[..<end.lowerBound] + shown + "\n", to: "main.swift")
    let result = try here.shell("swiftc -typecheck -swift-version 6 -I '\(modules)' main.swift")
    #expect(result.code == 0, "\(result)")
  }

  // MARK: - Tables

  /// The tests that the table of faults names are there: `File.test`, or a program.
  @Test func everyFaultHasItsTest() throws {
    let tests = Document.root.appendingPathComponent("Tests")
    var sources: [String: String] = [:]
    for case let file as URL in FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil) ?? .init()
    where file.pathExtension == "swift" {
      sources[file.deletingPathExtension().lastPathComponent] = try String(contentsOf: file, encoding: .utf8)
    }
    let rows = try Document("Tests/FAULTS.md").text.components(separatedBy: "\n").filter { $0.hasPrefix("| ") && $0.hasSuffix("` |") }
    #expect(rows.count > 25)
    for row in rows {
      for name in (row.components(separatedBy: " | ").last ?? "").matches(of: /`([A-Za-z\/.]+)`/).map({ String($0.1) }) {
        if FileManager.default.isExecutableFile(atPath: tests.appendingPathComponent(name).path) { continue }
        let parts = name.components(separatedBy: ".")
        #expect(parts.count == 2, "\(name) of \(row)")
        guard parts.count == 2 else { continue }
        let lines = try #require(sources[parts[0]], "\(name) of \(row)").components(separatedBy: "\n")
        let place = try #require(lines.firstIndex { $0.contains("func \(parts[1])(") }, "\(name) of \(row)")
        #expect(lines[max(0, place - 6)...place].contains { $0.contains("@Test") }, "\(name) of \(row)")
      }
    }
  }
}
