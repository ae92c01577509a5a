import NNDiagnostics
import NNSyntax
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a corpus of text cannot show: bytes that are no text, limits, and places.
@Suite struct ParserTests {
  private func read(_ text: String) -> (FileSyntax, [Diagnostic]) { parse(SourceFile(name: "a.nn", text: text)) }
  private func read(_ bytes: [UInt8]) -> (FileSyntax, [Diagnostic]) { parse(SourceFile(name: "a.nn", bytes: bytes)) }

  private func places(_ problems: [Diagnostic]) -> [String] {
    problems.map { problem in
      let position = problem.primary?.span.startPosition
      return "\(problem.code.rawValue) @ \(position?.line ?? 0):\(position?.column ?? 0) \(problem.message)"
    }
  }

  // MARK: Text

  @Test(arguments: [
    "input 4\nfc 3\n", "input 4\r\nfc 3\r\n", "\u{FEFF}input 4\nfc 3", "\tinput\t4\n\t\tfc 3\t\n", "input 4 # é\r\nfc 3 #\r\n",
  ])
  func lineEndsBlanksAndByteOrderMarksDoNotMatter(text: String) {
    let (tree, problems) = read(text)
    #expect(problems.isEmpty)
    #expect(TreeText.text(of: tree) == "(header input 4)\n(pipeline (fc 3))")
  }

  @Test func aCommentEndsBeforeItsLineEnd() {
    #expect(read("fc 3 # one\r\n#two\n# three").0.comments.map(\.span.text) == ["# one", "#two", "# three"])
  }

  @Test func theByteOrderMarkIsNoColumn() {
    #expect(places(read("\u{FEFF}fc 3 }\n").1) == ["NN101 @ 1:6 this `}` closes nothing"])
  }

  @Test func columnsCountCharacters() {
    #expect(places(read("model \"日本\" }\n").1) == ["NN101 @ 1:12 this `}` closes nothing"])
  }

  @Test func aLoneCarriageReturnIsNoLineEnd() {
    #expect(places(read("fc 3\rrelu\n").1) == ["NN101 @ 1:5 the control character U+000D is not part of the language"])
  }

