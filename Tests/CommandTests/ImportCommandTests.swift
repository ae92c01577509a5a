import Foundation
import NNData
import Testing

@testable import nnc

/// `nnc import`, on files that PyTorch, Keras and scikit-learn exported (Tests/Reference/interchange.py) and on nnc's own.
@Suite struct ImportCommandTests {
  private static let networks: [(name: String, text: String)] = [
    (
      "pytorch_residual",
      """
      input 8x6x3

      res { conv 3x3x4 stride 2 pad 1 | relu | conv 3x3x4 pad 1 } via { conv 1x1x4 stride 2 } | relu
      repeat 2 { res { conv 3x3x4 pad 1 | relu | conv 3x3x4 pad 1 } | relu }
      branch concat { conv 1x1x2 } { conv 3x3x3 pad 1 }
      fc 3

      """
    ),
    ("pytorch_recurrent", "input seq 5x3\n\nlstm 4\ngru 3 both | last\nfc 2\n"),
    ("pytorch_elman", "input seq 4x2\n\nrnn 3 relu both | mean\nfc 2\n"),
    (
      "pytorch_transformer",
      "input text 5 vocab 7\n\nembed 4 | positions\nres { layernorm | attention heads 2 causal }\nres { fc 8 | gelu | fc 4 }\n"
    ),
    (
      "keras_image",
      "input 8x6x2\n\nconv 3x3x3 pad 1 | relu | bn eps 0 | maxpool 2\nfc 6 | gelu | layernorm eps 0.001\nfc 3 | softmax\n"
    ), ("sklearn_mlp", "input 4\nclasses ant, bee, cat\n\nfc 5 | relu\nfc 3 | softmax\n"),
  ]

  /// A readable file, and the exporter's own numbers.
  @Test(arguments: 0..<networks.count) func exportsOfOthers(_ index: Int) throws {
    let (name, text) = Self.networks[index]
    let here = try Workshop()
    let file = TorchCommandTests.reference.appendingPathComponent(name)
    let result = try here.nnc("import", file.path + ".onnx", "-o", "net.nn")
    #expect(result.code == 0, "\(result.errors)")
    let written = try here.read("net.nn")
    #expect(written.hasSuffix("\nmodel net\n" + text), "\(written)")
    let predicted = try here.nnc("run", "net.nn", "--weights", "net.safetensors", "--predict", file.path + "_x.npy", "--out", "out")
    #expect(predicted.code == 0, "\(predicted.errors)")
    let (ours, theirs) = try (array(here.folder.appendingPathComponent("out/predictions.npy").path), array(file.path + "_y.npy"))
    #expect(ours.shape == theirs.shape)
    // Single precision on both sides, numbers around 1, sums of up to a hundred terms.
    #expect(zip(ours.values, theirs.values).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  private func array(_ path: String) throws -> NumPyArray {
    try Data(contentsOf: URL(fileURLWithPath: path)).withUnsafeBytes { bytes in try NumPyArray(bytes, name: path) }
  }

