extension ConfusionMatrix {
  /// An aligned table with recall and precision; of many classes, the pairs most often confused.
  public func text() -> String {
    classes.count <= 14 ? table() : worstPairs()
  }

  private func table() -> String {
    let names = classes.map { shortened(printable($0), to: 16) }
    let predicted = counts.indices.map { column in
      max(names[column].count, counts.map { String($0[column]).count }.max() ?? 1, 5)
    }
    let left = max(names.map(\.count).max() ?? 0, "actual \\ predicted".count)
    func line(_ first: String, _ cells: [String], _ last: String) -> String {
      let padded = zip(cells, predicted).map { rightAligned($0, $1) }
      return "  " + leftAligned(first, left) + "  " + padded.joined(separator: "  ") + "  " + rightAligned(last, 6)
    }
    func share(_ value: Double?) -> String { value.map { fixed($0, 3) } ?? "-" }
    var lines = [line("actual \\ predicted", names, "recall")]
    for row in counts.indices { lines.append(line(names[row], counts[row].map(String.init), share(recall(row)))) }
    lines.append(line("precision", counts.indices.map { share(precision($0)) }, ""))
    return lines.map(withoutEndBlanks).joined(separator: "\n") + "\n"
  }

  private func worstPairs() -> String {
    let pairs = counts.indices.flatMap { row in
      counts.indices.filter { $0 != row && counts[row][$0] > 0 }.map { (row: row, column: $0, count: counts[row][$0]) }
    }
    // Ties in the order of the classes, so that the same matrix always gives the same text.
    let worst = pairs.sorted { ($1.count, $0.row, $0.column) < ($0.count, $1.row, $1.column) }.prefix(10)
    guard !worst.isEmpty else { return "  no class was taken for another\n" }
    let width = worst.map { String($0.count).count }.max() ?? 1
    return "  most often confused:\n"
      + worst.map {
        "  \(rightAligned(String($0.count), width + 2))  \(printable(classes[$0.row])) taken for \(printable(classes[$0.column]))\n"
      }.joined()
  }
}

private func shortened(_ text: String, to length: Int) -> String { text.count <= length ? text : text.prefix(length - 1) + "…" }

private func leftAligned(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }

private func rightAligned(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }

private func withoutEndBlanks(_ line: String) -> String {
  var result = Substring(line)
  while result.last == " " { result.removeLast() }
  return String(result)
}
