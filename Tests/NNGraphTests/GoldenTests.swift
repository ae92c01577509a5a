import NNDiagnostics
import NNGraph
import NNLayers
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A `.nn` file of Tests/Golden/check with its directives, all of them comments:
///
///     # expect NN201 @ 19:21        diagnostics that are due (commas between), in the order of the file; `@ -` for no place
///     # with --input 28x28x1        an option of the check: --input, --set NAME=VALUE, --run
///     # with classes ham, spam in mail/train
///     # with target 1               what the data says
struct GoldenCase: CustomStringConvertible, Sendable {
  let name: String
  let file: SourceFile
  var description: String { name }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Golden/check")

  static let all: [GoldenCase] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".nn") }.sorted().compactMap { name in
      guard let data = try? Data(contentsOf: folder.appending(path: name)) else { return nil }
      return GoldenCase(name: name, file: SourceFile(name: name, bytes: Array(data)))
    }
  }()

  /// What stands behind a directive's word, line by line.
  private func directives(_ word: String) -> [String] {
    (1...file.lineStarts.count).compactMap { number in
      let line = file.text(ofLine: number)
      guard let mark = line.firstRange(of: "# \(word) ") else { return nil }
      return String(line[mark.upperBound...])
    }
  }

  var expected: [String] { directives("expect").flatMap { $0.components(separatedBy: ", ") } }

  var options: CheckOptions {
    var options = CheckOptions()
    options.readFile = { path in
      guard let data = try? Data(contentsOf: GoldenCase.folder.appending(path: path)) else { return .failure(FileProblem("no such file")) }
      return .success(SourceFile(name: path, bytes: Array(data)))
    }
    for directive in directives("with") {
      let words = directive.split(separator: " ", maxSplits: 1).map(String.init)
      let value = words.count > 1 ? words[1] : ""
      switch words[0] {
      case "--input": options.input = value
      case "--run": options.isForRun = true
      case "--memory": options.memory = Int(value)
      case "--set":
        let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
        options.settings.append((name: parts[0], value: parts.count > 1 ? parts[1] : ""))
      case "classes", "target", "vocab", "text", "features", "columns": options.data = facts(options.data, words[0], value)
      case _: Issue.record("\(name): unknown directive `\(directive)`")
      }
    }
    return options
  }

  private func facts(_ known: DataFacts?, _ word: String, _ value: String) -> DataFacts {
    var facts = known ?? DataFacts()
    switch word {
    case "classes":
      let parts = value.components(separatedBy: " in ")
      facts.classNames = parts[0].components(separatedBy: ", ")
      facts.classes = facts.classNames.count
      facts.classesOrigin = parts.count > 1 ? parts[1] : nil
    case "target": facts.targetWidth = Int(value)
    case "vocab": facts.vocabulary = Int(value)
    case "text":
      facts.classNames = value.map(String.init)
      (facts.classes, facts.vocabulary) = (value.count, value.count)
    case "columns": facts.input = Int(value).map { .vector($0) }
    case _: facts.features = Int(value)
    }
    return facts
  }
}

@Suite struct GoldenTests {
  @Test func thereAreCases() { #expect(GoldenCase.all.count > 60) }

  @Test(arguments: GoldenCase.all) func check(_ golden: GoldenCase) throws {
    let result = NNGraph.check(golden.file, options: golden.options)
    let found = result.diagnostics.map { diagnostic in
      let place = diagnostic.primary.map { "\($0.span.startPosition.line):\($0.span.startPosition.column)" } ?? "-"
      let file = diagnostic.primary.map { $0.span.file === golden.file ? "" : "\($0.span.file.name):" } ?? ""
      return "\(diagnostic.code.rawValue) @ \(file)\(place)"
    }
    #expect(found == golden.expected, "\(golden.name)")
    let renderer = TextRenderer()
    let text = result.diagnostics.map { renderer.render($0) + "\n" }.joined() + SummaryTable(result).text
    try compare(text, with: golden.name.replacing(".nn", with: ".txt"))
    guard !result.diagnostics.isEmpty else { return }
    try compare(result.diagnostics.map { $0.json.text + "\n" }.joined(), with: golden.name.replacing(".nn", with: ".json"))
    let edits = result.diagnostics.compactMap { $0.fixes.first { !$0.edits.isEmpty } }.flatMap(\.edits)
    guard edits.contains(where: { $0.span.file === golden.file }) else { return }
    let fixed = golden.file.applying(edits)
    try compare(String(decoding: fixed.bytes, as: UTF8.self), with: golden.name.replacing(".nn", with: ".fixed"))
  }

  private func compare(_ text: String, with name: String) throws {
    let place = GoldenCase.folder.appending(path: name)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: place)
    } else {
      let golden = String(decoding: try Data(contentsOf: place), as: UTF8.self)
      #expect(text == golden, "\(name)")
    }
  }
}
