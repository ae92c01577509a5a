import NNLayers

/// Tensors come in three ways: as raw bytes, as a list of numbers of their type, or as a place in another file.
extension ONNXTensor {
  init(_ bytes: ArraySlice<UInt8>) throws(ProtobufProblem) {
    let fields = try TensorFields(bytes)
    self.init(name: fields.name, shape: fields.shape)
    let count = try checkedCount()
    // Texts are names of classes beside the graph; nothing that is computed depends on them.
    if fields.type == 8 {
      shape = [0]
      values = .integers([])
      return
    }
    if fields.isElsewhere {
      location = try fields.location
      return
    }
    values = try fields.raw.map { raw throws(ProtobufProblem) in try Self.values(raw, fields.type, named: name) } ?? fields.listed
    guard self.count == count else {
      throw ProtobufProblem(
        "`\(name)` has \(self.count) numbers; its shape \(shape.map(String.init).joined(separator: "x")) takes \(count)")
    }
  }

  /// Takes the numbers from another file.
  mutating func fill(from bytes: [UInt8]) throws(ProtobufProblem) {
    guard let location else { return }
    let length = location.length ?? bytes.count - min(bytes.count, max(0, location.offset))
    guard location.offset >= 0, length >= 0, location.offset <= bytes.count, length <= bytes.count - location.offset else {
      throw ProtobufProblem("the numbers of `\(name)` would lie behind the end of `\(location.file)`")
    }
    values = try Self.values(bytes[location.offset..<location.offset + length], location.type, named: name)
    self.location = nil
    let count = try checkedCount()
    guard self.count == count else {
      throw ProtobufProblem("`\(name)` has \(self.count) numbers in `\(location.file)`, and its shape takes \(count)")
    }
  }

  private func checkedCount() throws(ProtobufProblem) -> Int {
    guard let count = Self.count(of: shape) else { throw ProtobufProblem("the shape of `\(name)` is too large") }
    return count
  }

  private static func values(_ raw: ArraySlice<UInt8>, _ type: Int, named name: String) throws(ProtobufProblem) -> Values {
    func elements<Element: FixedWidthInteger>(_: Element.Type) throws(ProtobufProblem) -> [Element] {
      let width = Element.bitWidth / 8
      guard raw.count % width == 0 else { throw ProtobufProblem("the numbers of `\(name)` are cut off") }
      return raw.withUnsafeBytes { bytes in
        stride(from: 0, to: bytes.count, by: width).map { Element(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Element.self)) }
      }
    }
    switch type {
    case 1: return .floats(try elements(UInt32.self).map { Float(bitPattern: $0) })
    case 2, 9: return .integers(raw.map { Int($0) })
    case 3: return .integers(raw.map { Int(Int8(bitPattern: $0)) })
    case 5: return .integers(try elements(Int16.self).map { Int($0) })
    case 6: return .integers(try elements(Int32.self).map { Int($0) })
    case 7: return .integers(try elements(Int64.self).map { Int($0) })
    case 10: return .floats(try elements(UInt16.self).map { Float(binary16: $0) })
    case 16: return .floats(try elements(UInt16.self).map { Float(bfloat16: $0) })
    case 11: return .floats(try elements(UInt64.self).map { Float(Double(bitPattern: $0)) })
    case _: throw ProtobufProblem("`\(name)` has element type \(type), which is not read")
    }
  }
}

/// The fields of a `TensorProto`, as they come.
private struct TensorFields {
  var name = ""
  var shape: [Int] = []
  /// `TensorProto.DataType`
  var type = 0
  var raw: ArraySlice<UInt8>?
  var floats: [Float] = []
  var doubles: [Double] = []
  var integers: [Int] = []
  var isElsewhere = false
  private var entries: [String: String] = [:]

  init(_ bytes: ArraySlice<UInt8>) throws(ProtobufProblem) {
    var reader = ProtobufReader(bytes)
    while let field = try reader.next() {
      switch field.number {
      case 1: shape += try field.integers()
      case 2: type = try field.integer()
      case 4: floats += try field.floats()
      case 5, 7, 11: integers += try field.integers()
      case 8: name = try field.text()
      case 9: raw = try field.data()
      case 10: doubles += try field.doubles()
      case 13:
        let entry = try ONNXModel.entry(field.data())
        entries[entry.key] = entry.value
      case 14: isElsewhere = try field.integer() == 1
      case _: break
      }
    }
  }

  /// The numbers, where they are no raw bytes; those of half precision come as whole numbers of their bits.
  var listed: ONNXTensor.Values {
    switch type {
    case 1: .floats(floats)
    case 10: .floats(integers.map { Float(binary16: UInt16(truncatingIfNeeded: $0)) })
    case 11: .floats(doubles.map { Float($0) })
    case 16: .floats(integers.map { Float(bfloat16: UInt16(truncatingIfNeeded: $0)) })
    case _: .integers(integers)
    }
  }

  var location: ONNXLocation {
    get throws(ProtobufProblem) {
      ONNXLocation(file: entries["location"] ?? "", offset: try number("offset") ?? 0, length: try number("length"), type: type)
    }
  }

  private func number(_ key: String) throws(ProtobufProblem) -> Int? {
    guard let text = entries[key] else { return nil }
    guard let number = Int(text) else { throw ProtobufProblem("the \(key) of `\(name)` in its file is `\(text)`, no whole number") }
    return number
  }
}
