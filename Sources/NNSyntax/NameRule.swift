/// What a name is made of: a letter, then letters, digits and `_`, all of ASCII.
package enum NameRule {
  static func isLetter(_ character: Unicode.Scalar) -> Bool { ("a"..."z").contains(character) || ("A"..."Z").contains(character) }

  static func isDigit(_ character: Unicode.Scalar) -> Bool { ("0"..."9").contains(character) }

  static func isPart(_ character: Unicode.Scalar) -> Bool { isLetter(character) || isDigit(character) || character == "_" }

  /// Whether a constant, block, parameter or label can be called so.
  package static func isName(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, isLetter(first) else { return false }
    return text.unicodeScalars.allSatisfy(isPart)
  }
}
