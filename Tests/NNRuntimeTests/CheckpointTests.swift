import Foundation
import NNData
import NNDiagnostics
import NNGraph
import Testing

@testable import NNRuntime

@Suite("Weights files")
struct CheckpointTests {
  private func info() -> CheckpointInfo {
    var info = CheckpointInfo()
    info.version = "0.1.0"
    info.model = "mri.nn"
    info.modelDigest = "3f9a61c0aa"
    info.epoch = 14
    info.seed = 7
    info.classes = ["a, b", "c \"d\""]
    info.normalization = NormalizationValues(scale: [0.1, 1 / 3], shift: [-1e-7, 2], targetScale: [5], targetShift: [0.1])
    return info
  }

  @Test func roundTrip() throws {
    let model = try model("input 8x8x2\nconv 3x3x4 pad 1 | bn | relu | maxpool 2 | fc 5 relu | fc 3 softmax")
    let layout = try WeightLayout(model)
    let weights = Weights(initial: model, layout: layout)
    try withTemporaryFolder { folder in
      let path = folder + "/best.safetensors"
      let checkpoint = Checkpoint(weights: weights, info: info())
      try checkpoint.write(layout, to: path)
      let read = try Checkpoint(path: path, model: model, layout: layout)
      #expect(read.weights == weights)
      #expect(read.info == info())
      #expect(read.digest(layout) == checkpoint.digest(layout))
    }
  }

  /// conv1.weight is [out, in, kh, kw]; fc1.weight after an image goes by channels, rows, columns.
  @Test func layoutsArePyTorchs() throws {
    let model = try model("input 2x3x2\nconv 1x2x3\nfc 4")
    let layout = try WeightLayout(model)
    #expect(layout.tensors.map(\.name) == ["conv1.weight", "conv1.bias", "fc1.weight", "fc1.bias"])
    #expect(layout.tensors.map(\.spec.shape) == [[3, 2, 1, 2], [3], [4, 12], [4]])
    var weights = Weights(layout: layout)
    let file = (0..<48).map { Float($0) }
    let fc = layout.tensors[2]
    weights.set(fc.spec.toMemory(file), fc)
    #expect(weights.inFileOrder(fc) == file)
    // The input of row 1, column 0, channel 2 of the 2x2x3 image is number 2*4 + 1*2 + 0 = 10 in the file and (1*2 + 0)*3 + 2 = 8 in memory,
    // where the four outputs of an input lie together.
    #expect(weights.trained[fc.offset + 8 * 4 + 1] == Float(1 * 12 + 10))
  }

  @Test func anotherNetworkIsRefused() throws {
    let narrow = try model("input 4\nfc 64 relu | fc 4 softmax")
    let wide = try model("input 4\nfc 128 relu | fc 4 softmax")
    let layout = try WeightLayout(narrow)
    let file = Checkpoint(weights: Weights(initial: narrow, layout: layout), info: info()).safetensors(layout)
    let wideLayout = try WeightLayout(wide)
    do throws(Diagnostic) {
      _ = try Checkpoint(file, named: "runs/best.safetensors", model: wide, layout: wideLayout)
      Issue.record("read")
    } catch {
      #expect(error.code == .weightsMismatch)
      #expect(error.message == "runs/best.safetensors does not fit test.nn")
      #expect(error.primary?.span.text == "fc 128 relu")
      #expect(error.primary?.text == "128 here, 64 in the file")
      let table = """
        tensor        in the file    needed
        fc1.weight    64x4           128x4
        fc1.bias      64             128
        fc2.weight    4x64           4x128
        the other tensor agrees
        """
      #expect(error.notes == [table, "the file was written by nnc 0.1.0 from mri.nn 3f9a61c0, epoch 14, seed 7"])
    }
  }

  /// The designed message, to the letter.
  @Test func weightsOfAnotherNetwork() throws {
    func source(_ width: Int) -> SourceFile {
      let head = "input 64x64x1\nclasses 4" + String(repeating: "\n", count: 17)
      let stages = """
        conv 3x3x8 pad 1 relu
        conv 3x3x32 pad 1 relu | maxpool 2
        conv 3x3x64 pad 1 relu | maxpool 2
        dropout 0.2 | fc \(width) relu | fc $classes softmax
        """
      return SourceFile(name: "mri.nn", text: "\(head)\(stages)\n")
    }
    let narrow = try #require(check(source(64)).model)
    let wide = try #require(check(source(128)).model)
    let (layout, wideLayout) = (try WeightLayout(narrow), try WeightLayout(wide))
    let file = Checkpoint(weights: Weights(layout: layout), info: info()).safetensors(layout)
    do throws(Diagnostic) {
      _ = try Checkpoint(file, named: "runs/mri-07/best.safetensors", model: wide, layout: wideLayout)
      Issue.record("read")
    } catch {
      let text = TextRenderer().render(error)
      let place = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Golden/design")
      let designed = try String(contentsOf: place.appendingPathComponent("another_networks_weights.txt"), encoding: .utf8)
      #expect(text == designed, "\(text)")
    }
  }

  @Test func missingAndUnknownTensors() throws {
    let model = try model("input 2\nfc 1")
    let layout = try WeightLayout(model)
    let weight = Safetensors.Tensor(name: "fc1.weight", shape: [1, 2], values: [1, 2])
    let bias = Safetensors.Tensor(name: "fc1.bias", shape: [1], values: [3])
    func read(_ tensors: [Safetensors.Tensor]) throws(Diagnostic) -> Checkpoint {
      try Checkpoint(Safetensors(tensors: tensors), named: "w", model: model, layout: layout)
    }
    #expect(try read([bias, weight]).weights.trained.filter { $0 != 0 } == [1, 2, 3])
    #expect(throws: Diagnostic.self) { try read([weight]) }
    #expect(throws: Diagnostic.self) { try read([weight, bias, .init(name: "fc2.bias", shape: [1], values: [3])]) }
    #expect(throws: Diagnostic.self) { try read([weight, .init(name: "fc1.bias", shape: [], values: [3])]) }
    _ = try read([weight, bias, .init(name: "bn1.num_batches_tracked", shape: [], values: [3])])
  }

  @Test func brokenFilesAreNamed() throws {
    let model = try model("input 2\nfc 1")
    let layout = try WeightLayout(model)
    try withTemporaryFolder { folder in
      let path = folder + "/w.safetensors"
      #expect(throws: Diagnostic.self) { try Checkpoint(path: path, model: model, layout: layout) }
      #expect(throws: Diagnostic.self) { try Checkpoint(path: folder, model: model, layout: layout) }
      try AtomicFile.write("{}", to: path)
      #expect(throws: Diagnostic.self) { try Checkpoint(path: path, model: model, layout: layout) }
    }
  }

  @Test(arguments: ["nnc.classes", "nnc.normalize.scale"])
  func brokenMetadata(key: String) throws {
    let model = try model("input 2\nfc 1")
    let layout = try WeightLayout(model)
    var file = Checkpoint(weights: Weights(layout: layout), info: info()).safetensors(layout)
    file.metadata[key] = "[1"
    #expect(throws: Diagnostic.self) { try Checkpoint(file, named: "w", model: model, layout: layout) }
  }
}
