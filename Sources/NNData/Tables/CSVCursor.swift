import NNDiagnostics

/// Walks over the fields of a delimited text (RFC 4180): quotes, doubled quotes, line breaks inside quotes, LF or CRLF.
struct CSVCursor {
  /// One field: its bytes without quotes or surrounding blanks. `isEscaped`: doubled quotes inside stand for one.
  struct Field {
    var start: UnsafePointer<UInt8>
    var end: UnsafePointer<UInt8>
    var isQuoted = false
    var isEscaped = false

    var text: String {
      let raw = String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self)
      guard isEscaped else { return raw }
      var text = ""
      var lastWasQuote = false
      for character in raw.unicodeScalars {
        lastWasQuote = character == "\"" && !lastWasQuote
        if !lastWasQuote { text.unicodeScalars.append(character) }
      }
      return text
    }
  }

  enum Problem: Error {
    /// A quote that is never closed, or text behind a closing quote; bytes from `start`.
    case openQuote(offset: Int)
    case behindQuote(offset: Int)
  }

  let delimiter: UInt8
  let start: UnsafePointer<UInt8>
  let limit: UnsafePointer<UInt8>
  var position: UnsafePointer<UInt8>
  /// Of `position`, from 1.
  var line: Int

  init(delimiter: UInt8, from start: UnsafePointer<UInt8>, to limit: UnsafePointer<UInt8>) {
    self.delimiter = delimiter
    self.start = start
    self.limit = limit
    position = start
    line = 1
  }

  var isAtEnd: Bool { position >= limit }

  /// At the end of a record: a line end or the end of the text.
  @inline(__always)
  var isAtLineEnd: Bool {
    guard position < limit else { return true }
    let byte = position.pointee
    return byte == 10 || (byte == 13 && (position + 1 == limit || position[1] == 10))
  }

  /// Passes over the line end; the position must be at one.
  @inline(__always)
  mutating func skipLineEnd() {
    guard position < limit else { return }
    position += position.pointee == 13 && position + 1 < limit ? 2 : 1
    line += 1
  }

  /// Passes over lines that hold nothing, or nothing but blanks.
  mutating func skipBlankLines() {
    while position < limit {
      var p = position
      while p < limit, p.pointee == 32 || p.pointee == 13 || (p.pointee == 9 && delimiter != 9) { p += 1 }
      guard p < limit, p.pointee == 10 else {
        if p == limit { position = p }
        return
      }
      position = p + 1
      line += 1
    }
  }

  /// The next field; stops at the delimiter or line end behind it.
  mutating func field() throws(Problem) -> Field {
    while position < limit, position.pointee == 32 { position += 1 }
    if position < limit, position.pointee == UInt8(ascii: "\"") { return try quotedField() }
    let start = position
    while position < limit, position.pointee != delimiter, !isAtLineEnd { position += 1 }
    var end = position
    while end > start, end[-1] == 32 || (end[-1] == 9 && delimiter != 9) { end -= 1 }
    return Field(start: start, end: end)
  }

  private mutating func quotedField() throws(Problem) -> Field {
    let quote = position
    var field = Field(start: position + 1, end: position + 1, isQuoted: true)
    var p = position + 1
    var lines = 0
    while true {
      guard p < limit else { throw .openQuote(offset: quote - start) }
      if p.pointee == UInt8(ascii: "\"") {
        guard p + 1 < limit, p[1] == UInt8(ascii: "\"") else { break }
        field.isEscaped = true
        p += 1
      } else if p.pointee == 10 {
        lines += 1
      }
      p += 1
    }
    field.end = p
    position = p + 1
    line += lines
    while position < limit, position.pointee == 32 { position += 1 }
    guard isAtLineEnd || position.pointee == delimiter else { throw .behindQuote(offset: position - start) }
    return field
  }
}
