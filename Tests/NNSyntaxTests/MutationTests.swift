import NNDiagnostics
import NNSyntax
import Testing

/// Broken variants of every corpus case: the parser must neither trap nor give a place outside the file.
@Suite struct MutationTests {
  @Test(arguments: CorpusCase.all) func brokenTextIsReadWithoutHarm(corpusCase: CorpusCase) {
    let bytes = Array(corpusCase.source.utf8)
    // The seed follows from the text, so that a case keeps its variants when others are added.
    var generator = SplitMix64(state: bytes.reduce(17) { ($0 &* 31) &+ UInt64($1) })
    for _ in 0..<25 { expectHarmless(mutatedBytes(bytes, &generator)) }
    let words = pieces(of: bytes)
    for _ in 0..<25 { expectHarmless(mutatedPieces(words, &generator)) }
    for _ in 0..<10 { expectHarmless(Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))) }
  }

  private func expectHarmless(_ bytes: [UInt8]) {
    let file = SourceFile(name: "broken.nn", bytes: bytes)
    let (tree, problems) = parse(file)
    func isInside(_ span: SourceSpan) -> Bool { span.file === file && 0 <= span.start && span.start <= span.end && span.end <= bytes.count }
    let pairs = TreeSpans(tree).pairs
    let areNested = pairs.allSatisfy { isInside($0.inner) && $0.outer.start <= $0.inner.start && $0.inner.end <= $0.outer.end }
    let arePlaced = problems.allSatisfy { problem in
      let spans = problem.labels.map(\.span) + problem.fixes.flatMap { $0.edits.map(\.span) }
      return problem.primary.map { isInside($0.span) } ?? false && spans.allSatisfy(isInside)
    }
    // A tree without problems has no broken node, and can be printed and read again; one with a broken node has a problem.
    let treeText = TreeText.text(of: tree)
    let isFaithful =
      problems.isEmpty
      ? TreeText.text(of: parse(SourceFile(name: "again.nn", text: canonicalText(of: tree))).0) == treeText
      : problems.allSatisfy { !TextRenderer().render($0).isEmpty }
    let isBrokenUnseen = problems.isEmpty && treeText.contains(" !)")
    if !areNested || !arePlaced || !isFaithful || isBrokenUnseen {
      let facts = "nested \(areNested), placed \(arePlaced), faithful \(isFaithful), broken unseen \(isBrokenUnseen)"
      Issue.record("\(facts):\n\(String(decoding: bytes, as: UTF8.self))\n\(treeText)")
    }
  }

  private func mutatedBytes(_ bytes: [UInt8], _ generator: inout SplitMix64) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes.remove(at: place)
      case 1: bytes.insert(bytes[place], at: place)
      case 2: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &generator))
      case 3: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
      default: bytes.insert("{}()|x$%-.,\"\n".utf8.randomElement(using: &generator) ?? 0, at: place)
      }
    }
    return bytes
  }

  private func mutatedPieces(_ pieces: [[UInt8]], _ generator: inout SplitMix64) -> [UInt8] {
    var pieces = pieces
    for _ in 0..<Int.random(in: 1...3, using: &generator) where !pieces.isEmpty {
      let place = Int.random(in: 0..<pieces.count, using: &generator)
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: pieces.remove(at: place)
      case 1: pieces.insert(pieces[place], at: Int.random(in: 0...pieces.count, using: &generator))
      default: pieces.swapAt(place, Int.random(in: 0..<pieces.count, using: &generator))
      }
    }
    return pieces.flatMap { $0 }
  }

  /// Words, runs of digits and blanks, and single signs.
  private func pieces(of bytes: [UInt8]) -> [[UInt8]] {
    func kind(_ byte: UInt8) -> Int {
      switch Unicode.Scalar(byte) {
      case "a"..."z", "A"..."Z", "_": 1
      case "0"..."9": 2
      case " ": 3
      case "\u{80}"...: 4
      default: 0
      }
    }
    var pieces: [[UInt8]] = []
    for byte in bytes {
      if let last = pieces.last?.last, kind(last) == kind(byte), kind(byte) != 0 {
        pieces[pieces.count - 1].append(byte)
      } else {
        pieces.append([byte])
      }
    }
    return pieces
  }
}
