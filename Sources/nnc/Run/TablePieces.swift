/// A table of millions of rows as text, in pieces of a few thousand.
enum TablePieces {
  private static let rowsPerPiece = 4096

  /// - Parameter cells: of a row.
  static func of(_ header: [String], rows: Int, _ cells: @escaping (_ row: Int) -> [String]) -> some Sequence<String> {
    (0...(rows + rowsPerPiece - 1) / rowsPerPiece).lazy.map { number -> String in
      guard number > 0 else { return line(header) }
      return ((number - 1) * rowsPerPiece..<min(number * rowsPerPiece, rows)).map { line(cells($0)) }.joined()
    }
  }

  private static func line(_ cells: [String]) -> String { cells.joined(separator: ",") + "\n" }
}
