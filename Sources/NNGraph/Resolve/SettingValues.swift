/// The values of `--set name=a,b,c`, of which a sweep takes one after the other.
package enum SettingValues {
  /// Divided at `;`, or at commas where the statement itself has none: `split train 80%, test 20%` is one value, `batch 16,32` are two.
  package static func divided(_ name: String, _ value: String) -> [String] {
    if value.contains(";") { return pieces(of: value, at: ";") }
    let takesCommas = Statements.byWord[name].map { $0.isList || $0.word == "classes" || $0.word == "data" } ?? false
    return takesCommas ? [value] : pieces(of: value, at: ",")
  }

  /// Separators between parentheses or quotes do not count.
  private static func pieces(of text: String, at separator: Character) -> [String] {
    var (pieces, piece) = ([String](), "")
    var (depth, isQuoted) = (0, false)
    for character in text {
      if character == "\"" { isQuoted.toggle() }
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == separator, depth <= 0, !isQuoted {
        pieces.append(piece)
        piece = ""
      } else {
        piece.append(character)
      }
    }
    return (pieces + [piece]).map { $0.split(separator: " ").joined(separator: " ") }.filter { !$0.isEmpty }
  }
}
