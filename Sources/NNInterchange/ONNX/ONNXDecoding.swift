/// From bytes. Fields that are not known are passed over, as the format wants it.
extension ONNXModel {
  /// Reads a model whose numbers are all in one file.
  ///
  /// - Throws: where the bytes are no model, or a tensor has not the numbers that its shape takes.
  public init(decoding bytes: [UInt8]) throws(ProtobufProblem) {
    var reader = ProtobufReader(bytes[...])
    var hasGraph = false
    while let field = try reader.next() {
      switch field.number {
      case 1: irVersion = try field.integer()
      case 2: producer = try field.text()
      case 3: producerVersion = try field.text()
      case 6: documentation = try field.text()
      case 7:
        graph = try ONNXGraph(field.data())
        hasGraph = true
      case 8: opsets.append(try Self.opset(field.data()))
      case 14: metadata.append(try Self.entry(field.data()))
      case _: break
      }
    }
    guard hasGraph, !opsets.isEmpty else { throw ProtobufProblem("no graph or no version of the operators is in it") }
  }

  private static func opset(_ bytes: ArraySlice<UInt8>) throws(ProtobufProblem) -> (domain: String, version: Int) {
    var reader = ProtobufReader(bytes)
    var result = (domain: "", version: 0)
    while let field = try reader.next() {
      if field.number == 1 { result.domain = try field.text() }
      if field.number == 2 { result.version = try field.integer() }
    }
    return result
  }

  /// Reads a model whose numbers may lie in files of their own.
  ///
  /// - Parameter file: reads what lies beside the model, by its name.
  /// - Throws: what `file` throws, and where the numbers are not those that a tensor's shape takes.
  public init(decoding bytes: [UInt8], file: (String) throws(ProtobufProblem) -> [UInt8]) throws(ProtobufProblem) {
    try self.init(decoding: bytes)
    var read: [String: [UInt8]] = [:]
    try forEachTensor { tensor throws(ProtobufProblem) in
      guard let location = tensor.location else { return }
      let bytes: [UInt8]
      if let known = read[location.file] { bytes = known } else { bytes = try file(location.file) }
      read[location.file] = bytes
      try tensor.fill(from: bytes)
    }
  }

  /// The weights, and what nodes hold in their attributes.
  private mutating func forEachTensor(_ body: (inout ONNXTensor) throws(ProtobufProblem) -> Void) throws(ProtobufProblem) {
    for index in graph.initializers.indices { try body(&graph.initializers[index]) }
    for node in graph.nodes.indices {
      for index in graph.nodes[node].attributes.indices {
        guard case .tensor(var tensor) = graph.nodes[node].attributes[index].value, tensor.location != nil else { continue }
        try body(&tensor)
        graph.nodes[node].attributes[index].value = .tensor(tensor)
      }
    }
  }

  static func entry(_ bytes: ArraySlice<UInt8>) throws(ProtobufProblem) -> (key: String, value: String) {
    var reader = ProtobufReader(bytes)
    var result = (key: "", value: "")
    while let field = try reader.next() {
      if field.number == 1 { result.key = try field.text() }
      if field.number == 2 { result.value = try field.text() }
    }
    return result
  }
}

extension ONNXGraph {
  init(_ bytes: ArraySlice<UInt8>) throws(ProtobufProblem) {
    self.init()
    var reader = ProtobufReader(bytes)
    while let field = try reader.next() {
      switch field.number {
      case 1: nodes.append(try ONNXNode(field.data()))
      case 2: name = try field.text()
      case 5: initializers.append(try ONNXTensor(field.data()))
      case 11: inputs.append(try ONNXValue(field.data()))
      case 12: outputs.append(try ONNXValue(field.data()))
      case 13: values.append(try ONNXValue(field.data()))
      case _: break
      }
    }
  }
}

extension ONNXNode {
  init(_ bytes: ArraySlice<UInt8>) throws(ProtobufProblem) {
    self.init()
    var reader = ProtobufReader(bytes)
    while let field = try reader.next() {
      switch field.number {
      case 1: inputs.append(try field.text())
      case 2: outputs.append(try field.text())
      case 3: name = try field.text()
      case 4: operation = try field.text()
      case 5: attributes.append(try ONNXAttribute.named(field.data()))
      case 7: domain = try field.text()
      case _: break
      }
    }
  }
}

extension ONNXAttribute {
  static func named(_ bytes: ArraySlice<UInt8>) throws(ProtobufProblem) -> (name: String, value: ONNXAttribute) {
    var reader = ProtobufReader(bytes)
    var name = ""
    var kind: Int?
    // Writers leave out what is zero or empty: the type says what is meant.
    var (float, integer, text, tensor) = (Float(0), 0, "", ONNXTensor())
    var (floats, integers, texts): ([Float], [Int], [String]) = ([], [], [])
    var seen = 0
    while let field = try reader.next() {
      switch field.number {
      case 1: name = try field.text()
      case 2: float = try field.float()
      case 3: integer = try field.integer()
      case 4: text = try field.text()
      case 5: tensor = try ONNXTensor(field.data())
      case 7: floats += try field.floats()
      case 8: integers += try field.integers()
      case 9: texts.append(try field.text())
      case 20: kind = try field.integer()
      case _: break
      }
      if field.number != 1, field.number != 20 { seen = field.number }
    }
    switch kind ?? [2: 1, 3: 2, 4: 3, 5: 4, 7: 6, 8: 7, 9: 8][seen] ?? 0 {
    case 1: return (name, .float(float))
    case 2: return (name, .integer(integer))
    case 3: return (name, .text(text))
    case 4: return (name, .tensor(tensor))
    case 6: return (name, .floats(floats))
    case 7: return (name, .integers(integers))
    case 8: return (name, .texts(texts))
    case _: return (name, .other)
    }
  }
}

extension ONNXValue {
  init(_ bytes: ArraySlice<UInt8>) throws(ProtobufProblem) {
    self.init()
    var reader = ProtobufReader(bytes)
    while let field = try reader.next() {
      if field.number == 1 { name = try field.text() }
      if field.number == 2 { try readType(field.data()) }
    }
  }

  private mutating func readType(_ bytes: ArraySlice<UInt8>) throws(ProtobufProblem) {
    var reader = ProtobufReader(bytes)
    type = .other(0)
    while let field = try reader.next() {
      guard field.number == 1 else { continue }
      var tensor = ProtobufReader(try field.data())
      while let field = try tensor.next() {
        if field.number == 1 { type = ONNXElement(code: try field.integer()) }
        if field.number == 2 { shape = try Self.dimensions(field.data()) }
      }
    }
  }

  private static func dimensions(_ bytes: ArraySlice<UInt8>) throws(ProtobufProblem) -> [ONNXDimension] {
    var reader = ProtobufReader(bytes)
    var result: [ONNXDimension] = []
    while let field = try reader.next() {
      guard field.number == 1 else { continue }
      var dimension = ProtobufReader(try field.data())
      var value = ONNXDimension.named("")
      while let field = try dimension.next() {
        if field.number == 1 { value = .size(try field.integer()) }
        if field.number == 2 { value = .named(try field.text()) }
      }
      result.append(value)
    }
    return result
  }
}
