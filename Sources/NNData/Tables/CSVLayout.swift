import NNDiagnostics
import NNRecipe

/// What the first lines of a table tell: delimiter, header, columns, and which column is the target.
struct CSVLayout {
  var delimiter: UInt8
  var hasHeader: Bool
  /// Names of all columns; empty without a header.
  var names: [String]
  /// Of all, the target included.
  var columns: Int
  /// From 0.
  var target: Int

  /// Names of the inputs.
  var features: [String] { (0..<columns).filter { $0 != target }.map(columnName) }

  /// From the header, or the column's number from 1.
  func columnName(_ column: Int) -> String {
    guard column < names.count, !names[column].isEmpty else { return "\(column + 1)" }
    return names[column]
  }

  /// - Parameters:
  ///   - hasHeader: nil to recognise it.
  ///   - needsTarget: besides the inputs.
  static func recognise(
    _ text: TableText, target: CSVSource.Target?, hasHeader: Bool?, needsTarget: Bool = true, from start: UnsafePointer<UInt8>,
    to limit: UnsafePointer<UInt8>,
    at place: SourceSpan?
  ) throws(Diagnostic) -> CSVLayout {
    try refuseWideCharacters(text, start, limit)
    let delimiter = delimiter(start, limit)
    let first = try record(text, delimiter, start, limit)
    guard !first.fields.isEmpty else { throw Diagnostic(.badTable, .error, "\(text.name) is empty") }
    let numbers = first.fields.filter(isNumber).count
    let looksLikeHeader = numbers == 0
    let header = hasHeader ?? (looksLikeHeader && first.fields.count > 0)
    let names = header ? first.fields.map(\.text) : []
    var layout = CSVLayout(delimiter: delimiter, hasHeader: header, names: names, columns: first.fields.count, target: 0)
    layout.target = try layout.targetColumn(target, text, at: place)
    if case .series? = target { return layout }
    guard layout.columns >= 2 || !needsTarget else {
      throw Diagnostic(
        .badTable, .error, "\(text.name) has one column: a table needs inputs and a target",
        notes: ["columns are separated by comma, semicolon or tab"])
    }
    if header, hasHeader == true { try layout.refuseNumbersAsHeader(first, text, start...limit) }
    return layout
  }

  // MARK: - The first record

  private static func record(
    _ text: TableText, _ delimiter: UInt8, _ start: UnsafePointer<UInt8>, _ limit: UnsafePointer<UInt8>
  ) throws(Diagnostic) -> (fields: [CSVCursor.Field], line: Int) {
    var cursor = CSVCursor(delimiter: delimiter, from: start, to: limit)
    cursor.skipBlankLines()
    let line = cursor.line
    var fields: [CSVCursor.Field] = []
    guard !cursor.isAtEnd else { return ([], line) }
    while true {
      do { fields.append(try cursor.field()) } catch {
        throw Diagnostic(.badTable, .error, "the quotes in the first line of \(text.name) do not match")
      }
      guard !cursor.isAtLineEnd else { return (fields, line) }
      cursor.position += 1
    }
  }

  /// The most frequent of comma, semicolon and tab in the first record, outside quotes.
  private static func delimiter(_ start: UnsafePointer<UInt8>, _ limit: UnsafePointer<UInt8>) -> UInt8 {
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    var hasText = false
    var p = start
    while p < limit, isQuoted || p.pointee != 10 || !hasText {
      switch p.pointee {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ","), UInt8(ascii: ";"), 9: if !isQuoted { counts[p.pointee, default: 0] += 1 }
      default: break
      }
      hasText = hasText || p.pointee > 32
      p += 1
    }
    let candidates: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), 9]
    return candidates.max { (counts[$0] ?? 0) < (counts[$1] ?? 0) } ?? UInt8(ascii: ",")
  }

  private static func refuseWideCharacters(
    _ text: TableText, _ start: UnsafePointer<UInt8>, _ limit: UnsafePointer<UInt8>
  ) throws(Diagnostic) {
    let head = UnsafeBufferPointer(start: start, count: min(limit - start, 4096))
    if head.contains(0) {
      throw Diagnostic(.badTable, .error, "\(text.name) holds NUL bytes: it is no UTF-8 text (perhaps UTF-16, or not a table)")
    }
  }

  // MARK: - The target

  private func targetColumn(_ target: CSVSource.Target?, _ text: TableText, at place: SourceSpan?) throws(Diagnostic) -> Int {
    switch target {
    case nil: return columns - 1
    case .column(let number):
      guard number >= 1, number <= columns else {
        throw Diagnostic(.badTable, .error, "`target \(number)`: \(text.name) has columns 1 to \(columns)", at: place)
      }
      return number - 1
    case .name(let name), .series(let name, _, _):
      let found = names.indices.filter { names[$0] == name }
      if found.count > 1 { throw Diagnostic(.badTable, .error, "two columns of \(text.name) are called `\(name)`", at: place) }
      if let column = found.first { return column }
      if case .series? = target, !hasHeader, let number = Int(name), (1...columns).contains(number) { return number - 1 }
      guard hasHeader else {
        throw Diagnostic(
          .badTable, .error, "\(text.name) has no header, so the column must be given by its number, not as `\(name)`", at: place)
      }
      var problem = Diagnostic(
        .badTable, .error, "\(text.name) has no column `\(name)`", at: place, notes: ["columns: \(listed(names, limit: 30))"])
      if names.contains(where: { Double($0) != nil }) {
        problem.fixes = [.init("if the first row is no header: `header off target \(names.count)`")]
      } else if let near = names.first(where: { $0.lowercased() == name.lowercased() }) ?? Suggestion.nearest(to: name, among: names) {
        problem.fixes = [.init("did you mean `\(near)`?")]
      }
      throw problem
    }
  }

  /// A table without a header would lose its first row. Whole numbers that all differ may be names (of pixels, of years).
  private func refuseNumbersAsHeader(
    _ first: (fields: [CSVCursor.Field], line: Int), _ text: TableText, _ whole: ClosedRange<UnsafePointer<UInt8>>
  ) throws(Diagnostic) {
    let inputs = first.fields.enumerated().filter { $0.offset != target }.map(\.element)
    let words = inputs.map(\.text)
    let mayBeNames = Set(words).count == words.count && words.allSatisfy { Int($0) != nil }
    guard inputs.allSatisfy(CSVLayout.isNumber), !mayBeNames, let start = inputs.first?.start, let end = inputs.last?.end else { return }
    throw Diagnostic(
      .badTable, .error, "the header of \(text.name) is a row of numbers", at: text.span(start, end, line: first.line, in: whole),
      "names of columns are expected here", fixes: [.init("without a header: `header off`, and the target by its number")])
  }

  static func isNumber(_ field: CSVCursor.Field) -> Bool {
    switch DecimalNumber.parse(field.start, field.end) {
    case .number(_, let end), .tooLarge(let end): end == field.end
    case .notANumber: false
    }
  }

  /// Empty, or one of the words that programs write for a value they do not have.
  static func isMissing(_ field: CSVCursor.Field) -> Bool {
    guard field.end - field.start <= 4 else { return false }
    return ["", "?", "na", "n/a", "nan", "null", "-nan"].contains(field.text.lowercased())
  }
}
