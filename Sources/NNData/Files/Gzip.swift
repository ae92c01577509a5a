/// Gzip files (RFC 1952), one or several members after the other.
enum Gzip {
  static func isGzip(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.count >= 18 && bytes[0] == 0x1F && bytes[1] == 0x8B }

  /// The contents; checksums are compared.
  static func contents(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(Inflate.Problem) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes
    while isGzip(rest) {
      let start = try headerLength(rest)
      let hint = rest.count >= 4 ? littleEndian(rest, rest.count - 4) : 0
      let data = UnsafeRawBufferPointer(rebasing: rest[start...])
      let (member, used) = try Inflate.bytes(of: data, expected: hint, limit: limit - result.count)
      guard data.count - used >= 8 else { throw Inflate.Problem("ends before its checksum") }
      guard littleEndian(data, used) == Int(crc32(member)), littleEndian(data, used + 4) == member.count & 0xFFFF_FFFF else {
        throw Inflate.Problem("is damaged: its checksum is another")
      }
      if result.isEmpty { result = member } else { result += member }
      rest = UnsafeRawBufferPointer(rebasing: data[(used + 8)...])
    }
    return result
  }

  private static func headerLength(_ bytes: UnsafeRawBufferPointer) throws(Inflate.Problem) -> Int {
    let flags = bytes[3]
    guard bytes[2] == 8, flags < 32 else { throw Inflate.Problem("is compressed in a way that is not known") }
    var position = 10
    if flags & 4 != 0 { position += 2 + (position + 2 <= bytes.count ? Int(bytes[position]) | Int(bytes[position + 1]) << 8 : 0) }
    for flag in [8, 16] as [UInt8] where flags & flag != 0 {
      while position < bytes.count, bytes[position] != 0 { position += 1 }
      position += 1
    }
    if flags & 2 != 0 { position += 2 }
    guard position < bytes.count else { throw Inflate.Problem("ends inside its header") }
    return position
  }

  private static func littleEndian(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }

  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer { bytes in
      table.withUnsafeBufferPointer { table in
        var crc = UInt32.max
        for byte in bytes { crc = crc >> 8 ^ table[Int((crc ^ UInt32(byte)) & 0xFF)] }
        return ~crc
      }
    }
  }
}
