import NNLayers

/// Tensors come in two ways: as raw bytes, or as a list of numbers of their type.
extension ONNXTensor {
  init(_ bytes: ArraySlice<UInt8>) throws(ProtobufProblem) {
    var reader = ProtobufReader(bytes)
    var type = 0
    var raw: ArraySlice<UInt8>?
    var (floats, doubles, integers): ([Float], [Double], [Int]) = ([], [], [])
    var name = ""
    var shape: [Int] = []
    var entries: [String: String] = [:]
    var isElsewhere = false
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
    self.init(name: name, shape: shape)
    let count = try checkedCount()
    // Texts are names of classes beside the graph; nothing that is computed depends on them.
    if type == 8 {
      self.shape = [0]
      values = .integers([])
      return
    }
    if isElsewhere {
      location = ONNXLocation(
        file: entries["location"] ?? "", offset: entries["offset"].flatMap { Int($0) } ?? 0, length: entries["length"].flatMap { Int($0) },
        type: type)
      return
    }
    if let raw {
      values = try Self.values(raw, type, named: name)
    } else if type == 1 {
      values = .floats(floats)
    } else if type == 11 {
      values = .floats(doubles.map { Float($0) })
    } else if type == 10 {
      values = .floats(integers.map { Float(binary16: UInt16(truncatingIfNeeded: $0)) })
    } else if type == 16 {
      values = .floats(integers.map { Float(bfloat16: UInt16(truncatingIfNeeded: $0)) })
    } else {
      values = .integers(integers)
    }
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
    var count = 1
    for size in shape {
      let (next, overflow) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else { throw ProtobufProblem("the shape of `\(name)` is too large") }
      count = next
    }
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
