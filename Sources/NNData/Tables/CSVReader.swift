import NNDiagnostics
import NNRecipe

/// A delimited table as numbers: every column but the target is an input.
///
/// Comma, semicolon and tab are recognised by the first record. Blank lines are passed over. Missing values, text in an input
/// column, numbers that are not finite and records of another length are refused with their line and column.
struct CSVReader {
  /// What was read, before the target is made into classes or values.
  struct Contents {
    var features: [String]
    /// rows x features
    var x: [Float] = []
    var target = TargetColumn()
    var targetName: String
    /// Of each row, from 1.
    var lines = RowLines()
  }

  /// What the target column is read as.
  enum TargetReading {
    case numbers
    /// Even where it is a number, because some other row holds text, or because it names the rows.
    case names
    /// It may hold anything: nothing is learned from it.
    case passedOver
  }

  let text: TableText
  let layout: CSVLayout
  let target: TargetReading
  /// Otherwise the other columns may hold anything: a series is one column.
  let readsInputs: Bool
  /// The reading stopped at a target that is no number.
  private(set) var hasFoundTextTarget = false
  private var cursor: CSVCursor
  private let whole: ClosedRange<UnsafePointer<UInt8>>
  private var column = 0

  init(
    _ text: TableText, _ layout: CSVLayout, target: TargetReading, readsInputs: Bool = true, from start: UnsafePointer<UInt8>,
    to limit: UnsafePointer<UInt8>
  ) {
    self.text = text
    self.layout = layout
    self.target = target
    self.readsInputs = readsInputs
    whole = start...limit
    cursor = CSVCursor(delimiter: layout.delimiter, from: start, to: limit)
  }

  /// Reads all rows.
  /// - Throws: NN506 at the first place that is not as a table should be.
  mutating func contents() throws(Diagnostic) -> Contents {
    var contents = Contents(features: layout.features, targetName: layout.columnName(layout.target))
    let rows = rowBound()
    try Memory.check(rows, of: 4 * (layout.columns + 2), "the numbers of \(text.name)")
    if readsInputs { contents.x.reserveCapacity(rows * layout.features.count) }
    contents.target.values.reserveCapacity(rows)
    if layout.hasHeader { try skipRecord() }
    cursor.skipBlankLines()
    var released = cursor.position
    while !cursor.isAtEnd {
      if cursor.position - released > TableText.stretch {
        text.release(released, cursor.position)
        released = cursor.position
      }
      contents.lines.append(Int32(clamping: cursor.line))
      try readRow(&contents.x, &contents.target)
      cursor.skipBlankLines()
    }
    guard contents.lines.count > 0 else {
      throw Diagnostic(.badTable, .error, layout.hasHeader ? "\(text.name) has a header and no rows" : "\(text.name) has no rows")
    }
    return contents
  }

  /// No table of these bytes can have more rows: a row takes a line, and a digit and a delimiter for each column.
  private func rowBound() -> Int {
    let bytes = whole.upperBound - whole.lowerBound
    var lines = 1
    var start = whole.lowerBound
    while start < whole.upperBound {
      let end = start + min(TableText.stretch, whole.upperBound - start)
      for byte in UnsafeBufferPointer(start: start, count: end - start) where byte == 10 { lines += 1 }
      text.release(start, end)
      start = end
    }
    return min(lines, bytes / (2 * layout.columns) + 1)
  }

  private mutating func skipRecord() throws(Diagnostic) {
    cursor.skipBlankLines()
    while true {
      _ = try field()
      if cursor.isAtLineEnd { break }
      cursor.position += 1
    }
    cursor.skipLineEnd()
  }

  @inline(__always)
  private mutating func readRow(_ x: inout [Float], _ target: inout TargetColumn) throws(Diagnostic) {
    let (start, line) = (cursor.position, cursor.line)
    let last = layout.columns - 1
    for column in 0...last {
      self.column = column
      let isTarget = column == layout.target
      if isTarget, self.target == .names {
        try readLabel(&target)
      } else if isTarget ? self.target == .passedOver : !readsInputs {
        _ = try field()
      } else {
        let value: Float
        do throws(Diagnostic) { value = try readNumber() } catch { throw causeInRow(of: error, start, line) }
        if isTarget { target.values.append(value) } else { x.append(value) }
      }
      let isAtEnd = cursor.isAtLineEnd
      guard isAtEnd == (column == last) else { throw wrongLength(try fieldCount(start, line), start, line) }
      if !isAtEnd { cursor.position += 1 }
    }
    cursor.skipLineEnd()
  }

