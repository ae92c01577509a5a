import NNDiagnostics
import NNSyntax
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct GrammarTests {
  let grammar: Grammar

  init() throws {
    let file = CorpusCase.folder.deletingLastPathComponent().appending(path: "nn.ebnf")
    grammar = try Grammar(String(contentsOf: file, encoding: .utf8))
  }

  @Test func everyNameHasARuleAndEveryRuleIsUsed() {
    #expect(grammar.usedNames.subtracting(grammar.rules.keys) == [])
    #expect(Set(grammar.rules.keys).subtracting(grammar.usedNames) == ["file"])
  }

  @Test func theHeaderWordsAreThoseOfTheParser() throws {
    #expect(grammar.literals(try grammar.rule("HEADER")) == HeaderWords.all)
  }

  @Test func randomSentencesAreRead() throws {
    var generator = SentenceGenerator(grammar, seed: 7)
    var longest = 0
    for _ in 0..<300 {
      let text = try generator.sentence("file")
      let problems = parse(SourceFile(name: "random.nn", text: text)).1
      // Numbers out of range (NN207) are no matter of the grammar.
      if problems.contains(where: { $0.code != .outOfRange }) { Issue.record("\(problems.map(\.message)) in \(text)") }
      longest = max(longest, text.utf8.count)
    }
    #expect(longest > 500)
  }

  /// Each rule on its own, so that none is left out by chance.
  @Test(arguments: ["header", "let", "use", "block", "pipeline", "residual", "branch", "repeat"])
  func randomSentencesOfARuleAreRead(rule: String) throws {
    var generator = SentenceGenerator(grammar, seed: 11)
    for _ in 0..<100 {
      let text = try generator.sentence(rule)
      let (tree, problems) = parse(SourceFile(name: "random.nn", text: text))
      if problems.contains(where: { $0.code != .outOfRange }) { Issue.record("\(problems.map(\.message)) in \(text)") }
      #expect(tree.items.count == 1, "\(text)")
    }
  }
}
