/// Why bytes are no message, in words for a user.
public struct ProtobufProblem: Error, Equatable, Sendable {
  /// A clause, without a full stop.
  public var message: String

  /// For what reads a file beside a model, and cannot: `init(decoding:file:)` throws it on.
  public init(_ message: String) { self.message = message }
}

/// Reads a message in the wire format of Protocol Buffers, field by field. Every length is checked against what is there before it is used.
struct ProtobufReader {
  /// One field: its number and its value.
  struct Field {
    var number: Int
    var value: Value
  }

  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case delimited(ArraySlice<UInt8>)
  }

  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// The next field, or nil at the end.
  mutating func next() throws(ProtobufProblem) -> Field? {
    guard position < bytes.endIndex else { return nil }
    let start = position
    let key = try varint()
    guard key >> 3 > 0, key >> 3 < 1 << 29 else { throw ProtobufProblem("a field without a number at byte \(start)") }
    let number = Int(key >> 3)
    switch key & 7 {
    case 0: return Field(number: number, value: .varint(try varint()))
    case 1: return Field(number: number, value: .fixed64(try fixed(8)))
    case 2: return Field(number: number, value: .delimited(try delimited()))
    case 5: return Field(number: number, value: .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
    case let wire: throw ProtobufProblem("field \(number) at byte \(start) has wire type \(wire), which does not exist or is out of use")
    }
  }

  mutating func varint() throws(ProtobufProblem) -> UInt64 {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), through: 63, by: 7) {
      guard position < bytes.endIndex else { throw ended }
      let byte = bytes[position]
      position += 1
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
    }
    throw ProtobufProblem("a number of more than ten bytes ends at byte \(position)")
  }

  var isAtEnd: Bool { position >= bytes.endIndex }

  private mutating func fixed(_ count: Int) throws(ProtobufProblem) -> UInt64 {
    guard bytes.endIndex - position >= count else { throw ended }
    var result: UInt64 = 0
    for place in 0..<count { result |= UInt64(bytes[position + place]) << UInt64(8 * place) }
    position += count
    return result
  }

  private mutating func delimited() throws(ProtobufProblem) -> ArraySlice<UInt8> {
    let start = position
    let length = try varint()
    guard length <= UInt64(bytes.endIndex - position) else {
      throw ProtobufProblem("\(length) bytes are announced at byte \(start), and \(bytes.endIndex - position) follow")
    }
    let end = position + Int(length)
    defer { position = end }
    return bytes[position..<end]
  }

  private var ended: ProtobufProblem { ProtobufProblem("the file ends in the middle of a field, at byte \(bytes.endIndex)") }
}

extension ProtobufReader.Field {
  func integer() throws(ProtobufProblem) -> Int {
    guard case .varint(let bits) = value else { throw wrongType("a whole number") }
    return Int(Int64(bitPattern: bits))
  }

  func float() throws(ProtobufProblem) -> Float {
    guard case .fixed32(let bits) = value else { throw wrongType("a number") }
    return Float(bitPattern: bits)
  }

  func data() throws(ProtobufProblem) -> ArraySlice<UInt8> {
    guard case .delimited(let bytes) = value else { throw wrongType("a text or a message") }
    return bytes
  }

  func text() throws(ProtobufProblem) -> String { String(decoding: try data(), as: UTF8.self) }

  /// Packed into one field, or one of several with the same number.
  func integers() throws(ProtobufProblem) -> [Int] {
    guard case .delimited(let bytes) = value else { return [try integer()] }
    var reader = ProtobufReader(bytes)
    var result: [Int] = []
    while !reader.isAtEnd { result.append(Int(Int64(bitPattern: try reader.varint()))) }
    return result
  }

  func floats() throws(ProtobufProblem) -> [Float] {
    guard case .delimited(let bytes) = value else { return [try float()] }
    guard bytes.count % 4 == 0 else { throw wrongType("a list of 4-byte numbers") }
    return stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { place in
      Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) })
    }
  }

  func doubles() throws(ProtobufProblem) -> [Double] {
    if case .fixed64(let bits) = value { return [Double(bitPattern: bits)] }
    let bytes = try data()
    guard bytes.count % 8 == 0 else { throw wrongType("a list of 8-byte numbers") }
    return stride(from: bytes.startIndex, to: bytes.endIndex, by: 8).map { place in
      Double(bitPattern: (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) })
    }
  }

  private func wrongType(_ wanted: String) -> ProtobufProblem { ProtobufProblem("field \(number) is not \(wanted)") }
}
