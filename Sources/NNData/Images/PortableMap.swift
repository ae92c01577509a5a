/// Reads PGM (P2, P5) and PPM (P3, P6) as the Netpbm project defines them, scaled to 0...255 where the largest value is another.
struct PortableMap {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 2

  static func decode(_ bytes: UnsafeBufferPointer<UInt8>, into picture: inout Picture) throws(ImageProblem) {
    var reader = PortableMap(bytes: bytes)
    let isText = bytes[1] < UInt8(ascii: "5")
    let channels = bytes[1] == UInt8(ascii: "3") || bytes[1] == UInt8(ascii: "6") ? 3 : 1
    let (width, height) = (try reader.number(), try reader.number())
    let largest = try reader.number()
    guard largest > 0, largest < 65536 else { throw .broken("its largest value is \(largest), which must lie in 1...65535") }
    try picture.resize(height: height, width: width, channels: channels)
    let count = height * width * channels
    if isText { return try reader.readText(count, largest, &picture.bytes) }
    // One blank ends the header.
    reader.position += 1
    try reader.readBinary(count, largest, &picture.bytes)
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// The next decimal number, after blanks and comments.
  private mutating func number() throws(ImageProblem) -> Int {
    while position < bytes.count, bytes[position] <= 32 || bytes[position] == UInt8(ascii: "#") {
      if bytes[position] == UInt8(ascii: "#") {
        while position < bytes.count, bytes[position] != 10, bytes[position] != 13 { position += 1 }
      } else {
        position += 1
      }
    }
    guard position < bytes.count else { throw .broken("it is truncated") }
    var value = 0
    let start = position
    while position < bytes.count, bytes[position] &- 48 < 10 {
      guard value < 100_000_000 else { throw .broken("it holds a number that is too large") }
      value = value * 10 + Int(bytes[position] - 48)
      position += 1
    }
    guard position > start else { throw .broken("it holds something else where a number should be") }
    return value
  }

  private mutating func readText(_ count: Int, _ largest: Int, _ out: inout [UInt8]) throws(ImageProblem) {
    for i in 0..<count { out[i] = try scaled(try number(), largest) }
  }

  private func readBinary(_ count: Int, _ largest: Int, _ out: inout [UInt8]) throws(ImageProblem) {
    let width = largest < 256 ? 1 : 2
    guard position <= bytes.count, bytes.count - position >= count * width else { throw .broken("it is truncated") }
    for i in 0..<count {
      let place = position + i * width
      let value = width == 1 ? Int(bytes[place]) : Int(bytes[place]) << 8 | Int(bytes[place + 1])
      out[i] = try scaled(value, largest)
    }
  }

  private func scaled(_ value: Int, _ largest: Int) throws(ImageProblem) -> UInt8 {
    guard value <= largest else { throw .broken("it holds \(value), more than its largest value \(largest)") }
    return largest == 255 ? UInt8(value) : UInt8((value * 255 + largest / 2) / largest)
  }
}
