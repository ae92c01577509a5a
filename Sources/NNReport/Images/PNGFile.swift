/// Pictures as PNG files (W3C Portable Network Graphics, third edition): 8 bits, grey or RGB.
///
/// The pixels are stored in deflate's form for data that is not compressed (RFC 1951, 3.2.4): larger than need be, and exact.
public enum PNGFile {
  /// - Parameter pixels: height x width x channels, row by row; 1 channel is grey, 3 are red, green and blue.
  /// - Returns: nil where the numbers do not belong together.
  public static func encoded(width: Int, height: Int, channels: Int, pixels: [UInt8]) -> [UInt8]? {
    guard (1...65_535).contains(width), (1...65_535).contains(height), channels == 1 || channels == 3,
      pixels.count == width * height * channels
    else { return nil }
    var header = bigEndian(UInt32(width)) + bigEndian(UInt32(height))
    header += [8, channels == 1 ? 0 : 2, 0, 0, 0]
    var rows: [UInt8] = []
    rows.reserveCapacity(pixels.count + height)
    for row in 0..<height {
      // Filter 0: the row as it is.
      rows.append(0)
      rows += pixels[row * width * channels..<(row + 1) * width * channels]
    }
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    return signature + chunk("IHDR", header) + chunk("IDAT", zlib(rows)) + chunk("IEND", [])
  }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return bigEndian(UInt32(data.count)) + body + bigEndian(CRC32.ieee.checksum(body))
  }

  /// RFC 1950: a header, the data, and the checksum Adler-32.
  private static func zlib(_ data: [UInt8]) -> [UInt8] {
    var result: [UInt8] = [0x78, 0x01]
    result.reserveCapacity(data.count + data.count / 65_535 * 5 + 16)
    var start = 0
    repeat {
      let end = min(start + 65_535, data.count)
      let length = UInt16(end - start)
      result.append(end == data.count ? 1 : 0)
      for value in [length, ~length] { result += [UInt8(value & 0xFF), UInt8(value >> 8)] }
      result += data[start..<end]
      start = end
    } while start < data.count
    return result + bigEndian(adler32(data))
  }

  private static func adler32(_ data: [UInt8]) -> UInt32 {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in data {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return b << 16 | a
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
}

/// Cyclic redundancy checks of 32 bits, reflected, by a table.
struct CRC32: Sendable {
  /// Of PNG, gzip and Ethernet.
  static let ieee = CRC32(polynomial: 0xEDB8_8320)
  /// Castagnoli's, of TensorFlow's record files.
  static let castagnoli = CRC32(polynomial: 0x82F6_3B78)

  private let table: [UInt32]

  private init(polynomial: UInt32) {
    table = (0..<256).map { index in (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ polynomial : crc >> 1 } }
  }

  func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in crc >> 8 ^ table[Int((crc ^ UInt32(byte)) & 0xFF)] }
  }
}
