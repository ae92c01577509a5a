/// How characters become numbers and back: their place in the vocabulary, which is in code point order.
///
/// A character is a Unicode scalar; line ends are line feeds.
public struct TextCodec: Sendable, Equatable {
  /// The vocabulary, each character at its number.
  public let characters: [Unicode.Scalar]
  /// Letters become lower case first.
  public let lower: Bool
  private let numbers: [Unicode.Scalar: Int32]

  /// A character that is not in the vocabulary.
  public struct UnknownCharacter: Error, Equatable, Sendable {
    /// As it stands in the text.
    public var character: Unicode.Scalar
    /// From 0, in characters.
    public var place: Int
  }

  /// - Parameter characters: all different.
  public init(characters: [Unicode.Scalar], lower: Bool) {
    self.characters = characters
    self.lower = lower
    numbers = Dictionary(zip(characters, characters.indices.map { Int32($0) }), uniquingKeysWith: { first, _ in first })
  }

  /// Of distinct characters.
  public var count: Int { characters.count }

  /// Each character as a string: the names of the classes.
  public var names: [String] { characters.map { String(Character($0)) } }

  /// The number of each character.
  /// - Throws: the first character that is not in the vocabulary, with its place from 0.
  public func encode(_ text: String) throws(UnknownCharacter) -> [Int32] {
    var tokens: [Int32] = []
    for scalar in TextCodec.prepared(text.unicodeScalars, lower: lower) {
      guard let number = numbers[scalar] else { throw UnknownCharacter(character: scalar, place: tokens.count) }
      tokens.append(number)
    }
    return tokens
  }

  /// A number outside of the vocabulary gives U+FFFD.
  public func decode(_ token: Int) -> Unicode.Scalar { characters.indices.contains(token) ? characters[token] : "\u{FFFD}" }

  /// nil for a character that is not in the vocabulary.
  public func token(_ scalar: Unicode.Scalar) -> Int32? { numbers[scalar] }

  /// CRLF and CR become LF, and letters lower case where wanted.
  static func prepared(_ scalars: some Sequence<Unicode.Scalar>, lower: Bool) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var wasReturn = false
    for scalar in scalars {
      defer { wasReturn = scalar == "\r" }
      if scalar == "\n", wasReturn { continue }
      if scalar == "\r" {
        result.append("\n")
      } else if lower, scalar.value < 128 {
        result.append(scalar.value >= 65 && scalar.value <= 90 ? Unicode.Scalar(UInt8(scalar.value + 32)) : scalar)
      } else if lower {
        result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return result
  }
}
