/// The size of an image by its header, without decoding.
enum ImageHeader {
  /// Height, width and channels (1 or 3); nil where the header does not say it in the usual way.
  static func size(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int]? {
    guard let format = try? ImageFormat.recognise(bytes) else { return nil }
    switch format {
    case .jpeg: return jpeg(bytes)
    case .png: return png(bytes)
    case .portableMap: return nil
    }
  }

  private static func word(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: Int) -> Int { Int(bytes[offset]) << 8 | Int(bytes[offset + 1]) }

  /// Walks over the markers to the frame header (ITU-T T.81, B.2.2).
  private static func jpeg(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int]? {
    var p = 2
    while p + 9 < bytes.count {
      guard bytes[p] == 0xFF else { return nil }
      let marker = bytes[p + 1]
      if marker == 0xFF {
        p += 1
        continue
      }
      let isFrame = (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker)
      if isFrame {
        let channels = Int(bytes[p + 9])
        return channels == 1 || channels == 3 ? [word(bytes, p + 5), word(bytes, p + 7), channels] : nil
      }
      p += 2 + word(bytes, p + 2)
    }
    return nil
  }

  /// The first chunk, IHDR: width, height, depth, colour type.
  private static func png(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int]? {
    guard bytes.count >= 26 else { return nil }
    let width = word(bytes, 16) << 16 | word(bytes, 18)
    let height = word(bytes, 20) << 16 | word(bytes, 22)
    return [height, width, bytes[25] & 2 == 0 ? 1 : 3]
  }
}
