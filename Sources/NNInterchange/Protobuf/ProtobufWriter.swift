/// Writes messages in the wire format of Protocol Buffers (protobuf.dev, "Encoding"): fields one after the other, each with its number.
///
/// Numbers and texts that are empty or zero are written all the same where they are given: whether to leave a field out is the caller's to say.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  enum Wire: UInt64 {
    case varint = 0
    case fixed64 = 1
    case delimited = 2
    case fixed32 = 5
  }

  /// Seven bits to a byte, the lowest first; the top bit says that more follow.
  mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func key(_ field: Int, _ wire: Wire) { varint(UInt64(field) << 3 | wire.rawValue) }

  mutating func integer(_ field: Int, _ value: Int) {
    key(field, .varint)
    varint(UInt64(bitPattern: Int64(value)))
  }

  mutating func float(_ field: Int, _ value: Float) {
    key(field, .fixed32)
    append(value.bitPattern)
  }

  mutating func data(_ field: Int, _ value: [UInt8]) {
    key(field, .delimited)
    varint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  mutating func text(_ field: Int, _ value: String) { data(field, Array(value.utf8)) }

  /// The numbers of a tensor as they lie in memory, little-endian.
  mutating func floats(raw field: Int, _ values: [Float]) {
    key(field, .delimited)
    varint(UInt64(4 * values.count))
    bytes.reserveCapacity(bytes.count + 4 * values.count)
    for value in values { append(value.bitPattern) }
  }

  /// Packed: one field for all of them.
  mutating func packed(_ field: Int, _ values: [Int]) {
    var inner = ProtobufWriter()
    for value in values { inner.varint(UInt64(bitPattern: Int64(value))) }
    data(field, inner.bytes)
  }

  mutating func packed(_ field: Int, _ values: [Float]) { floats(raw: field, values) }

  mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    write(&inner)
    data(field, inner.bytes)
  }

  private mutating func append(_ pattern: UInt32) { withUnsafeBytes(of: pattern.littleEndian) { bytes.append(contentsOf: $0) } }
}