  @Test func blanksFromWebPagesAreNamed() throws {
    let (tree, problems) = read("fc\u{A0}4 | dropout\u{200B}0.2 | relu\n")
    #expect(
      places(problems) == [
        "NN101 @ 1:3 a no-break space (U+00A0) instead of a blank", "NN101 @ 1:15 a zero-width space (U+200B) instead of a blank",
      ])
    #expect(TreeText.text(of: tree) == "(pipeline (fc 4) (dropout 0.2) (relu))")
    let edit = try #require(problems.first?.fixes.first?.edits.first)
    #expect(edit.replacement == " " && edit.span.start == 2 && edit.span.end == 4)
  }

  // MARK: Bytes that are no text

  @Test(arguments: [
    ("fc 3 # \u{0}", "NN101 @ 1:8 a NUL byte in the text"), ("model \"\u{0}\"\nfc 3", "NN101 @ 1:8 a NUL byte in the text"),
    ("fc 3\n\u{0}\nrelu", "NN101 @ 2:1 a NUL byte in the text"),
  ])
  func aNulIsAnErrorAnywhere(text: String, expected: String) { #expect(places(read(text).1) == [expected]) }

  @Test(arguments: [[0xFF], [0xC3], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80]] as [[UInt8]])
  func brokenUTF8IsAnErrorAnywhere(bytes: [UInt8]) {
    for before in ["# ", "model \"", "fc 3\nrelu | "] {
      let (_, problems) = read(Array(before.utf8) + bytes + Array((before.hasSuffix("\"") ? "\"\nfc 3" : "\nfc 3").utf8))
      #expect(problems.map(\.code) == [.syntax] && problems[0].message == "bytes that are not UTF-8", "\(bytes) after \(before)")
      #expect(problems[0].primary?.span.start == before.utf8.count)
    }
  }

  @Test func otherProblemsAreReportedBesideABrokenByte() {
    let problems = read(Array("# \u{E9}\n".unicodeScalars.map { UInt8($0.value) }) + Array("fc 3 }\n".utf8)).1
    #expect(places(problems) == ["NN101 @ 1:3 bytes that are not UTF-8", "NN101 @ 2:6 this `}` closes nothing"])
  }

  @Test func filesOfAnotherKindGiveOneProblem() {
    let wide = Array("\u{FEFF}fc 3 | relu".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    #expect(places(read(wide).1) == ["NN101 @ 1:1 the file is UTF-16, not UTF-8"])
    let image: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + (0..<200).map { UInt8(($0 * 37) & 0xFF) }
    #expect(read(image).1.count <= 2)
  }

  // MARK: Limits

  @Test func anEmptyFileHasNoProblems() {
    #expect(read("").1.isEmpty && read("").0.items.isEmpty)
    #expect(read("\u{FEFF}").1.isEmpty)
  }

  @Test func aFileCanBeTooLarge() {
    let problems = read([UInt8](repeating: UInt8(ascii: "#"), count: Limits.fileSize + 1)).1
    #expect(problems.map(\.code) == [.limit])
    #expect(read([UInt8](repeating: UInt8(ascii: "\n"), count: 100_000)).1.isEmpty)
  }

  @Test func groupsCanBeTooDeep() {
    for depth in [Limits.nesting, Limits.nesting + 1, 20_000] {
      let text = String(repeating: "res { ", count: depth) + "fc 3" + String(repeating: " }", count: depth)
      #expect(read(text).1.map(\.code) == (depth > Limits.nesting ? [.limit] : []))
    }
    #expect(read(String(repeating: "repeat 2 {\n", count: 20_000)).1.map(\.code) == [.syntax, .limit])
  }

  @Test func expressionsCanBeTooDeep() {
    for depth in [Limits.nesting, Limits.nesting + 1, 20_000] {
      let expected: [Code] = depth > Limits.nesting ? [.limit] : []
      let parentheses = String(repeating: "(", count: depth) + "1" + String(repeating: ")", count: depth)
      #expect(read("fc \(parentheses)").1.map(\.code) == expected)
      #expect(read("let a = \(parentheses)").1.map(\.code) == expected)
      #expect(read("let a = 1" + String(repeating: "+1", count: depth)).1.map(\.code) == expected)
      #expect(read("let a = " + String(repeating: "-", count: depth) + "1").1.map(\.code) == expected)
      #expect(read("fc (1" + String(repeating: "*2", count: depth) + ") | relu").1.map(\.code) == expected)
    }
  }

  @Test func problemsEndAtALimit() {
    let problems = read(String(repeating: "fc 3 }\n", count: 5000)).1
    #expect(problems.count == 101)
    #expect(problems.last?.message == "100 errors: the rest of the file was not looked at")
  }

  /// Four times the text takes about four times as long, where a quadratic step would make it sixteen times.
  @Test(arguments: [
    "fc 3 | ", "fc (", "(", "{", "}", "res {", "a, ", "1x", "1,", "|", "\"", "$", "-", "fc 3 {\n", "a {} ", "block a(", "branch add {} ",
    "@",
    "let a = ", "let a=1\n", "res {}\n", "\n\n", "#\n", "a=1 ", "f(a ", "f(1) ", "3x3x$c ", "1+", "via ", "-> ", "as ", "res { } via { ",
    "epochs 7\nfc 3\n", "é", "@|", "a={} ",
  ])
  func timeIsLinear(piece: String) {
    let short = seconds(String(repeating: piece, count: 10_000 / piece.utf8.count))
    let long = seconds(String(repeating: piece, count: 40_000 / piece.utf8.count))
    #expect(long < 10 * short + 0.005)
  }

  /// The least of three measurements, of this thread's own time: what else the machine does must not count.
  private func seconds(_ text: String) -> Double {
    let file = SourceFile(name: "a.nn", text: text)
    return (0..<3).map { _ in
      let start = threadTime()
      _ = parse(file)
      return threadTime() - start
    }.min() ?? 0
  }

  private func threadTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
