/// Reads the part of JSON that weights files are made of, strictly: objects, strings, arrays of strings or whole numbers.
struct JSONScanner {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  var isAtEnd: Bool {
    mutating get {
      skipBlanks()
      return position == bytes.endIndex
    }
  }

  /// An object; `member` reads the value of each key.
  mutating func object(
    _ member: (inout JSONScanner, String) throws(SafetensorsProblem) -> Void
  ) throws(SafetensorsProblem) {
    try expect("{")
    if take("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(&self, key)
    } while take(",")
    try expect("}")
  }

  /// An array of whole numbers.
  mutating func numbers() throws(SafetensorsProblem) -> [Int] {
    var result: [Int] = []
    try expect("[")
    if take("]") { return result }
    repeat { result.append(try number()) } while take(",")
    try expect("]")
    return result
  }

  mutating func strings() throws(SafetensorsProblem) -> [String] {
    var result: [String] = []
    try expect("[")
    if take("]") { return result }
    repeat { result.append(try string()) } while take(",")
    try expect("]")
    return result
  }

  private mutating func number() throws(SafetensorsProblem) -> Int {
    skipBlanks()
    let start = position
    var value = 0
    while position < bytes.endIndex, case let digit = bytes[position], digit >= 0x30, digit <= 0x39 {
      let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (next, tooLargeToo) = tens.addingReportingOverflow(Int(digit - 0x30))
      guard !tooLarge, !tooLargeToo else { throw SafetensorsProblem("a number is too large") }
      value = next
      position += 1
    }
    guard position > start, position == start + 1 || bytes[start] != 0x30 else { throw unexpected("a whole number") }
    return value
  }

  mutating func string() throws(SafetensorsProblem) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while position < bytes.endIndex, case let byte = bytes[position], byte != UInt8(ascii: "\"") {
      guard byte >= 0x20 else { throw unexpected("a character of a string") }
      position += 1
      if byte == UInt8(ascii: "\\") { text.append(contentsOf: try escaped()) } else { text.append(byte) }
    }
    try expect("\"", skippingBlanks: false)
    guard let result = String(validating: text, as: UTF8.self) else { throw SafetensorsProblem("a name is not UTF-8") }
    return result
  }

  private mutating func escaped() throws(SafetensorsProblem) -> [UInt8] {
    guard position < bytes.endIndex else { throw unexpected("an escape") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"): return Array(String(try escapedScalar()).utf8)
    default: throw unexpected("an escape")
    }
  }

  private mutating func escapedScalar() throws(SafetensorsProblem) -> Unicode.Scalar {
    var value = try hexadecimal()
    if value >= 0xD800, value < 0xDC00 {
      try expect("\\", skippingBlanks: false)
      try expect("u", skippingBlanks: false)
      let low = try hexadecimal()
      guard low >= 0xDC00, low < 0xE000 else { throw unexpected("the second half of a pair") }
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else { throw unexpected("a character") }
    return scalar
  }

  private mutating func hexadecimal() throws(SafetensorsProblem) -> UInt32 {
    guard bytes.endIndex - position >= 4 else { throw unexpected("four hexadecimal digits") }
    var value: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw unexpected("four hexadecimal digits") }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }

  private mutating func skipBlanks() {
    while position < bytes.endIndex, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard position < bytes.endIndex, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar, skippingBlanks: Bool = true) throws(SafetensorsProblem) {
    if skippingBlanks { skipBlanks() }
    guard position < bytes.endIndex, bytes[position] == UInt8(ascii: character) else { throw unexpected("`\(character)`") }
    position += 1
  }

  private func unexpected(_ wanted: String) -> SafetensorsProblem {
    SafetensorsProblem("broken JSON at byte \(position - bytes.startIndex): \(wanted) was expected")
  }
}
