import NNDiagnostics

/// An open file as the editor has it.
struct Document {
  let uri: String
  var file: SourceFile
  var version: Int?
  /// Its problems have not been sent since the last change.
  var isStale = true

  init(uri: String, text: String, version: Int?) {
    self.uri = uri
    self.version = version
    file = SourceFile(name: Document.path(of: uri), text: text)
  }

  /// Makes the changes of one notification, in order: a part of the text, or all of it.
  mutating func apply(_ changes: [JSONValue], _ encoding: PositionEncoding) {
    for change in changes {
      guard let text = change["text"]?.stringValue else { continue }
      if let range = change["range"], let start = encoding.offset(of: range["start"], in: file),
        let end = encoding.offset(of: range["end"], in: file)
      {
        file = file.applying([.init(SourceSpan(file, min(start, end), max(start, end)), text)])
      } else {
        file = SourceFile(name: file.name, text: text)
      }
    }
    isStale = true
  }

  /// `file:///a%20b.nn` is `/a b.nn`; other schemes stay as they are.
  static func path(of uri: String) -> String {
    guard uri.hasPrefix("file://") else { return uri }
    var bytes: [UInt8] = []
    var rest = Array(uri.utf8.dropFirst(7))[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// What a column counts. The protocol's own is UTF-16; a client may offer UTF-8, which costs nothing to count.
package enum PositionEncoding: String, Sendable {
  case utf8 = "utf-8"
  case utf16 = "utf-16"

  private func units(_ scalar: Unicode.Scalar) -> Int {
    switch self {
    case .utf8: UTF8.width(scalar)
    case .utf16: UTF16.width(scalar)
    }
  }

  /// The offset of a position; one behind a line's end is its end. nil where it is no position.
  func offset(of position: JSONValue?, in file: SourceFile) -> Int? {
    guard let line = position?["line"]?.integerValue, let character = position?["character"]?.integerValue, line >= 0, character >= 0 else {
      return nil
    }
    guard line < file.lineStarts.count else { return file.bytes.count }
    let range = file.range(ofLine: line + 1)
    var (offset, column) = (range.lowerBound, 0)
    while offset < range.upperBound, column < character {
      guard let scalar = file.scalar(at: offset) else { return offset }
      column += units(scalar)
      offset += UTF8.width(scalar)
    }
    return min(offset, range.upperBound)
  }

  func position(of offset: Int, in file: SourceFile) -> JSONValue {
    let line = file.line(at: min(max(0, offset), file.bytes.count))
    var place = file.range(ofLine: line).lowerBound
    var column = 0
    while place < offset, place < file.bytes.count {
      // A line may have megabytes, and thousands of places in it.
      if file.bytes[place] < 0x80 {
        (place, column) = (place + 1, column + 1)
        continue
      }
      guard let scalar = file.scalar(at: place) else { break }
      column += units(scalar)
      place += UTF8.width(scalar)
    }
    return ["line": .integer(line - 1), "character": .integer(column)]
  }

  func range(of span: SourceSpan) -> JSONValue {
    ["start": position(of: span.start, in: span.file), "end": position(of: span.end, in: span.file)]
  }
}
