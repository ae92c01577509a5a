/// A character that stands for another one after a copy from a web page or a word processor.
struct LookAlike {
  let name: String
  let wanted: String
  let replacement: String
  /// What it is read as, so that the rest of the line can be understood.
  let kind: Token.Kind

  /// Before a word an arrow was meant to join two stages, not to state a shape.
  static let arrowBetweenStages = LookAlike(name: "an arrow", wanted: "`|`", replacement: "|", kind: .pipe)

  static let table: [Unicode.Scalar: LookAlike] = {
    let blank = ("a blank", " ", Token.Kind.broken)
    let quote = ("`\"`", "\"", Token.Kind.broken)
    let minus = ("`-`", "-", Token.Kind.minus)
    let rows: [(Unicode.Scalar, String, (String, String, Token.Kind))] = [
      ("\u{A0}", "a no-break space", blank), ("\u{2007}", "a figure space", blank), ("\u{2009}", "a thin space", blank),
      ("\u{200B}", "a zero-width space", blank), ("\u{202F}", "a narrow no-break space", blank),
      ("\u{3000}", "an ideographic space", blank), ("\u{FEFF}", "a byte order mark", blank),
      ("\u{201C}", "a curly quote", quote), ("\u{201D}", "a curly quote", quote), ("\u{201E}", "a low quote", quote),
      ("\u{2018}", "a curly quote", quote), ("\u{2019}", "a curly quote", quote),
      ("\u{2212}", "a minus sign", minus), ("\u{2013}", "a dash", minus), ("\u{2014}", "a dash", minus),
      ("\u{2192}", "an arrow", ("`->`", "->", .arrow)), ("\u{FF5C}", "a wide bar", ("`|`", "|", .pipe)),
      ("\u{2502}", "a box line", ("`|`", "|", .pipe)), ("\u{FF0C}", "a wide comma", ("`,`", ",", .comma)),
    ]
    return Dictionary(
      rows.map { ($0.0, LookAlike(name: $0.1, wanted: $0.2.0, replacement: $0.2.1, kind: $0.2.2)) }, uniquingKeysWith: { first, _ in first }
    )
  }()

  /// Letters and digits of other alphabets that look like those of the language, and wide ones.
  static func letter(_ scalar: Unicode.Scalar) -> Character? {
    if (0xFF10...0xFF5A).contains(scalar.value) { return Unicode.Scalar(scalar.value - 0xFEE0).map(Character.init) }
    return letters[scalar]
  }

  /// The alphabet of such a letter.
  static func alphabet(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0x370...0x3FF: "a Greek letter"
    case 0x400...0x4FF: "a Cyrillic letter"
    case _: "a wide letter"
    }
  }

  private static let letters: [Unicode.Scalar: Character] = {
    let others =
      "\u{430}\u{435}\u{43E}\u{440}\u{441}\u{445}\u{443}\u{456}\u{455}\u{458}\u{43A}\u{43C}\u{442}\u{445}\u{3BF}\u{3B1}\u{3BD}\u{3C1}"
    let own = "aeopcxyisjkmtxoavp"
    return Dictionary(zip(others.unicodeScalars, own), uniquingKeysWith: { first, _ in first })
  }()

  /// What is said of characters that other languages use.
  static let advice: [Unicode.Scalar: String] = [
    ";": "a new line or `|` ends a stage", "[": "a shape is written `84x84x1`, a list with commas alone",
    "]": "a shape is written `84x84x1`, a list with commas alone", "\r": "a line ends with LF or CRLF",
    "_": "a name begins with a letter", "\\": "a line goes on after `|` or a comma",
    ">": "stages are joined by `|` or a new line", "&": "stages are joined by `|`; a name that holds it is written in quotes",
    "!": "a comment begins with `#`", "^": "there are no powers", "%": "a percentage is written `20%`",
    "×": "a size is written without blanks: `3x3x32`",
  ]
}
