import NNLayers

extension Safetensors {
  /// The largest header that is read: the format's own limit.
  static let headerLimit = 100_000_000

  /// Reads the bytes of a file. Every tensor's size must follow from its shape and type, and the tensors must cover the numbers
  /// exactly, without holes and overlaps.
  public init(decoding bytes: [UInt8]) throws(SafetensorsProblem) {
    guard bytes.count >= 8 else { throw SafetensorsProblem("the file has \(bytes.count) bytes; a header length alone takes 8") }
    let length = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= UInt64(Self.headerLimit) else {
      throw SafetensorsProblem("the header would be \(length) bytes long; the limit is \(Self.headerLimit)")
    }
    guard Int(length) <= bytes.count - 8 else {
      throw SafetensorsProblem("the header would be \(length) bytes long, but only \(bytes.count - 8) follow")
    }
    let dataStart = 8 + Int(length)
    guard bytes.count > 8, bytes[8] == UInt8(ascii: "{") else { throw SafetensorsProblem("the header does not begin with `{`") }
    let header = try SafetensorsHeader(bytes[8..<dataStart])
    let entries = header.entries.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    var end = 0
    for entry in entries {
      guard entry.start == end else {
        throw SafetensorsProblem("the numbers of `\(entry.name)` start at \(entry.start), not at \(end) where those before it end")
      }
      guard entry.end >= entry.start, entry.end <= bytes.count - dataStart else {
        throw SafetensorsProblem("the numbers of `\(entry.name)` end at \(entry.end); the file has \(bytes.count - dataStart)")
      }
      end = entry.end
    }
    guard end == bytes.count - dataStart else {
      throw SafetensorsProblem("\(bytes.count - dataStart - end) bytes at the end belong to no tensor")
    }
    metadata = header.metadata
    tensors = []
    for entry in entries {
      let values = try Self.values(of: entry, in: bytes, from: dataStart)
      tensors.append(Tensor(name: entry.name, shape: entry.shape, values: values))
    }
  }

  private static func values(of entry: SafetensorsHeader.Entry, in bytes: [UInt8], from start: Int) throws(SafetensorsProblem) -> [Float] {
    guard let type = ElementType(rawValue: entry.type) else {
      throw SafetensorsProblem("`\(entry.name)` has the type \(entry.type); \(ElementType.names) can be read")
    }
    var size = type.width
    for dimension in entry.shape {
      let (next, overflow) = size.multipliedReportingOverflow(by: dimension)
      guard !overflow else { throw SafetensorsProblem("the shape of `\(entry.name)` is too large") }
      size = next
    }
    guard size == entry.end - entry.start else {
      let shape = entry.shape.map(String.init).joined(separator: "x")
      throw SafetensorsProblem("`\(entry.name)` has \(entry.end - entry.start) bytes; \(shape) \(entry.type) takes \(size)")
    }
    let count = size / type.width
    return bytes.withUnsafeBytes { raw in
      (0..<count).map { type.value(raw, at: start + entry.start + $0 * type.width) }
    }
  }

  /// The element types that are understood. Whole numbers count too: `num_batches_tracked` is one.
  private enum ElementType: String, CaseIterable {
    case half = "F16"
    case brain = "BF16"
    case single = "F32"
    case double = "F64"
    case long = "I64"

    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    var width: Int {
      switch self {
      case .half, .brain: 2
      case .single: 4
      case .double, .long: 8
      }
    }

    func value(_ raw: UnsafeRawBufferPointer, at offset: Int) -> Float {
      switch self {
      case .half: Float(binary16: UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
      case .brain:
        Float(bfloat16: UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
      case .single: Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
      case .double: Float(Double(bitPattern: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))))
      case .long: Float(Int64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: Int64.self)))
      }
    }
  }
}
