/// To bytes; the field numbers are those of onnx.proto (release 1.12, opset 17).
extension ONNXModel {
  /// The bytes of a file.
  public func encoded() -> [UInt8] {
    var writer = ProtobufWriter()
    writer.integer(1, irVersion)
    if !producer.isEmpty { writer.text(2, producer) }
    if !producerVersion.isEmpty { writer.text(3, producerVersion) }
    if !documentation.isEmpty { writer.text(6, documentation) }
    writer.message(7) { graph.encode(&$0) }
    for opset in opsets {
      writer.message(8) {
        if !opset.domain.isEmpty { $0.text(1, opset.domain) }
        $0.integer(2, opset.version)
      }
    }
    for entry in metadata {
      writer.message(14) {
        $0.text(1, entry.key)
        $0.text(2, entry.value)
      }
    }
    return writer.bytes
  }
}

extension ONNXGraph {
  func encode(_ writer: inout ProtobufWriter) {
    for node in nodes { writer.message(1) { node.encode(&$0) } }
    writer.text(2, name)
    for tensor in initializers { writer.message(5) { tensor.encode(&$0) } }
    for value in inputs { writer.message(11) { value.encode(&$0) } }
    for value in outputs { writer.message(12) { value.encode(&$0) } }
    for value in values { writer.message(13) { value.encode(&$0) } }
  }
}

extension ONNXNode {
  func encode(_ writer: inout ProtobufWriter) {
    for input in inputs { writer.text(1, input) }
    for output in outputs { writer.text(2, output) }
    if !name.isEmpty { writer.text(3, name) }
    writer.text(4, operation)
    for attribute in attributes {
      writer.message(5) {
        $0.text(1, attribute.name)
        attribute.value.encode(&$0)
      }
    }
    if !domain.isEmpty { writer.text(7, domain) }
  }
}

extension ONNXAttribute {
  func encode(_ writer: inout ProtobufWriter) {
    switch self {
    case .float(let value): writer.float(2, value)
    case .integer(let value): writer.integer(3, value)
    case .text(let value): writer.text(4, value)
    case .tensor(let value): writer.message(5) { value.encode(&$0) }
    case .floats(let values): writer.packed(7, values)
    case .integers(let values): writer.packed(8, values)
    case .texts(let values): for value in values { writer.text(9, value) }
    case .other: break
    }
    writer.integer(20, kind)
  }

  /// `AttributeProto.AttributeType`
  private var kind: Int {
    switch self {
    case .other: 0
    case .float: 1
    case .integer: 2
    case .text: 3
    case .tensor: 4
    case .floats: 6
    case .integers: 7
    case .texts: 8
    }
  }
}

extension ONNXTensor {
  func encode(_ writer: inout ProtobufWriter) {
    if !shape.isEmpty { writer.packed(1, shape) }
    switch values {
    case .floats(let values):
      writer.integer(2, ONNXElement.float.code)
      writer.text(8, name)
      writer.floats(raw: 9, values)
    case .integers(let values):
      writer.integer(2, ONNXElement.int64.code)
      writer.packed(7, values)
      writer.text(8, name)
    }
  }
}

extension ONNXValue {
  func encode(_ writer: inout ProtobufWriter) {
    writer.text(1, name)
    writer.message(2) { type in
      type.message(1) { tensor in
        tensor.integer(1, self.type.code)
        guard let shape else { return }
        tensor.message(2) { dimensions in
          for dimension in shape {
            dimensions.message(1) {
              switch dimension {
              case .size(let size): $0.integer(1, size)
              case .named(let name): $0.text(2, name)
              }
            }
          }
        }
      }
    }
  }
}
