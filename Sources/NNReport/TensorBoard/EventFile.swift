/// A file of scalars that TensorBoard reads: records framed with masked CRC-32C (TensorFlow's `record_writer.h`), each an `Event` of
/// TensorFlow's `event.proto` in protocol buffers' wire format.
public struct EventFile: Sendable {
  public private(set) var bytes: [UInt8] = []

  /// - Parameter time: seconds since 1970, of the first record, which says the version of the format.
  public init(time: Double) {
    var message = ProtocolMessage()
    message.add(field: 1, time)
    message.add(field: 3, "brain.Event:2")
    append(message.bytes)
  }

  /// Values of one step, each under its tag (`loss/train`).
  public mutating func add(step: Int, time: Double, _ values: [(tag: String, value: Double)]) {
    var summary = ProtocolMessage()
    for (tag, value) in values {
      var scalar = ProtocolMessage()
      scalar.add(field: 1, tag)
      scalar.add(field: 2, Float(value))
      summary.add(field: 1, scalar)
    }
    var message = ProtocolMessage()
    message.add(field: 1, time)
    message.add(field: 2, UInt64(max(0, step)))
    message.add(field: 5, summary)
    append(message.bytes)
  }

  /// Length, its checksum, the record, its checksum; little-endian.
  private mutating func append(_ record: [UInt8]) {
    let length = littleEndian(UInt64(record.count), 8)
    bytes += length + littleEndian(UInt64(EventFile.masked(length)), 4) + record + littleEndian(UInt64(EventFile.masked(record)), 4)
  }

  static func masked(_ bytes: [UInt8]) -> UInt32 {
    let crc = CRC32.castagnoli.checksum(bytes)
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }
}

/// The few types of fields that events have, by the wire format's rules.
private struct ProtocolMessage {
  private(set) var bytes: [UInt8] = []

  mutating func add(field: UInt64, _ value: Double) { bytes += varint(field << 3 | 1) + littleEndian(value.bitPattern, 8) }
  mutating func add(field: UInt64, _ value: Float) { bytes += varint(field << 3 | 5) + littleEndian(UInt64(value.bitPattern), 4) }
  mutating func add(field: UInt64, _ value: UInt64) { bytes += varint(field << 3) + varint(value) }
  mutating func add(field: UInt64, _ text: String) { add(field: field, Array(text.utf8)) }
  mutating func add(field: UInt64, _ message: ProtocolMessage) { add(field: field, message.bytes) }

  private mutating func add(field: UInt64, _ content: [UInt8]) {
    bytes += varint(field << 3 | 2) + varint(UInt64(content.count)) + content
  }

  private func varint(_ value: UInt64) -> [UInt8] {
    var (rest, result) = (value, [UInt8]())
    while rest >= 0x80 {
      result.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return result + [UInt8(rest)]
  }
}

private func littleEndian(_ value: UInt64, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
