import NNDiagnostics
import NNSyntax
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One case of `grammar/corpus`: a name, a source and what the parser makes of it.
///
/// A file holds cases one after the other: `=== name`, the source, `---`, the expected text. With `UPDATE_GOLDEN=1` in the
/// environment the expected texts are written anew; read the difference before it is kept.
struct CorpusCase: CustomTestStringConvertible, Sendable {
  let file: String
  let name: String
  let source: String
  let expected: String

  var testDescription: String { "\(file): \(name)" }

  /// Diagnostics with their places, then the tree.
  var actual: String {
    let (tree, problems) = parse(SourceFile(name: "case.nn", text: source))
    let lines = problems.map { problem in
      let place = problem.primary?.span.startPosition
      return "error \(problem.code.rawValue) @ \(place?.line ?? 0):\(place?.column ?? 0) \(problem.message)"
    }
    return (lines + [TreeText.text(of: tree)]).filter { !$0.isEmpty }.joined(separator: "\n")
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "grammar/corpus")

  static let all: [CorpusCase] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".txt") }.sorted().flatMap { name in
      (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)).map { read($0, name) } ?? []
    }
  }()

  private static func read(_ text: String, _ file: String) -> [CorpusCase] {
    ("\n" + text).components(separatedBy: "\n=== ").dropFirst().map { part in
      let lines = part.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let middle = lines.firstIndex(of: "---") ?? lines.count
      let source = lines[1..<middle].joined(separator: "\n")
      let expected = lines[min(middle + 1, lines.count)...].joined(separator: "\n")
      return CorpusCase(file: file, name: lines[0], source: source, expected: String(expected.trimmingSuffix(while: { $0 == "\n" })))
    }
  }

  /// Writes all cases back with what the parser gives now.
  static func update() throws {
    for (file, cases) in Dictionary(grouping: all, by: \.file) {
      let text = cases.map { "=== \($0.name)\n\($0.source)\n---\n\($0.actual)\n" }.joined(separator: "\n")
      try text.write(to: folder.appending(path: file), atomically: true, encoding: .utf8)
    }
  }
}

extension String {
  fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> Substring {
    var text = self[...]
    while let last = text.last, isTrimmed(last) { text.removeLast() }
    return text
  }

  fileprivate func components(separatedBy separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}

@Suite struct CorpusTests {
  @Test func theCorpusIsThere() throws {
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil { try CorpusCase.update() }
    #expect(CorpusCase.all.count > 60)
  }

  @Test(arguments: CorpusCase.all) func parsesAsExpected(corpusCase: CorpusCase) {
    #expect(corpusCase.actual == corpusCase.expected)
  }
}
