import NNDiagnostics
import NNSyntax
import Testing

@Suite struct PrinterTests {
  static let sound = CorpusCase.all.filter { !$0.expected.hasPrefix("error") }

  private func tree(_ text: String) -> FileSyntax { parse(SourceFile(name: "a.nn", text: text)).0 }

  private func expectFaithful(_ source: String) {
    let before = tree(source)
    let printed = canonicalText(of: before)
    let after = tree(printed)
    #expect(TreeText.text(of: after) == TreeText.text(of: before))
    #expect(canonicalText(of: after) == printed)
    #expect(after.comments.map(\.span.text) == before.comments.map { $0.span.text.trimmingTrailingBlanks })
  }

  @Test(arguments: sound) func theCorpusKeepsItsTreeAndItsComments(corpusCase: CorpusCase) { expectFaithful(corpusCase.source) }

  @Test func randomSentencesKeepTheirTreeAndTheirComments() throws {
    var generator = SentenceGenerator(try GrammarTests().grammar, seed: 3)
    for _ in 0..<100 { expectFaithful(try generator.sentence("file")) }
  }

  @Test func theExamplesAreInCanonicalLayout() {
    for example in CorpusCase.all where example.file == "examples.txt" {
      #expect(canonicalText(of: tree(example.source)) == example.source + "\n")
    }
  }

  /// Everything that the layout changes, and what it makes of it.
  private static let messy = """


    # what it is
    model   a   "A"#name
    let   n=2*( 3+1 )
    classes  a ,b,
       c # last


    block  f( c,s = 1 )   # parameters
    {
    # first

      conv 3×3x$c|relu|
      conv ${k}×$c
        # end

    }
    res{bn|relu}via   auto ->4x4x(2 * $c)as x
    branch concat
    {a}
    # between
    { b
    c } -> 3
    |
    branch add { a } {
    b
    } | fc(4) 0.10

    # the end

    """

  private static let neat = """
    # what it is
    model a "A"    #name
    let n = 2*(3+1)
    classes a, b,
      c  # last

    # parameters
    block f(c, s = 1) {
      # first

      conv 3x3x$c | relu
      conv ${k}x$c
      # end
    }
    res { bn | relu } via auto -> 4x4x(2*$c) as x
    branch concat
      { a }
      # between
      {
        b
        c
      } -> 3
    branch add { a } {
      b
    } | fc (4) 0.10

    # the end

    """

  @Test func theLayoutIsCanonical() {
    #expect(canonicalText(of: tree(PrinterTests.messy)) == PrinterTests.neat)
    expectFaithful(PrinterTests.messy)
  }

  @Test func lineEndsAndByteOrderMarkGo() {
    #expect(canonicalText(of: tree("\u{FEFF}fc 3\r\n\tfc 4 # a \r\n")) == "fc 3\nfc 4 # a\n".replacing(" #", with: "  #"))
    #expect(canonicalText(of: tree("")) == "")
    #expect(canonicalText(of: tree("\n\n # only\n")) == "# only\n")
  }
}

extension String {
  fileprivate var trimmingTrailingBlanks: String {
    var text = self
    while text.hasSuffix(" ") || text.hasSuffix("\t") { text.removeLast() }
    return text
  }
}
