import NNDiagnostics

/// The header of a `.npy` file: a Python dictionary with exactly the keys `descr`, `fortran_order` and `shape`.
struct NumPyHeader {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  private(set) var type = ""
  private(set) var isFortranOrder = false
  private(set) var shape: [Int] = []
  /// Where the numbers begin; not above the number of bytes given.
  let dataStart: Int

  private let text: [UInt8]
  private var position = 0
  private let problem: (String) -> Diagnostic

  init(_ bytes: UnsafeRawBufferPointer, problem: @escaping (String) -> Diagnostic) throws(Diagnostic) {
    guard bytes.count >= 10, bytes.prefix(6).elementsEqual(NumPyHeader.magic) else { throw problem("is not a NumPy array") }
    let isShort = bytes[6] == 1
    guard (1...3).contains(bytes[6]) else { throw problem("is of version \(bytes[6]) of the format; 1 to 3 are read") }
    let lengthSize = isShort ? 2 : 4
    guard bytes.count >= 8 + lengthSize else { throw problem("ends inside its header") }
    let length = (0..<lengthSize).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    // A header of numbers without names is a few hundred bytes.
    guard length <= 1 << 16 else { throw problem("has a header of \(length) bytes") }
    dataStart = 8 + lengthSize + length
    guard dataStart <= bytes.count else { throw problem("ends inside its header") }
    text = Array(bytes[(8 + lengthSize)..<dataStart])
    self.problem = problem
    try parse()
  }

  private mutating func parse() throws(Diagnostic) {
    var seen: Set<String> = []
    try expect("{")
    while !accept("}") {
      let key = try string()
      try expect(":")
      guard seen.insert(key).inserted else { throw problem("has a header with `\(key)` twice") }
      switch key {
      case "descr": type = try string()
      case "fortran_order": isFortranOrder = try boolean()
      case "shape": shape = try tuple()
      default: throw problem("has a header with the unknown key `\(key)`")
      }
      if !accept(",") {
        try expect("}")
        break
      }
    }
    guard seen.count == 3 else { throw problem("has a header without `descr`, `fortran_order` or `shape`") }
  }

  private mutating func skipBlanks() {
    while position < text.count, [0x20, 0x09, 0x0A].contains(text[position]) { position += 1 }
  }

  private mutating func accept(_ token: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard position < text.count, text[position] == UInt8(ascii: token) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ token: Unicode.Scalar) throws(Diagnostic) {
    guard accept(token) else { throw problem("has a header that cannot be read: `\(token)` is missing") }
  }

  private mutating func string() throws(Diagnostic) -> String {
    let quote: Unicode.Scalar = accept("'") ? "'" : "\""
    if quote == "\"" { try expect("\"") }
    guard let end = text[position...].firstIndex(of: UInt8(ascii: quote)) else { throw problem("has a header with an open string") }
    defer { position = end + 1 }
    return String(decoding: text[position..<end], as: UTF8.self)
  }

  private mutating func word() -> String {
    skipBlanks()
    let end = text[position...].firstIndex { [0x20, 0x2C, 0x29, 0x7D].contains($0) } ?? text.count
    defer { position = end }
    return String(decoding: text[position..<end], as: UTF8.self)
  }

  private mutating func boolean() throws(Diagnostic) -> Bool {
    switch word() {
    case "True": return true
    case "False": return false
    case let other: throw problem("has a header with `\(other)` in place of True or False")
    }
  }

  private mutating func tuple() throws(Diagnostic) -> [Int] {
    var sizes: [Int] = []
    try expect("(")
    while !accept(")") {
      let text = word()
      guard let size = Int(text), size >= 0, sizes.count < 32 else { throw problem("has a header with the size `\(text)`") }
      sizes.append(size)
      if !accept(",") {
        try expect(")")
        break
      }
    }
    return sizes
  }
}
