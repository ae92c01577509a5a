/// The contents of a safetensors file: 8 bytes of header length (little-endian), a JSON object, then the numbers.
public struct Safetensors: Sendable, Equatable {
  /// `__metadata__`; empty where there is none.
  public var metadata: [String: String]
  /// In the order of their numbers in the file.
  public var tensors: [Tensor]

  /// A tensor of a file, as single precision whatever the file holds.
  public struct Tensor: Sendable, Equatable {
    public var name: String
    /// Empty for a single number.
    public var shape: [Int]
    /// Row-major.
    public var values: [Float]
    public init(name: String, shape: [Int], values: [Float]) {
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  public init(metadata: [String: String] = [:], tensors: [Tensor] = []) {
    self.metadata = metadata
    self.tensors = tensors
  }

  /// The file's bytes: F32, the tensors one after the other, the header filled with blanks to a multiple of 8. The same contents give the
  /// same bytes.
  public func encoded() -> [UInt8] {
    var header = "{"
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
      header += "\"__metadata__\":{\(pairs.joined(separator: ","))}"
    }
    var offset = 0
    for tensor in tensors {
      if header.utf8.count > 1 { header += "," }
      let end = offset + 4 * tensor.values.count
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      header += "\(Self.quoted(tensor.name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
      offset = end
    }
    header += "}"
    while header.utf8.count % 8 != 0 { header += " " }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.utf8.count + offset)
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: header.utf8)
    for tensor in tensors { Self.append(tensor.values, to: &bytes) }
    return bytes
  }

  /// SHA-256 over the tensors' numbers as they lie in a file: the `weights_sha256` of a run's summary.
  public var weightsDigest: String {
    var hash = SHA256()
    for tensor in tensors {
      var bytes: [UInt8] = []
      Self.append(tensor.values, to: &bytes)
      hash.update(bytes)
    }
    return hash.hexDigest()
  }

  private static func append(_ values: [Float], to bytes: inout [UInt8]) {
    #if _endian(little)
      values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    #else
      for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
    #endif
  }

  /// A JSON string.
  static func quoted(_ text: String) -> String {
    let digits = Array("0123456789abcdef")
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<"\u{20}": result += "\\u00\(digits[Int(scalar.value >> 4)])\(digits[Int(scalar.value & 15)])"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
