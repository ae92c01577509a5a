import NNDiagnostics

/// Rows of cells in columns that are as wide as their longest cell, text to the left and numbers to the right.
enum TextTable {
  /// - Parameters:
  ///   - rows: of equally many cells, the names of the columns first.
  ///   - texts: the columns that hold text.
  /// - Returns: a line for each row, without blanks at its end.
  static func lines(_ rows: [[String]], texts: Set<Int>) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in rows.reduce(0) { max($0, $1[column].count) } }
    return rows.map { row in
      let cells = row.enumerated().map { column, text in
        texts.contains(column) ? text.padded(to: widths[column]) : text.leftPadded(to: widths[column])
      }
      return cells.joined(separator: "  ").trimmedAtEnd()
    }
  }
}
