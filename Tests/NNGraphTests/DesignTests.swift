import NNDiagnostics
import NNGraph
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The situations whose messages were designed before the compiler: `Golden/design/situations.txt` holds for each `=== file name`, the file,
/// `---`, and the message to the letter.
struct DesignedSituation: CustomStringConvertible, Sendable {
  let golden: GoldenCase
  let message: String
  var description: String { String(message.prefix(while: { $0 != "\n" })) }

  static let all: [DesignedSituation] = {
    let place = GoldenCase.folder.appending(path: "../design/situations.txt")
    let text = (try? String(contentsOf: place, encoding: .utf8)) ?? ""
    return ("\n" + text).components(separatedBy: "\n=== ").dropFirst().map { part in
      let halves = part.components(separatedBy: "\n---\n")
      let lines = halves[0].split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      let file = SourceFile(name: String(lines[0]), text: String(lines[1]) + "\n")
      let message = halves[1].hasSuffix("\n") ? halves[1] : halves[1] + "\n"
      return DesignedSituation(golden: GoldenCase(name: file.name, file: file), message: message)
    }
  }()
}

@Suite struct DesignTests {
  @Test func thereAreAll() { #expect(DesignedSituation.all.count == 14) }

  @Test(arguments: DesignedSituation.all) func messageIsAsDesigned(_ situation: DesignedSituation) throws {
    let code = try #require(situation.message.split(separator: "[").dropFirst().first?.prefix(5))
    let found = check(situation.golden.file, options: situation.golden.options).diagnostics.filter { $0.code.rawValue == code }
    #expect(found.count == 1)
    #expect(found.first.map { TextRenderer().render($0) } == situation.message)
  }

  /// What is offered is proved: after a fix its problem is gone.
  @Test(arguments: GoldenCase.all + DesignedSituation.all.map(\.golden)) func offeredFixesWork(_ golden: GoldenCase) {
    let before = check(golden.file, options: golden.options)
    for problem in before.diagnostics {
      for fix in problem.fixes where !fix.edits.isEmpty && fix.edits.allSatisfy({ $0.span.file === golden.file }) {
        let after = check(golden.file.applying(fix.edits), options: golden.options).diagnostics
        func count(_ all: [Diagnostic]) -> Int { all.count { $0.code == problem.code && $0.message == problem.message } }
        #expect(count(after) < count(before.diagnostics), "\(problem.message): \(fix.title)")
      }
      #expect(problem.candidates.isEmpty)
    }
  }
}
