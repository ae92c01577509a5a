/// A decoded picture of 8 bits per channel; its memory is used again for the next one.
struct Picture {
  private(set) var height = 0
  private(set) var width = 0
  /// 1 (grey) or 3 (RGB).
  private(set) var channels = 1
  /// height x width x channels, and possibly more behind.
  var bytes: [UInt8] = []

  /// The most pixels of one picture: beyond it a file is more likely broken than large.
  static let largestCount = 100_000_000

  /// Refuses a size that is no picture's.
  /// - Returns: the number of pixels.
  @discardableResult
  static func checked(height: Int, width: Int) throws(ImageProblem) -> Int {
    guard height > 0, width > 0 else { throw .broken("its size is \(height)x\(width)") }
    let (count, overflow) = height.multipliedReportingOverflow(by: width)
    guard !overflow, count <= Picture.largestCount else {
      throw .broken("it claims to be \(height)x\(width), more than \(number(Picture.largestCount)) pixels")
    }
    return count
  }

  /// Makes room.
  mutating func resize(height: Int, width: Int, channels: Int) throws(ImageProblem) {
    let count = try Picture.checked(height: height, width: width)
    self.height = height
    self.width = width
    self.channels = channels
    // Four channels where a decoder also gives alpha.
    let needed = count * max(channels, 1)
    if bytes.count < needed { bytes = [UInt8](repeating: 0, count: needed) }
  }

  /// Keeps the first `kept` of the channels of every pixel.
  mutating func dropChannels(to kept: Int) {
    let from = channels
    for pixel in 0..<height * width {
      for c in 0..<kept { bytes[pixel * kept + c] = bytes[pixel * from + c] }
    }
    channels = kept
  }

  /// Grey as Pillow's `L`: 0.299 R + 0.587 G + 0.114 B (ITU-R 601-2), in 16 bits.
  mutating func makeGrey() {
    guard channels == 3 else { return }
    bytes.withUnsafeMutableBufferPointer { bytes in
      for pixel in 0..<height * width {
        let red = UInt32(bytes[3 * pixel]) &* 19595
        let green = UInt32(bytes[3 * pixel + 1]) &* 38470
        let blue = UInt32(bytes[3 * pixel + 2]) &* 7471
        bytes[pixel] = UInt8(truncatingIfNeeded: (red &+ green &+ blue &+ 0x8000) >> 16)
      }
    }
    channels = 1
  }
}

/// Why a file gives no picture, in words that follow its name.
enum ImageProblem: Error {
  /// `it is truncated`
  case broken(String)
  /// A library of the system that decodes the format is not installed.
  case missingLibrary(ImageFormat)
}

/// What a file holds, by its first bytes: the name may be wrong.
enum ImageFormat: String, Sendable {
  case jpeg = "JPEG"
  case png = "PNG"
  /// PGM and PPM.
  case portableMap = "PGM"

  static func recognise(_ bytes: UnsafeBufferPointer<UInt8>) throws(ImageProblem) -> ImageFormat {
    func begins(_ magic: [UInt8]) -> Bool { bytes.count >= magic.count && bytes.prefix(magic.count).elementsEqual(magic) }
    if bytes.isEmpty { throw .broken("it is empty") }
    if begins([0xFF, 0xD8, 0xFF]) { return .jpeg }
    if begins([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
    if bytes.count > 2, bytes[0] == UInt8(ascii: "P"), [50, 51, 53, 54].contains(bytes[1]), bytes[2] <= 32 || bytes[2] == 35 {
      return .portableMap
    }
    let others: [(String, [UInt8])] = [
      ("GIF", Array("GIF8".utf8)), ("BMP", Array("BM".utf8)), ("TIFF", [0x49, 0x49, 0x2A, 0]), ("TIFF", [0x4D, 0x4D, 0, 0x2A]),
      ("WebP", Array("RIFF".utf8)),
    ]
    for (name, magic) in others where begins(magic) {
      throw .broken("it is a \(name) file; nnc reads JPEG, PNG, PGM and PPM")
    }
    throw .broken("it is not an image")
  }

  /// What to install, for the message.
  var packages: String {
    switch self {
    case .jpeg: "apt-get install libturbojpeg0 (Debian, Ubuntu), dnf install turbojpeg (Fedora), brew install jpeg-turbo (macOS)"
    case .png: "apt-get install libpng16-16 (Debian, Ubuntu), dnf install libpng (Fedora), brew install libpng (macOS)"
    case .portableMap: ""
    }
  }

  var library: String {
    switch self {
    case .jpeg: "libturbojpeg"
    case .png: "libpng16"
    case .portableMap: ""
    }
  }
}
