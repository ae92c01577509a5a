/// A piece of text without blanks and comments; `grammar/nn.ebnf` says how they follow each other.
struct Token {
  enum Kind: UInt8 {
    /// `relu`, `validation.loss`
    case word
    /// Digits only, so that it can be a part of a size.
    case integer
    /// With a point or an exponent.
    case decimal
    /// `20%`
    case percent
    /// `$name`, `${name}`
    case reference
    case string
    /// The `x` or `×` between two parts of a size.
    case times
    case pipe, comma, arrow, equals, colon
    case leftBrace, rightBrace, leftParenthesis, rightParenthesis
    case plus, minus, star, slash
    /// One or more line ends, with the blank and comment lines between them.
    case newline
    /// Something that is no part of the language; reported by the lexer already.
    case broken
    case end
  }

  var kind: Kind
  /// Nothing stands between the token before and this one.
  var touchesPrevious: Bool
  var start: Int32
  var end: Int32
}
