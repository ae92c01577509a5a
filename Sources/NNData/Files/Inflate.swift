/// Decompresses deflate data (RFC 1951), bounded in what it writes: a small file cannot fill the memory.
struct Inflate {
  /// Why data cannot be decompressed, behind `the file …`.
  struct Problem: Error, Equatable {
    var message: String
    init(_ message: String) { self.message = message }
  }

  private let input: UnsafeRawBufferPointer
  private let limit: Int
  private var position = 0
  private var bits: UInt64 = 0
  private var bitCount = 0
  private var output: [UInt8] = []

  /// - Parameters:
  ///   - expected: bytes that will probably come out.
  ///   - limit: bytes that may come out.
  /// - Returns: the bytes, and how many of the input were used.
  static func bytes(of input: UnsafeRawBufferPointer, expected: Int, limit: Int) throws(Problem) -> (bytes: [UInt8], used: Int) {
    var inflate = Inflate(input: input, limit: limit)
    inflate.output.reserveCapacity(min(expected, limit))
    try inflate.run()
    return (inflate.output, inflate.position - inflate.bitCount / 8)
  }

  private init(input: UnsafeRawBufferPointer, limit: Int) {
    self.input = input
    self.limit = limit
  }

  private mutating func run() throws(Problem) {
    while true {
      let isLast = try take(1) == 1
      switch try take(2) {
      case 0: try stored()
      case 1: try block(Inflate.fixedLiterals, Inflate.fixedDistances)
      case 2:
        let (literals, distances) = try dynamicCodes()
        try block(literals, distances)
      default: throw Problem("has a block of a kind that does not exist")
      }
      if isLast { return }
    }
  }

  // MARK: Bits

  /// Fills up to at least 32 bits; behind the end come zeros, and taking them is noticed.
  @inline(__always)
  private mutating func refill() {
    while bitCount <= 56 {
      let byte = position < input.count ? input[position] : 0
      bits |= UInt64(byte) << UInt64(bitCount)
      position += 1
      bitCount += 8
    }
  }

  @inline(__always)
  private mutating func take(_ count: Int) throws(Problem) -> Int {
    refill()
    let value = Int(bits & (1 << UInt64(count) - 1))
    try drop(count)
    return value
  }

  @inline(__always)
  private mutating func drop(_ count: Int) throws(Problem) {
    bits >>= UInt64(count)
    bitCount -= count
    guard position - bitCount / 8 <= input.count else { throw Problem("ends in the middle of its data") }
  }

  @inline(__always)
  private mutating func symbol(_ code: HuffmanCode) throws(Problem) -> Int {
    refill()
    let entry = code.table[Int(bits & 0x7FFF)]
    guard entry != 0 else { throw Problem("has a code that stands for nothing") }
    try drop(Int(entry & 15))
    return Int(entry >> 4)
  }

  // MARK: Blocks

  private mutating func stored() throws(Problem) {
    try drop(bitCount % 8)
    let (length, inverse) = (try take(16), try take(16))
    guard length == ~inverse & 0xFFFF else { throw Problem("has a stored block whose lengths disagree") }
    try checkRoom(length)
    for _ in 0..<length { output.append(UInt8(try take(8))) }
  }

  private func checkRoom(_ count: Int) throws(Problem) {
    guard count <= limit - output.count else { throw Problem("would be more than \(limit >> 20) MiB") }
  }

  private mutating func block(_ literals: HuffmanCode, _ distances: HuffmanCode) throws(Problem) {
    while true {
      let symbol = try symbol(literals)
      if symbol < 256 {
        try checkRoom(1)
        output.append(UInt8(symbol))
        continue
      }
      if symbol == 256 { return }
      guard symbol <= 285 else { throw Problem("has a length that does not exist") }
      let length = Inflate.lengthBase[symbol - 257] + (try take(Inflate.lengthBits[symbol - 257]))
      let code = try self.symbol(distances)
      guard code < 30 else { throw Problem("has a distance that does not exist") }
      let distance = Inflate.distanceBase[code] + (try take(Inflate.distanceBits[code]))
      guard distance <= output.count else { throw Problem("points to before its begin") }
      try checkRoom(length)
      let start = output.count - distance
      // Byte by byte: source and copy may overlap.
      for offset in 0..<length { output.append(output[start + offset]) }
    }
  }

  private mutating func dynamicCodes() throws(Problem) -> (HuffmanCode, HuffmanCode) {
    let (literals, distances, lengths) = (try take(5) + 257, try take(5) + 1, try take(4) + 4)
    var codeLengths = [Int](repeating: 0, count: 19)
    for place in 0..<lengths { codeLengths[Inflate.codeOrder[place]] = try take(3) }
    let code = try HuffmanCode(codeLengths)
    var all: [Int] = []
    while all.count < literals + distances {
      let symbol = try symbol(code)
      switch symbol {
      case 0..<16: all.append(symbol)
      case 16:
        guard let last = all.last else { throw Problem("repeats a length where there is none") }
        all += Array(repeating: last, count: 3 + (try take(2)))
      case 17: all += Array(repeating: 0, count: 3 + (try take(3)))
      default: all += Array(repeating: 0, count: 11 + (try take(7)))
      }
    }
    guard all.count == literals + distances else { throw Problem("has too many code lengths") }
    return (try HuffmanCode(Array(all[..<literals])), try HuffmanCode(Array(all[literals...])))
  }

  private static let codeOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
  private static let lengthBase = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
  private static let distanceBase = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12_289, 16_385,
    24_577,
  ]
  private static let distanceBits = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
  ]
  private static let fixedLiterals = HuffmanCode(
    complete: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
  private static let fixedDistances = HuffmanCode(complete: Array(repeating: 5, count: 32))
}

/// A canonical Huffman code as a table over the next 15 bits: symbol x 16 + length; 0 for bits that are no code.
private struct HuffmanCode: Sendable {
  let table: [UInt16]

  /// - Parameter lengths: of the code of each symbol, 0...15; 0 for symbols that do not occur.
  init(_ lengths: [Int]) throws(Inflate.Problem) {
    // Kraft's sum: more codes than there are bit patterns cannot be told apart.
    guard lengths.reduce(0, { $0 + ($1 == 0 ? 0 : 1 << (15 - $1)) }) <= 1 << 15 else { throw Inflate.Problem("has codes that overlap") }
    self.init(complete: lengths)
  }

  /// Lengths that are known to be a code.
  init(complete lengths: [Int]) {
    var table = [UInt16](repeating: 0, count: 1 << 15)
    var code = 0
    for length in 1...15 {
      for (symbol, own) in lengths.enumerated() where own == length {
        // Codes are sent from their highest bit, the table is read from the lowest.
        var reversed = 0
        for bit in 0..<length where code >> bit & 1 == 1 { reversed |= 1 << (length - 1 - bit) }
        for entry in stride(from: reversed, to: 1 << 15, by: 1 << length) { table[entry] = UInt16(symbol << 4 | length) }
        code += 1
      }
      code <<= 1
    }
    self.table = table
  }
}