  /// `.nn -> onnx -> .nn`: the same stages, the same weights, the same normalisation. What a file says in two ways comes back in one.
  @Test(arguments: [
    (
      "conv 3x3x4 pad 1 | relu as skip\nconv 3x3x4 pad 1 nobias | bn | add skip | maxpool 2\nfc 3 softmax",
      "conv 3x3x4 pad 1 | relu\nres { conv 3x3x4 pad 1 nobias | bn } | maxpool 2\nfc 3 | softmax"
    ), ("branch concat { conv 1x1x2 } { maxpool 3 stride 1 pad 1 | conv 1x1x3 } {} | gap\nfc 3 | softmax", nil),
    (
      "repeat 3 { res { conv 3x3x1 pad 1 | leaky_relu 0.2 | conv 3x3x1 pad 1 } }\nconv 3x3x4 | silu | avgpool 2\ndwconv 2x2\ndeconv 2x2x3 stride 2 | gmp\nfc 3 | softmax",
      nil
    ), ("maxpool to 5x3 | avgpool to 3x2\nfc 3 | softmax", nil),
    ("reshape 4x16 | layernorm\nattention heads 4 causal\nlstm 5 both | last\nfc 3 | gelu | bn\nfc 3 | softmax", nil),
    (
      "avgpool to 4x4 | flatten | fc 8 nobias | tanh | dropout 0.25 | reshape 2x4 | gru 3 | mean | fc 3 | softmax",
      "avgpool 2\nfc 8 nobias | tanh | dropout 0.25 | reshape 2x4\ngru 3 | mean\nfc 3 | softmax"
    ),
  ]) func whatIsWrittenIsReadAgain(_ stages: String, _ expected: String?) throws {
    let here = try Workshop()
    let head = "model net\ninput 8x8x1\nclasses a, b, c\n\n"
    try here.write(head + stages + "\nseed 3\nnormalize mean 0.5 std 0.25\n", to: "net.nn")
    try writeImages(here)
    let trained = try here.nnc("run", "net.nn", "--data", "set", "--set", "steps=2", "--set", "batch=4", "--out", "trained", "-q")
    #expect(trained.code == 0, "\(trained.errors)")
    var predictions: [[Float]] = []
    var model = (text: "net.nn", weights: "trained/last.safetensors")
    for turn in ["first", "second"] {
      #expect(try here.nnc("run", model.text, "--weights", model.weights, "--predict", "x.npy", "--out", "\(turn).out").code == 0)
      predictions.append(try array(here.folder.appendingPathComponent("\(turn).out/predictions.npy").path).values)
      let emitted = try here.nnc("emit", model.text, "--weights", model.weights, "--target", "onnx", "-o", "\(turn).onnx")
      #expect(emitted.code == 0, "\(emitted.errors)")
      #expect(try here.shell("mkdir \(turn)").code == 0)
      let again = try here.nnc("import", "\(turn).onnx", "-o", "\(turn)/net.nn", "--weights", "\(turn).safetensors")
      #expect(again.code == 0, "\(again.errors)")
      model = ("\(turn)/net.nn", "\(turn).safetensors")
    }
    #expect(predictions[0] == predictions[1])
    let first = try here.read("first/net.nn")
    #expect(first.hasSuffix(head + (expected ?? stages) + "\n"), "\(first)")
    #expect(try here.read("second/net.nn") == first)
    #expect(try here.shell("cmp first.safetensors second.safetensors").code == 0)
  }

  private func writeImages(_ here: borrowing Workshop) throws {
    for number in 0..<12 {
      let folder = here.folder.appendingPathComponent("set/\(["a", "b", "c"][number % 3])")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let pixels = (0..<64).map { UInt8(($0 * (7 + number) + number * 31) % 251) }
      try (Data("P5 8 8 255\n".utf8) + Data(pixels)).write(to: folder.appendingPathComponent("\(number).pgm"))
    }
    let values = (0..<4 * 64).map { Float(($0 * 37) % 256) }
    try Data(NumPyArray(shape: [4, 8, 8, 1], values: values).encoded()).write(to: here.folder.appendingPathComponent("x.npy"))
  }

  @Test func whatCannotBeReadIsSaid() throws {
    let here = try Workshop()
    try here.write("input 4\nfc 3 softmax\n", to: "net.nn")
    let model = try here.nnc("import", "net.nn", "-o", "copy.nn")
    #expect(model.code == 1 && model.errors.contains("error[NN602]: `net.nn` is no ONNX model"), "\(model.errors)")
    let missing = try here.nnc("import", "none.onnx")
    #expect(missing.code == 1 && missing.errors.contains("cannot open none.onnx"))
    let size = try here.nnc(
      "import", TorchCommandTests.reference.appendingPathComponent("keras_image.onnx").path, "-o", "copy.nn", "--input", "9x9x2")
    #expect(size.code == 1 && size.errors.contains("`--input` does not fit"), "\(size.errors)")
    let isThere = here.has("copy.nn")
    #expect(!isThere)
  }

  /// A model of somebody else must not read other files of this machine.
  @Test(arguments: ["../secret", "/etc/passwd", "..", "sub/weights", ""]) func numbersLieBesideTheModel(_ name: String) throws {
    let here = try Workshop()
    try here.write("0123456789abcdef", to: "secret")
    try FileManager.default.createDirectory(at: here.folder.appendingPathComponent("sub"), withIntermediateDirectories: true)
    func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(bytes.count)] + bytes }
    func entry(_ key: String, _ value: String) -> [UInt8] { field(13, field(1, Array(key.utf8)) + field(2, Array(value.utf8))) }
    // TensorProto: dims 4, FLOAT, its name, external_data, data_location EXTERNAL; in GraphProto.initializer of ModelProto.graph.
    let tensor = [8, 4, 16, 1] + field(8, Array("w".utf8)) + entry("location", name) + entry("offset", "0") + [14 << 3, 1]
    try Data([8, 8] + field(7, field(5, tensor)) + field(8, [16, 17])).write(to: here.folder.appendingPathComponent("sub/m.onnx"))
    let result = try here.nnc("import", "sub/m.onnx", "-o", "copy.nn")
    #expect(result.code == 1 && result.errors.contains("its numbers lie in `\(name)`, which is not beside it"), "\(result)")
  }
}
