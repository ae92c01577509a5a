import NNDiagnostics
import NNSyntax

/// Numbers that stand apart where one size is due: `28 28 1`, `28, 28, 1`, `3x3 32`.
struct SizeInPieces {
  private let pieces: [AtomSyntax]
  /// Atoms, commas included.
  let length: Int

  var span: SourceSpan { pieces[0].span.through(pieces[pieces.count - 1].span) }

  /// nil where a number stands alone.
  init?(_ first: AtomSyntax, _ rest: ArraySlice<AtomSyntax>) {
    guard first.isNumberOrSize else { return nil }
    var (pieces, ahead) = ([first], rest)
    while let next = ahead.first {
      if case .comma = next.kind, let number = ahead.dropFirst().first, number.isNumberOrSize {
        pieces.append(number)
        ahead = ahead.dropFirst(2)
      } else if next.isNumberOrSize {
        pieces.append(next)
        ahead = ahead.dropFirst()
      } else {
        break
      }
    }
    guard pieces.count > 1 else { return nil }
    self.pieces = pieces
    length = 1 + rest.count - ahead.count
  }

  /// - Parameters:
  ///   - counts: how many numbers the size has
  ///   - summary: what they are
  func diagnostic(for word: String, _ counts: ClosedRange<Int>, _ summary: String) -> Diagnostic {
    let texts = pieces.map(\.span.text)
    var problem = Diagnostic(
      .unknownArgument, "`\(span.text)` is not a size", at: span, "one size is written with `x`, without blanks: `\(example(counts))`",
      notes: ["size: \(summary)"])
    let joined = texts.enumerated().map { index, text in
      // A name would go on to the next `x`.
      text.hasPrefix("$") && index + 1 < texts.count && !text.hasPrefix("${") ? "${\(text.dropFirst())}" : text
    }.joined(separator: "x")
    problem.candidates = [.replacing("with `x` between", span, with: joined)]
    if let braced { problem.candidates.insert(.replacing("a name ends before `x` where it stands in braces", span, with: braced), at: 0) }
    if word == "conv" || word == "deconv" { problem.candidates += asCall(texts) }
    return problem
  }

  private func example(_ counts: ClosedRange<Int>) -> String { counts.contains(1) ? "28x28x1" : "3x3x32" }

  /// `$kx$kx8`, where the names go on into the `x`.
  private var braced: String? {
    let text = span.text
    guard text.hasPrefix("$"), !text.contains(" "), !text.contains(",") else { return nil }
    return text.split(separator: "$").map { part -> String in
      guard let times = part.firstIndex(of: "x") else { return "$\(part)" }
      return "${\(part[..<times])}\(part[times...])"
    }.joined()
  }

  /// `conv 32 3 1 1`, in the order of PyTorch and Darknet.
  private func asCall(_ texts: [String]) -> [Diagnostic.Fix] {
    let names = ["", "", " stride ", " pad "]
    guard texts.count <= names.count, texts.allSatisfy({ Int($0) != nil }) else { return [] }
    let options = zip(names, texts).dropFirst(2).map { $0 + $1 }.joined()
    let text = "\(texts[1])x\(texts[1])x\(texts[0])\(options)"
    return [.replacing("if \(texts[0]) channels out of a \(texts[1])x\(texts[1]) window were meant", span, with: text)]
  }
}

/// `0,001` for `0.001`.
struct DecimalComma {
  let span: SourceSpan

  init?(_ first: AtomSyntax, _ rest: ArraySlice<AtomSyntax>) {
    guard let comma = rest.first, case .comma = comma.kind, let second = rest.dropFirst().first, first.span.end == comma.span.start,
      comma.span.end == second.span.start, Int(first.span.text) != nil, Int(second.span.text) != nil
    else { return nil }
    span = first.span.through(second.span)
  }

  var diagnostic: Diagnostic {
    let parts = span.text.split(separator: ",").map(String.init)
    if parts.count == 2, parts[1].count == 3, (1...3).contains(parts[0].count), parts[0] != "0" {
      return Diagnostic(
        .syntax, "`\(span.text)` is not a number", at: span, "thousands stand without a comma",
        fixes: [.init("leave it out", .probable, edits: [.init(span, parts.joined())])])
    }
    return Diagnostic(
      .syntax, "`\(span.text)` is not a number", at: span, "decimals follow a point, not a comma",
      fixes: [.init("write a point", .certain, edits: [.init(span, parts.joined(separator: "."))])])
  }
}

extension AtomSyntax {
  fileprivate var isNumberOrSize: Bool {
    switch kind {
    case .size: true
    case .value(.percent): false
    case .value: true
    case .string, .word, .comma: false
    }
  }
}
