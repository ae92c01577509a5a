import NNDiagnostics

/// What stands around a span in its line.
enum LinePosition {
  /// Nothing but blanks stands before it in its line, and the line before does not end with `|`.
  static func beginsLine(_ span: SourceSpan) -> Bool {
    let bytes = span.file.bytes
    var offset = span.start - 1
    while offset >= 0, isPassed(bytes[offset]) { offset -= 1 }
    guard offset < 0 || bytes[offset] == UInt8(ascii: "\n") else { return false }
    while offset >= 0, isPassed(bytes[offset]) || bytes[offset] == UInt8(ascii: "\n") { offset -= 1 }
    return offset < 0 || bytes[offset] != UInt8(ascii: "|")
  }

  /// The line of a span with its end, where nothing but a comment stands beside it; else the span alone.
  static func wholeLine(of span: SourceSpan) -> SourceSpan {
    guard beginsLine(span), isAlone(span) else { return span }
    let line = span.file.range(ofLine: span.file.line(at: span.start))
    var end = line.upperBound
    while end < span.file.bytes.count, span.file.bytes[end] != UInt8(ascii: "\n") { end += 1 }
    return SourceSpan(span.file, line.lowerBound, min(end + 1, span.file.bytes.count))
  }

  /// Nothing but a comment follows it in its line.
  static func isAlone(_ span: SourceSpan) -> Bool {
    let bytes = span.file.bytes
    var offset = span.end
    while offset < bytes.count, isPassed(bytes[offset]) { offset += 1 }
    return offset >= bytes.count || bytes[offset] == UInt8(ascii: "\n") || bytes[offset] == UInt8(ascii: "#")
  }

  /// A line may end with a carriage return before its line feed.
  private static func isPassed(_ byte: UInt8) -> Bool { isBlank(byte) || byte == UInt8(ascii: "\r") }
}
