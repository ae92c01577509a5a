/// The text of one `.nn` file (or table, or other text a message can point into), as bytes with a line index.
///
/// All positions in the project are UTF-8 byte offsets into `bytes`; lines and columns are worked out only when a
/// message is shown.
public final class SourceFile: Sendable {
  /// The name as the user gave it, used in messages.
  public let name: String
  /// UTF-8, exactly as read.
  public let bytes: [UInt8]
  /// Offset of the first byte of each line; never empty.
  public let lineStarts: [Int]
  /// Where `bytes` begins in the file: 1 and 0, except for an excerpt of a table too large to hold twice.
  package let firstLine: Int
  /// In bytes, from 0.
  package let firstOffset: Int
  /// What an option says, such as `--input 84x84x1`, as a text of its own: what is wrong there is no fault of a file.
  package let isOption: Bool

  /// - Parameters:
  ///   - bytes: the whole text, or some whole lines of it.
  ///   - firstLine: the line of the file, from 1, that `bytes` begins with.
  ///   - firstOffset: the offset in the file, from 0, that `bytes` begins at. Spans stay relative to `bytes`.
  public init(name: String, bytes: [UInt8], firstLine: Int = 1, firstOffset: Int = 0, isOption: Bool = false) {
    self.name = name
    self.bytes = bytes
    self.firstLine = firstLine
    self.firstOffset = firstOffset
    self.isOption = isOption
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
    lineStarts = starts
  }

  /// A copy with replacements made; of two that overlap the first by place holds.
  public func applying(_ edits: [Diagnostic.Edit]) -> SourceFile {
    var result: [UInt8] = []
    var done = 0
    let own = edits.filter { $0.span.file === self && 0 <= $0.span.start && $0.span.start <= $0.span.end && $0.span.end <= bytes.count }
    for edit in own.sorted(by: { $0.span.start < $1.span.start }) where edit.span.start >= done {
      result += bytes[done..<edit.span.start]
      result += edit.replacement.utf8
      done = edit.span.end
    }
    return SourceFile(name: name, bytes: result + bytes[done...])
  }

  /// A file that a program has in memory.
  public convenience init(name: String, text: String) { self.init(name: name, bytes: Array(text.utf8)) }

  /// Whether a UTF-8 byte order mark stands at the start; it belongs to no line.
  public var hasByteOrderMark: Bool { bytes.starts(with: [0xEF, 0xBB, 0xBF]) }

  /// The line of an offset into `bytes`, counted from 1 in the whole file.
  public func line(at offset: Int) -> Int { index(at: offset) + firstLine }

  /// The index in `lineStarts` of the line that holds an offset.
  private func index(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// Where the text of a line begins: after the byte order mark, if there is one.
  private func textStart(of index: Int) -> Int { index == 0 && hasByteOrderMark ? 3 : lineStarts[index] }

  /// Where a line (counted from 1) stands in `bytes`, without its line end; empty for a line that does not exist.
  public func range(ofLine line: Int) -> Range<Int> {
    let index = line - firstLine
    guard index >= 0, index < lineStarts.count else { return 0..<0 }
    let start = textStart(of: index)
    var end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return start..<max(start, end)
  }

  /// The bytes of a line (counted from 1) as text, without its line end.
  public func text(ofLine line: Int) -> String { String(decoding: bytes[range(ofLine: line)], as: UTF8.self) }

  /// The same; nil where bytes that are no text would be replaced, so that places in the text are no places in the file.
  package func exactText(ofLine line: Int) -> String? {
    let text = text(ofLine: line)
    return text.utf8.elementsEqual(bytes[range(ofLine: line)]) ? text : nil
  }

  /// The bytes of a span as text; a span that reaches out of the file is cut.
  public func text(_ span: SourceSpan) -> String {
    let start = min(max(0, span.start), bytes.count)
    return String(decoding: bytes[start..<min(max(start, span.end), bytes.count)], as: UTF8.self)
  }

  /// The character that begins at an offset; nil where the bytes are no UTF-8 and at the end.
  public func scalar(at offset: Int) -> Unicode.Scalar? {
    guard offset >= 0, offset < bytes.count else { return nil }
    var decoder = UTF8()
    var iterator = bytes[offset..<min(offset + 4, bytes.count)].makeIterator()
    guard case .scalarValue(let value) = decoder.decode(&iterator) else { return nil }
    return value
  }

  /// Line and column of an offset, both from 1; columns count characters (Unicode scalars).
  public func position(at offset: Int) -> SourcePosition {
    let clamped = min(max(0, offset), bytes.count)
    let index = index(at: clamped)
    let start = min(textStart(of: index), clamped)
    // A line may have megabytes, so that the characters are counted in a plain loop.
    let column = bytes.withUnsafeBufferPointer { buffer in
      var column = 1
      for offset in start..<clamped where buffer[offset] & 0xC0 != 0x80 { column += 1 }
      return column
    }
    return SourcePosition(line: index + firstLine, column: column, offset: firstOffset + clamped)
  }
}

/// A place as people count: lines and columns from 1.
public struct SourcePosition: Equatable, Sendable {
  /// From 1.
  public let line: Int
  /// In characters (Unicode scalars), from 1.
  public let column: Int
  /// Bytes from the start of the file (not of an excerpt), from 0.
  public let offset: Int
}

/// A range of bytes `start..<end` of a file. Two files can take part in one program (`use`), so a span knows its file.
public struct SourceSpan: Hashable, Sendable {
  /// The one it is a part of.
  public let file: SourceFile
  /// The offset of its first byte, from 0.
  public let start: Int
  /// The offset behind its last byte; `start` for a place between two bytes.
  public let end: Int

  /// Offsets count bytes of `file`; those outside of it are cut where the text is shown.
  public init(_ file: SourceFile, _ start: Int, _ end: Int) {
    self.file = file
    self.start = start
    self.end = end
  }

  /// At the same place of the same file; a file with the same text is another.
  public static func == (a: SourceSpan, b: SourceSpan) -> Bool { a.file === b.file && a.start == b.start && a.end == b.end }

  /// As `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(file))
    hasher.combine(start)
    hasher.combine(end)
  }

  /// Line and column of its first byte.
  public var startPosition: SourcePosition { file.position(at: start) }
  /// Line and column behind its last byte.
  public var endPosition: SourcePosition { file.position(at: end) }
  /// The part of the file; bytes that are no UTF-8 become U+FFFD.
  public var text: String { file.text(self) }

  /// The place in front of it, for what is to be put in.
  package var atStart: SourceSpan { SourceSpan(file, start, start) }
  /// The place behind it.
  package var atEnd: SourceSpan { SourceSpan(file, end, end) }

  /// The smallest span that covers both; `self` where the files differ.
  public func through(_ other: SourceSpan) -> SourceSpan {
    guard file === other.file else { return self }
    return SourceSpan(file, min(start, other.start), max(end, other.end))
  }
}
