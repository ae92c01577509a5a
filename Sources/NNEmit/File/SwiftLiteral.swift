/// Literals of emitted code.
package enum SwiftLiteral {
  /// A string literal: quotes, backslashes and what cannot be seen are escaped.
  package static func string(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}": result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Text of a comment: what ends a line, or cannot be seen, is written out. Paths and titles may hold it.
  static func comment(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}": result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }

  /// Digits in groups of three: `866_644`.
  static func integer(_ number: Int) -> String {
    var groups: [String] = []
    var digits = Substring(String(number))
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits = digits.dropLast(3)
    }
    return ([String(digits)] + groups).joined(separator: "_")
  }

  /// Lines of base64 (RFC 4648) of the numbers' bytes, little-endian.
  static func base64(_ values: [Float], lineLength: Int = 120) -> [String] {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 4 + 2)
    for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
    let padding = (3 - bytes.count % 3) % 3
    bytes.append(contentsOf: [UInt8](repeating: 0, count: padding))
    var lines: [String] = []
    var line: [UInt8] = []
    line.reserveCapacity(lineLength)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let word = Int(bytes[start]) << 16 | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])
      for shift in [18, 12, 6, 0] { line.append(alphabet[word >> shift & 63]) }
      if line.count >= lineLength {
        lines.append(String(decoding: line, as: UTF8.self))
        line.removeAll(keepingCapacity: true)
      }
    }
    if !line.isEmpty { lines.append(String(decoding: line, as: UTF8.self)) }
    if padding > 0, let last = lines.popLast() { lines.append(last.dropLast(padding) + String(repeating: "=", count: padding)) }
    return lines
  }
}
