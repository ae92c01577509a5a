extension JSONValue {
  /// Why a text is no JSON.
  package struct ReadingError: Error, Equatable {
    /// Bytes from the start.
    package let offset: Int
    package let reason: String
  }

  /// Reads one JSON value (RFC 8259) that takes the whole text.
  package init(parsing bytes: [UInt8]) throws(ReadingError) {
    var reader = JSONReader(bytes: bytes)
    self = try reader.whole()
  }

  /// The value of a key; nil for a missing one, and where this is no object.
  package subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.key == key }?.value
  }

  /// What the value holds, where it is of that kind; nil where it is of another.
  package var stringValue: String? { if case .string(let text) = self { text } else { nil } }
  package var arrayValue: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
  package var integerValue: Int? { if case .integer(let number) = self { number } else { nil } }
  package var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
}

/// Recursive descent; deep nesting is refused before the stack is used up.
private struct JSONReader {
  let bytes: [UInt8]
  var position = 0
  var depth = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  private static let deepest = 200

  mutating func whole() throws(JSONValue.ReadingError) -> JSONValue {
    let value = try value()
    skipBlanks()
    guard position == bytes.count else { throw error("something follows the value") }
    return value
  }

  private func error(_ reason: String) -> JSONValue.ReadingError { JSONValue.ReadingError(offset: position, reason: reason) }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipBlanks() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func value() throws(JSONValue.ReadingError) -> JSONValue {
    skipBlanks()
    guard let byte = current else { throw error("the text ends where a value is due") }
    switch byte {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case _: return try number()
    }
  }

  private mutating func word(_ text: String, _ value: JSONValue) throws(JSONValue.ReadingError) -> JSONValue {
    guard bytes[position...].starts(with: text.utf8) else { throw error("`\(text)` is misspelt") }
    position += text.utf8.count
    return value
  }

  private mutating func open() throws(JSONValue.ReadingError) {
    depth += 1
    guard depth <= JSONReader.deepest else { throw error("values stand too deep") }
    position += 1
    skipBlanks()
  }

  /// Passes over `,`; false at the closing sign.
  private mutating func goesOn(_ close: UInt8) throws(JSONValue.ReadingError) -> Bool {
    skipBlanks()
    if current == UInt8(ascii: ",") {
      position += 1
      return true
    }
    guard current == close else { throw error("`,` or a closing sign is missing") }
    return false
  }

  private mutating func array() throws(JSONValue.ReadingError) -> JSONValue {
    try open()
    var values: [JSONValue] = []
    if current != UInt8(ascii: "]") {
      repeat { values.append(try value()) } while try goesOn(UInt8(ascii: "]"))
    }
    (position, depth) = (position + 1, depth - 1)
    return .array(values)
  }

  private mutating func object() throws(JSONValue.ReadingError) -> JSONValue {
    try open()
    var members: [(key: String, value: JSONValue)] = []
    if current != UInt8(ascii: "}") {
      repeat {
        skipBlanks()
        guard current == UInt8(ascii: "\"") else { throw error("a key is missing") }
        let key = try string()
        skipBlanks()
        guard current == UInt8(ascii: ":") else { throw error("`:` is missing") }
        position += 1
        members.append((key: key, value: try value()))
      } while try goesOn(UInt8(ascii: "}"))
    }
    (position, depth) = (position + 1, depth - 1)
    return .object(members)
  }

  private mutating func number() throws(JSONValue.ReadingError) -> JSONValue {
    let start = position
    while let byte = current, (0x30...0x39).contains(byte) || "+-.eE".utf8.contains(byte) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if let whole = Int(text) { return .integer(whole) }
    guard let value = Double(text), value.isFinite else {
      position = start
      throw error("a value is missing")
    }
    return .number(value)
  }

  private mutating func string() throws(JSONValue.ReadingError) -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = current {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(&text)
      case 0..<0x20: throw error("a control character stands in a text")
      case _: text.append(byte)
      }
    }
    throw error("a text is not closed")
  }

  private mutating func escape(_ text: inout [UInt8]) throws(JSONValue.ReadingError) {
    guard let byte = current else { throw error("a text is not closed") }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "u"):
      var units = [try hexadecimal()]
      if UTF16.isLeadSurrogate(units[0]), bytes[position...].starts(with: "\\u".utf8) {
        position += 2
        units.append(try hexadecimal())
      }
      // A surrogate alone becomes U+FFFD.
      text += Array(String(decoding: units, as: UTF16.self).utf8)
    case _: throw error("an unknown escape")
    }
  }

  private mutating func hexadecimal() throws(JSONValue.ReadingError) -> UInt16 {
    let digits = bytes[position..<min(position + 4, bytes.count)]
    guard digits.count == 4, digits.first != UInt8(ascii: "+"), let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
      throw error("four hexadecimal digits are missing")
    }
    position += 4
    return unit
  }
}
