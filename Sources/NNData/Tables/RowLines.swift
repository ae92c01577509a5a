/// The lines of a table's rows, from 1. As long as each row is a line, they take no memory.
public struct RowLines: Sendable {
  /// Of rows.
  public private(set) var count = 0
  private var first: Int32 = 1
  /// Empty while row after row is line after line.
  private var listed: [Int32] = []
  /// The rows that were chosen of those; nil for all.
  private var chosen: [Int32]?

  public init() {}

  /// The line of a row, which counts from 0.
  public subscript(row: Int) -> Int32 {
    let row = chosen.map { Int($0[row]) } ?? row
    return listed.isEmpty ? consecutive(row) : listed[row]
  }

  mutating func append(_ line: Int32) {
    if count == 0 { first = line }
    if listed.isEmpty, line != consecutive(count) { listed = (0..<count).map(consecutive) }
    if !listed.isEmpty { listed.append(line) }
    count += 1
  }

  private func consecutive(_ row: Int) -> Int32 { Int32(clamping: Int(first) + row) }

  func choosing(_ rows: [Int32]) -> RowLines {
    var part = self
    part.count = rows.count
    // Of a list the rest is not kept.
    if chosen == nil, listed.isEmpty {
      part.chosen = rows
    } else {
      part.listed = rows.map { self[Int($0)] }
      part.chosen = nil
    }
    return part
  }
}
