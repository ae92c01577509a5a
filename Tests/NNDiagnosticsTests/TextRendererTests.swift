import NNDiagnostics
import Testing

@Suite struct TextRendererTests {
  @Test(arguments: LanguageExamples.all + TrainingExamples.all) func showsTheDesignedText(example: Example) {
    #expect(TextRenderer().render(example.diagnostic) == example.text)
  }

  @Test func aProblemWithoutAPlaceHasNoLines() {
    let diagnostic = Diagnostic(.noInput, "no input shape", notes: ["a fact\nand more"], fixes: [.init("add `input 4`")])
    #expect(TextRenderer().render(diagnostic) == "error[NN104]: no input shape\n  = a fact\n    and more\nhelp: add `input 4`\n")
  }

  @Test func tabsAndWideCharactersKeepTheMarksInPlace() {
    let file = source("a.nn", [1: "\tmodel \"日本é\" x"])
    let diagnostic = Diagnostic(.syntax, "m", at: file.span(1, "x"), "here", labels: [.init(file.span(1, "日本"), "wide")])
    #expect(
      TextRenderer().render(diagnostic) == """
        error[NN101]: m
         --> a.nn:1:9
          |
        1 |     model "日本é" x
          |            ---- wide
          |                   ^ here

        """)
  }

  @Test func aPlaceOverSeveralLinesShowsTheFirstAndTheLast() {
    let file = source("a.nn", [2: "fc 1 | res {", 3: "  fc 2", 4: "  fc 3", 5: "  } | relu"])
    let span = file.span(2, "res").through(file.span(5, "}"))
    #expect(
      TextRenderer().render(Diagnostic(.residualShapes, "m", at: span, "this")) == """
        error[NN305]: m
         --> a.nn:2:8
          |
        2 | fc 1 | res {
          |        ^^^^^ this
        ...
        5 |   } | relu
          |   ^

        """)
  }

  @Test func aLabelInAnotherFileHasItsOwnHeading() {
    let library = source("blocks.nn", [12: "block a { fc 3 }"])
    let file = source("a.nn", [3: "a | a"])
    let diagnostic = Diagnostic(.definedTwice, "m", at: file.span(3, "a"), "", labels: [.init(library.span(12, "a"), "first")])
    #expect(
      TextRenderer().render(diagnostic) == """
        error[NN208]: m
          --> a.nn:3:1
           |
         3 | a | a
           | ^
          ::: blocks.nn:12:7
           |
        12 | block a { fc 3 }
           |       - first

        """)
  }

  @Test func oneLineBetweenTwoIsShown() {
    let file = source("a.nn", [1: "one", 2: "two", 3: "three"])
    let diagnostic = Diagnostic(.syntax, "m", at: file.span(3, "three"), "", labels: [.init(file.span(1, "one"), "")])
    #expect(TextRenderer().render(diagnostic).hasSuffix("1 | one\n  | ---\n2 | two\n3 | three\n  | ^^^^^\n"))
  }

  @Test func editsOnSeveralLinesAreAllShown() {
    let file = source("a.nn", [1: "conv 3 | conv 4", 2: "relu", 5: "conv 5", 6: "x", 7: "y"])
    let fix = Diagnostic.Fix(
      "pad", .certain,
      edits: [
        .init(file.after(1, "conv 4"), " pad 1"), .init(file.after(1, "conv 3"), " pad 1"), .init(file.span(5, "conv"), "dwconv"),
        .init(file.span(7, "y"), ""),
      ])
    #expect(
      TextRenderer().render(Diagnostic(.syntax, "m", fixes: [fix])) == """
        error[NN101]: m
        help: pad
          |
        1 | conv 3 pad 1 | conv 4 pad 1
          |       ++++++          +++++
        ...
        5 | dwconv 5
          | ++
        ...
        7 |

        """)
  }

  @Test func nothingInAFileReachesTheTerminalUnseen() {
    let file = source("a\u{1B}[2J.nn", [1: "fc \u{1B}[31m\u{202E} x"])
    let text = TextRenderer().render(Diagnostic(.syntax, "odd `\u{1B}[0m`", at: file.span(1, "x"), "\u{7}", notes: ["\u{1B}"]))
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    #expect(!text.unicodeScalars.contains("\u{202E}"))
  }

  @Test func aLongLineIsShownAroundTheMark() {
    let file = source("a.nn", [1: String(repeating: "relu | ", count: 2000) + "rlu" + String(repeating: " | relu", count: 2000)])
    let lines = TextRenderer().render(Diagnostic(.unknownLayer, "m", at: file.span(1, "rlu"), "")).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count < 200 })
    let column = lines.last.map { $0.prefix { $0 != "^" }.count } ?? 0
    #expect(String(lines[lines.count - 2].dropFirst(column).prefix(3)) == "rlu")
  }

  @Test func spansOutsideTheFileAreHarmless() {
    let file = SourceFile(name: "a.nn", bytes: [0x66, 0xFF, 0x0A])
    for (start, end) in [(-5, 900), (3, 3), (2, 1), (900, 901), (0, 3), (1, 2)] {
      let fix = Diagnostic.Fix("t", .manual, edits: [.init(SourceSpan(file, start, end), "new")])
      let diagnostic = Diagnostic(.syntax, "m", at: SourceSpan(file, start, end), "l", fixes: [fix])
      #expect(TextRenderer().render(diagnostic).hasPrefix("error[NN101]: m\n --> a.nn:"))
      #expect(diagnostic.json.text.hasPrefix("{"))
    }
    let empty = SourceFile(name: "e.nn", bytes: [])
    #expect(
      TextRenderer().render(Diagnostic(.syntax, "m", at: SourceSpan(empty, 0, 0))) == "error[NN101]: m\n --> e.nn:1:1\n  |\n1 |\n  | ^\n")
  }

  @Test func colourIsAnOption() {
    let file = source("a.nn", [1: "rlu"])
    let diagnostic = Diagnostic(.unknownLayer, "m", at: file.span(1, "rlu"), "l", fixes: [.init("t", file.span(1, "rlu"), "relu")])
    let coloured = TextRenderer(isColoured: true).render(diagnostic)
    #expect(coloured.contains("\u{1B}[1;31merror[NN201]\u{1B}[0m"))
    // Without its colours it is the plain text.
    #expect(coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == TextRenderer().render(diagnostic))
  }
}
