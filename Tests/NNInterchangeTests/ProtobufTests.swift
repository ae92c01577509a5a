import NNLayers
import Testing

@testable import NNInterchange

@Suite struct ProtobufTests {
  /// The example of protobuf.dev, "Encoding": field 1 with the number 150 is 08 96 01.
  @Test func aNumber() throws {
    var writer = ProtobufWriter()
    writer.integer(1, 150)
    #expect(writer.bytes == [0x08, 0x96, 0x01])
    var reader = ProtobufReader(writer.bytes[...])
    let field = try #require(try reader.next())
    #expect(try field.number == 1 && field.integer() == 150)
    #expect(try reader.next() == nil)
  }

  @Test(arguments: [0, 1, -1, 127, 128, 300, Int.max, Int.min]) func numbersComeBack(_ value: Int) throws {
    var writer = ProtobufWriter()
    writer.integer(3, value)
    writer.packed(4, [value, 0, value])
    var reader = ProtobufReader(writer.bytes[...])
    #expect(try reader.next()?.integer() == value)
    #expect(try reader.next()?.integers() == [value, 0, value])
  }

  private var model: ONNXModel {
    var model = ONNXModel()
    model.opsets = [(domain: "", version: 17)]
    model.metadata = [(key: "classes", value: "[\"a\", \"b\"]")]
    model.graph.name = "net"
    model.graph.inputs = [ONNXValue(name: "input", shape: [.named("N"), .size(4)])]
    model.graph.outputs = [ONNXValue(name: "output", shape: [.named("N"), .size(2)])]
    model.graph.initializers = [
      ONNXTensor(name: "w", shape: [2, 4], values: .floats([1, 2, 3, 4, 5, 6, 7, 8])),
      ONNXTensor(name: "s", shape: [2], values: .integers([0, -1])),
    ]
    model.graph.nodes = [
      ONNXNode(
        name: "fc1", operation: "Gemm", inputs: ["input", "w"], outputs: ["y"],
        attributes: [
          ("transB", .integer(1)), ("alpha", .float(0.5)), ("texts", .texts(["a", "b"])), ("f", .floats([1, 2])), ("i", .integers([3])),
          ("t", .tensor(ONNXTensor(name: "t", shape: [1], values: .floats([9])))), ("s", .text("forward")),
        ])
    ]
    return model
  }

  @Test func aModelComesBack() throws {
    #expect(try ONNXModel(decoding: model.encoded()).encoded() == model.encoded())
  }

  /// Every beginning of a file, and files with bytes changed, end in a model or in words, never in a trap.
  @Test func damagedFilesAreRefused() {
    let bytes = model.encoded()
    for count in 0..<bytes.count { _ = try? ONNXModel(decoding: Array(bytes[..<count])) }
    var random = Random(seed: 1, .check, 0)
    for _ in 0..<20_000 {
      var changed = bytes
      for _ in 0..<1 + random.below(4) { changed[random.below(changed.count)] = UInt8(random.below(256)) }
      if random.below(3) == 0 { changed.removeSubrange(random.below(changed.count)..<changed.count) }
      _ = try? ONNXModel(decoding: changed)
    }
  }

  @Test func everyLayerIsWritable() {
    let missing = AllLayers.types.filter { !($0 is any ONNXWritable.Type) }
    #expect(missing.isEmpty, "\(missing)")
  }
}
