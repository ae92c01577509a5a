import NNDiagnostics
import NNGraph
import Testing

/// Whatever is offered was tried: after the change the problem is gone, and of a change of sizes nothing smaller would have done.
@Suite struct RepairTests {
  /// Every fix of every problem of a text, applied.
  private func expectFixesToWork(_ file: SourceFile) {
    var options = CheckOptions()
    options.provesFixes = false
    for problem in check(file).diagnostics {
      for fix in problem.fixes where !fix.edits.isEmpty {
        let after = check(file.applying(fix.edits), options: options).diagnostics
        func isSame(_ other: Diagnostic) -> Bool {
          other.code == problem.code && other.message == problem.message
            && other.primary?.span.startPosition.line == problem.primary?.span.startPosition.line
        }
        #expect(!after.contains(where: isSame), "\(problem.message): \(fix.title)")
      }
    }
  }

  @Test(arguments: BrokenLineTests.broken.indices) func fixesOfBrokenLinesWork(_ index: Int) {
    var lines = BrokenLineTests.sound
    lines[BrokenLineTests.broken[index].line - 1] = BrokenLineTests.broken[index].text
    expectFixesToWork(SourceFile(name: "net.nn", text: lines.joined(separator: "\n")))
  }

  /// Networks of stages that fit by chance or not.
  @Test(arguments: 0..<30) func fixesOfShapesWork(_ seed: Int) {
    var drawing = ConditionTests.Drawing(state: UInt64(seed) &* 0xD134_2543_DE82_EF95)
    let rough = [
      "conv 5x5x8", "conv 3x3x8 stride 2", "maxpool 3", "conv 7x7x4", "res { conv 3x3x8 }", "res { conv 3x3x6 pad 1 }", "lstm 8",
      "fc 8 relu",
      "reshape 3x3x5", "branch concat { conv 1x1x4 } { maxpool 2 }", "branch add { relu } { conv 3x3x4 pad 1 }", "conv 3x3x8 groups 3",
      "last", "flatten", "conv 3x8", "softmax",
    ]
    let stages = (0...drawing.next(4)).map { _ in drawing.next(3) == 0 ? drawing.stage() : drawing.pick(rough) }
    let input = drawing.pick(["12x12x3", "28x28x1", "1x28x28", "7x7x8", "40", "20x6"])
    let kind = input == "20x6" ? "seq " : ""
    let text = "input \(kind)\(input)\nclasses 5\n" + stages.joined(separator: "\n") + "\ngap | fc $classes softmax\n"
    expectFixesToWork(SourceFile(name: "net.nn", text: text))
  }

  /// What a person would do is what comes first.
  @Test(arguments: [
    ("input 12x12x3\nconv 3x3x8\nres { conv 3x3x8 }\ngap | fc 4 softmax\n", "conv 3x3x8 pad 1"),
    ("input 12x12x3\nres { conv 3x3x3 stride 2 pad 1 } | relu\ngap | fc 4 softmax\n", "via { conv 1x1x3 stride 2 nobias }"),
    ("input 12x12x3\nconv 3x3x8 | lstm 4 | fc 4 softmax\n", "reshape"),
    ("input 12x12x3\nconv 3x3x8 groups 2\ngap | fc 4 softmax\n", "groups"),
    ("input 48\nreshape 4x4x4 | conv 3x3x8\ngap | fc 4 softmax\n", "4x4x3"),
    ("input 8x8x1\nconv 9x9x4 | gap | fc 4 softmax\n", "pad"),
    ("input 12x12x3\nbranch concat { conv 1x1x4 } { maxpool 3 }\ngap | fc 4 softmax\n", "stride 1 pad 1"),
    ("input 10\nfc 8 relu | conv 3x3x4\nfc 4 softmax\n", nil),
  ]) func theFirstIsTheUsual(_ text: String, _ expected: String?) {
    let file = SourceFile(name: "net.nn", text: text)
    let first = check(file).diagnostics.first { $0.severity == .error }?.fixes.first { !$0.edits.isEmpty }
    guard let expected else { return #expect(first == nil) }
    let changed = first.map { String(decoding: file.applying($0.edits).bytes, as: UTF8.self) } ?? ""
    #expect(changed.contains(expected), "\(first?.title ?? "no fix"): \(changed)")
  }
}