  @inline(__always)
  private mutating func readNumber() throws(Diagnostic) -> Float {
    if case .number(let value, let end) = DecimalNumber.parse(cursor.position, cursor.limit) {
      if end == cursor.limit || end.pointee == layout.delimiter || end.pointee == 10 {
        cursor.position = end
        return value
      }
    }
    return try readAwkwardNumber()
  }

  /// A number in quotes or between blanks, before CRLF, or no number.
  private mutating func readAwkwardNumber() throws(Diagnostic) -> Float {
    let line = cursor.line
    let field = try field()
    switch DecimalNumber.parse(field.start, field.end) {
    case .number(let value, let end) where end == field.end: return value
    case .tooLarge(let end) where end == field.end: throw refusal(field, line, "is too large for a 32-bit number", "")
    case .number, .tooLarge, .notANumber: break
    }
    let name = layout.columnName(column)
    if CSVLayout.isMissing(field) {
      throw refusal(field, line, "no value", "nnc does not guess missing values: fill them or remove the rows")
    }
    hasFoundTextTarget = column == layout.target
    let word = field.text.lowercased()
    if ["inf", "-inf", "+inf", "infinity", "-infinity"].contains(word) { throw refusal(field, line, "is not finite", "") }
    var note =
      hasFoundTextTarget
      ? "the target must be a number here" : "the inputs of a table are numbers; column `\(name)` must be encoded or removed"
    if layout.delimiter != UInt8(ascii: ","), word.contains(",") { note = "the decimal sign is a point, not a comma" }
    throw refusal(field, line, "is not a number", note)
  }

  private mutating func readLabel(_ target: inout TargetColumn) throws(Diagnostic) {
    let line = cursor.line
    let field = try field()
    if CSVLayout.isMissing(field), !field.isQuoted || field.start == field.end {
      throw refusal(field, line, "no value", "a row without a label cannot be trained on: remove it")
    }
    target.append(label: field)
  }

  private mutating func field() throws(Diagnostic) -> CSVCursor.Field {
    let line = cursor.line
    do { return try cursor.field() } catch {
      switch error {
      case .openQuote(let offset):
        let place = whole.lowerBound + offset
        throw Diagnostic(
          .badTable, .error, "this quote is never closed", at: span(place, place + 1, line), "column `\(layout.columnName(column))`")
      case .behindQuote(let offset):
        let place = whole.lowerBound + offset
        throw Diagnostic(
          .badTable, .error, "text behind a closing quote", at: span(place, place + 1, cursor.line),
          "a quote inside quotes is written twice")
      }
    }
  }

  // MARK: - Messages

  private func refusal(_ field: CSVCursor.Field, _ line: Int, _ what: String, _ note: String) -> Diagnostic {
    let name = layout.columnName(column)
    let isMissing = field.start == field.end || what == "no value"
    let message = isMissing ? "no value in column `\(name)`" : "`\(field.text)` in column `\(name)` \(what)"
    return Diagnostic(
      .badTable, .error, message, at: span(field.start, field.end, line), "column `\(name)`", notes: note.isEmpty ? [] : [note])
  }

  /// In a row that lacks a field the others stand in wrong columns, which is why one of them is refused.
  private mutating func causeInRow(of problem: Diagnostic, _ start: UnsafePointer<UInt8>, _ line: Int) -> Diagnostic {
    guard let count = try? fieldCount(start, line), count != layout.columns else { return problem }
    return wrongLength(count, start, line)
  }

  /// The fields of the row from `start`; the cursor is at its end then.
  private mutating func fieldCount(_ start: UnsafePointer<UInt8>, _ line: Int) throws(Diagnostic) -> Int {
    cursor.position = start
    cursor.line = line
    var count = 1
    _ = try field()
    while !cursor.isAtLineEnd {
      cursor.position += 1
      _ = try field()
      count += 1
    }
    return count
  }

  private func wrongLength(_ count: Int, _ start: UnsafePointer<UInt8>, _ line: Int) -> Diagnostic {
    let expected = layout.hasHeader ? "the header has \(layout.columns)" : "the first row has \(layout.columns)"
    return Diagnostic(
      .badTable, .error, "this row has \(counted(count, "field")), \(expected)", at: span(start, cursor.position, line),
      counted(count, "field"))
  }

  func span(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ line: Int) -> SourceSpan {
    text.span(start, end, line: line, in: whole)
  }
}
