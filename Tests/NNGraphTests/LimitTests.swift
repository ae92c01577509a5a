import NNDiagnostics
import NNGraph
import NNLayers
import Testing

/// Files that ask for too much, and files that were damaged: always an answer, never a trap.
@Suite struct LimitTests {
  private func codes(_ text: String) -> [Code] { check(SourceFile(name: "test.nn", text: text)).diagnostics.map(\.code) }

  @Test func blocksThatDoubleStopAtTheLimit() {
    let blocks = (1...40).map { "block b\($0) { b\($0 - 1) | b\($0 - 1) }" }
    #expect(codes("input 4\nblock b0 { relu }\n\(blocks.joined(separator: "\n"))\nb40\n") == [.limit])
  }

  @Test func emptyTurnsCount() {
    #expect(codes("input 4\nrepeat 9999 { repeat 9999 { repeat 9999 {} } }\n") == [.limit])
  }

  @Test func blocksInBlocksStopAtTheLimit() {
    let blocks = (1...1000).map { "block b\($0) { b\($0 - 1) }" }
    #expect(codes("input 4\nblock b0 { relu }\n\(blocks.joined(separator: "\n"))\nb1000\n") == [.limit])
  }

  @Test func aLongChainOfConstantsIsWorkedOut() {
    let constants = (1...5000).map { "let c\($0) = $c\($0 - 1) + 1" }
    let result = check(
      SourceFile(name: "test.nn", text: "let c0 = 0\n\(constants.joined(separator: "\n"))\ninput 4\nclasses $c5000\nfc $c5000\n"))
    #expect(result.output == .vector(5000))
  }

  @Test func deepGroups() {
    let text = "input 4\n" + String(repeating: "res { ", count: 150) + "relu" + String(repeating: " }", count: 150) + "\n"
    #expect(codes(text).isEmpty)
  }

  @Test func sizesThatDoNotFitAnInteger() {
    for line in [
      "fc (9007199254740992*9007199254740992*9007199254740992)", "conv 9007199254740992x3x3", "fc 9007199254740992", "fc (1e300*1e300)",
      "repeat 9007199254740992 { relu }", "conv 3x3x3 stride 9007199254740992", "dropout 1e300",
      "reshape 9007199254740992x9007199254740992x2", "fc 0e-9223372036854775808", "fc 1e9223372036854775807",
      "maxpool 2 -> 9007199254740992x9007199254740992x9007199254740992",
      "fc (1/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3/3)",
    ] {
      let result = check(SourceFile(name: "test.nn", text: "input 8x8x3\n\(line)\n"))
      #expect(!result.isOK, "\(line)")
      // Without an input everything is tried with other shapes.
      _ = check(SourceFile(name: "test.nn", text: "\(line)\n")).json.text
    }
  }

  /// Lines and words of the golden files, taken out, doubled and exchanged: 20 damaged files each, the same ones every time.
  @Test(arguments: GoldenCase.all) func damagedFilesGetAnAnswer(_ golden: GoldenCase) {
    var generator = Generator(state: UInt64(golden.file.bytes.count))
    let words = golden.file.text(SourceSpan(golden.file, 0, golden.file.bytes.count)).split(
      separator: " ", omittingEmptySubsequences: false)
    guard words.count > 2 else { return }
    for turn in 0..<20 {
      var damaged = words
      for _ in 0...turn % 4 {
        let (a, b) = (generator.next(below: damaged.count), generator.next(below: damaged.count))
        switch generator.next(below: 3) {
        case 0: damaged.remove(at: a)
        case 1: damaged.insert(damaged[b], at: a)
        case _: damaged.swapAt(a, b)
        }
        if damaged.count < 2 { break }
      }
      let result = check(SourceFile(name: "damaged.nn", text: damaged.joined(separator: " ")), options: golden.options)
      #expect(SummaryTable(result).text.hasSuffix("\n"))
      #expect(result.json.text.hasSuffix("]}"))
      #expect(result.isOK || result.model == nil)
      let renderer = TextRenderer()
      for diagnostic in result.diagnostics { #expect(!renderer.render(diagnostic).isEmpty) }
    }
  }

  /// A linear congruential generator (Knuth, MMIX): tests are the same every time.
  private struct Generator {
    var state: UInt64
    mutating func next(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % max(1, limit)
    }
  }
}

/// Each of these once took seconds or hundreds of megabytes: now a limit answers, or the work is bounded.
@Suite struct HostileFileTests {
  static let files: [(name: String, text: String, codes: Set<Code>)] = [
    ("statements", String(repeating: "optimizer adam\n", count: 60_000), [.limit, .statementTwice]),
    ("misspelt statements", String(repeating: "optimzer adam\n", count: 49_000), [.limit, .unknownStatement]),
    ("unknown layers", "input 8\n" + String(repeating: "rlu\n", count: 49_000), [.limit, .unknownLayer]),
    ("an unknown layer in a repeat", "input 8\nrepeat 19999 { rlu }\n", [.unknownLayer]),
    ("braces", String(repeating: "{", count: 1 << 21), [.limit]),
    ("a word", String(repeating: "a", count: 1 << 21), [.limit]),
    ("a number", "fc " + String(repeating: "9", count: 1 << 21), [.limit]),
    ("a text", "model \"" + String(repeating: "a", count: 1 << 20) + "\"\ninput 3\nfc 3", [.limit]),
    ("quotes", "bloc" + String(repeating: "'", count: 200) + " { conv 3x3x$c }\ninput 8x8x3\nrlu | fc 3\n", [.limit, .syntax]),
    ("turns", "input 8x8x1\nrepeat 20001 { relu }\n", [.limit]),
    ("warnings", (0..<300).map { "let c\($0) = 1\n" }.joined() + "input 3\nfc 3\n", [.limit, .unused]),
  ]

  @Test(arguments: files.indices) func getsAnAnswer(_ index: Int) {
    let (name, text, codes) = Self.files[index]
    let clock = ContinuousClock()
    var result: CheckResult?
    let time = clock.measure { result = check(SourceFile(name: "hostile.nn", text: text)) }
    #expect(Set(result?.diagnostics.map(\.code) ?? []) == codes, "\(name)")
    #expect(result?.diagnostics.count ?? 0 <= 101, "\(name)")
    #expect(result?.isOK == (name == "warnings"))
    // A debug build of a busy machine; what is guarded against takes minutes.
    #expect(time < .seconds(30), "\(name)")
  }

  /// A line of Python with bytes that are no text in it, at the end of the file: found by libFuzzer.
  @Test func brokenBytesInAForeignCall() {
    let bytes = Array("x.add(Conv2D(32, (3, 3), activation=".utf8) + Array(repeating: 0xC8, count: 9) + Array("\"relu\"))".utf8)
    let result = check(SourceFile(name: "net.nn", bytes: bytes))
    #expect(result.diagnostics.contains { $0.severity == .error })
  }
}
