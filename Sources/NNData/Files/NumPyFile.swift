/// A `.npy` file to be written: version 1, little-endian, in C order; what `numpy.load` reads.
public struct NumPyFile: Sendable, Equatable {
  /// The bytes of the file.
  public let encoded: [UInt8]

  /// An array of float32.
  /// - Parameter shape: as many numbers as there are.
  public init(shape: [Int], floats: [Float]) { self.init("<f4", shape, count: 4 * floats.count) { Self.append(floats, to: &$0) } }

  /// An array of int64.
  public init(shape: [Int], integers: [Int64]) { self.init("<i8", shape, count: 8 * integers.count) { Self.append(integers, to: &$0) } }

  /// An array of uint8.
  public init(shape: [Int], bytes: [UInt8]) { self.init("|u1", shape, count: bytes.count) { $0 += bytes } }

  private init(_ type: String, _ shape: [Int], count: Int, _ fill: (inout [UInt8]) -> Void) {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }"
    // The data starts at a multiple of 64 bytes; 10 bytes stand before the header, a line break ends it.
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    var bytes = NumPyHeader.magic + [1, 0, UInt8(header.utf8.count & 0xFF), UInt8(header.utf8.count >> 8 & 0xFF)]
    bytes.reserveCapacity(bytes.count + header.utf8.count + count)
    bytes += header.utf8
    fill(&bytes)
    encoded = bytes
  }

  private static func append<Number>(_ numbers: [Number], to bytes: inout [UInt8]) {
    #if _endian(little)
      numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
    #else
      for number in numbers { withUnsafeBytes(of: number) { bytes.append(contentsOf: $0.reversed()) } }
    #endif
  }
}
