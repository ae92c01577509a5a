import Foundation
import NNData
import Testing

@testable import nnc

/// State dicts of PyTorch, and `nnc emit --target pytorch`. What it writes is run by Tests/Peers/pytorch.py.
@Suite struct TorchCommandTests {
  static let reference = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Reference/Interchange")

  static let networks = [
    "image": "input 6x4x2\nconv 3x3x4 pad 1 | bn | relu | maxpool 2 | fc 5\n",
    "sequence": "input seq 5x2\nlstm 3 both | gru 4 | rnn 3 | last | fc 2\n",
  ]

  /// Files that PyTorch saved give PyTorch's outputs, whatever their type. Half precision is rounded once more than the others: its 11 bits hold numbers of
  /// bfloat16 exactly, but for very small ones.
  @Test(arguments: ["image_f32", "image_f64", "image_bf16", "image_f16", "sequence_f32"]) func stateDictsOfPyTorchAreRead(_ name: String)
    throws
  {
    let here = try Workshop()
    let kind = String(name.prefix { $0 != "_" })
    try here.write(Self.networks[kind] ?? "", to: "net.nn")
    let weights = Self.reference.appendingPathComponent("torch_\(name).safetensors").path
    let x = Self.reference.appendingPathComponent("torch_\(kind)_x.npy").path
    let result = try here.nnc("run", "net.nn", "--weights", weights, "--predict", x, "--out", "predicted")
    #expect(result.code == 0, "\(result.errors)")
    let ours = try array(here.folder.appendingPathComponent("predicted/predictions.npy"))
    let theirs = try array(Self.reference.appendingPathComponent("torch_\(kind)_y.npy"))
    #expect(ours.shape == theirs.shape)
    // Single precision, a few dozen additions of numbers around 1.
    #expect(zip(ours.values, theirs.values).allSatisfy { abs($0 - $1) < 2e-6 })
  }

  private func array(_ file: URL) throws -> NumPyArray {
    try Data(contentsOf: file).withUnsafeBytes { bytes in try NumPyArray(bytes, name: file.path) }
  }

  private static let table = "a,b,kind\n1,2,low\n3,5,high\n2,2,low\n4,7,high\n1,3,low\n5,5,high\n2,1,low\n6,4,high\n3,1,low\n4,4,high\n"

  @Test func aProgramForPyTorch() throws {
    let here = try Workshop()
    try here.write("data csv \"t.csv\" target kind\nnormalize standard\nsteps 2\nfc 4 relu | fc $classes softmax\n", to: "net.nn")
    try here.write(Self.table, to: "t.csv")
    let result = try here.nnc("emit", "net.nn", "--target", "pytorch", "-o", "torch")
    #expect(result.code == 0 && result.output == "written  torch: model.py, train.py, weights.safetensors, data\n", "\(result.errors)")
    #expect(try here.entries("torch") == ["data", "model.py", "train.py", "weights.safetensors"])
    #expect(try here.entries("torch/data") == ["test_x.npy", "test_y.npy", "train_x.npy", "train_y.npy"])
    #expect(try here.read("torch/model.py").contains("        self.fc1 = nn.Linear(2, 4)\n        self.fc2 = nn.Linear(4, 2)\n"))
    let x = try array(here.folder.appendingPathComponent("torch/data/train_x.npy"))
    let y = try array(here.folder.appendingPathComponent("torch/data/train_y.npy"))
    #expect(x.shape == [8, 2] && y.shape == [8] && y.isWhole)
    // The weights are those that a run begins with: after no step it has them still.
    #expect(try here.nnc("run", "net.nn", "--set", "steps=1", "--set", "optimizer=sgd lr 1e-60", "--out", "begun").code == 0)
    for (name, weights) in [("a", "begun/last.safetensors"), ("b", "torch/weights.safetensors")] {
      #expect(try here.nnc("run", "net.nn", "--weights", weights, "--predict", "torch/data/train_x.npy", "--out", name).code == 0)
    }
    #expect(try here.read("a/predictions.csv") == here.read("b/predictions.csv"))
    #expect(try Data(contentsOf: here.folder.appendingPathComponent("a/predictions.npy")).count > 64)
    let again = try here.nnc("emit", "net.nn", "--target", "pytorch", "-o", "torch")
    #expect(again.code == 2 && again.errors.contains("overwrites none"))
  }

  @Test func aModuleWithoutData() throws {
    let here = try Workshop()
    try here.write(Self.networks["image"] ?? "", to: "net.nn")
    let weights = Self.reference.appendingPathComponent("torch_image_f32.safetensors").path
    let result = try here.nnc("emit", "net.nn", "--weights", weights, "--target", "pytorch", "-o", "torch")
    #expect(result.code == 0, "\(result.errors)")
    #expect(try here.entries("torch") == ["model.py", "weights.safetensors"])
    let nothing = try here.nnc("emit", "net.nn", "--target", "pytorch", "-o", "other")
    #expect(nothing.code == 2 && nothing.errors.contains("`--data DATA` or `--weights FILE`"))
    let noFolder = try here.nnc("emit", "net.nn", "--target", "pytorch", "--weights", weights)
    #expect(noFolder.code == 2 && noFolder.errors.contains("`-o DIR`"))
  }

  @Test func aStatefulNetworkIsRefused() throws {
    let here = try Workshop()
    try here.write("data text \"t.txt\" chars\ninput text 4\nembed 3 | rnn 4 stateful | last | fc $vocab softmax\n", to: "net.nn")
    try here.write(String(repeating: "abcabd", count: 20), to: "t.txt")
    let result = try here.nnc("emit", "net.nn", "--target", "pytorch", "-o", "torch")
    #expect(result.code == 1 && result.errors.contains("error[NN802]: `stateful` layers carry their state"), "\(result.errors)")
    let isThere = here.has("torch")
    #expect(!isThere)
  }

  /// The tensors that fit are those of the file; the others are drawn.
  @Test func trainingBeginsWithWhatMatches() throws {
    let here = try Workshop()
    let head = "data csv \"t.csv\" target kind\nsteps 1\noptimizer sgd lr 1e-60\nseed 3\n"
    try here.write(head + "fc 4 relu | fc $classes softmax\n", to: "net.nn")
    try here.write(head + "fc 4 relu | fc 3 relu | fc $classes softmax\n", to: "deeper.nn")
    try here.write(Self.table, to: "t.csv")
    #expect(try here.nnc("run", "net.nn", "--out", "trained", "--seed", "5").code == 0)
    let evaluated = try here.nnc("run", "deeper.nn", "--weights", "trained/last.safetensors")
    #expect(
      evaluated.code == 1 && evaluated.errors.contains("`--load-matching` takes the 2 tensors that agree and starts the other 4 fresh"))
    let result = try here.nnc("run", "deeper.nn", "--weights", "trained/last.safetensors", "--load-matching", "--out", "deeper")
    #expect(result.code == 0, "\(result.errors)")
    #expect(
      result.errors.contains(
        "2 of 6 tensors begin as in trained/last.safetensors; fresh: fc2.weight, fc2.bias, fc3.weight, fc3.bias"), "\(result.errors)")
    // All of them, and a rate of next to nothing: the weights come out as they went in.
    let same = try here.nnc("run", "net.nn", "--weights", "trained/last.safetensors", "--load-matching", "--out", "same")
    #expect(same.code == 0 && same.errors.contains("4 of 4 tensors begin as in"))
    let (before, after) = try (here.read("trained/summary.json"), here.read("same/summary.json"))
    func digest(_ text: String) -> Substring? { text.split(separator: "\"").first { $0.count == 64 } }
    #expect(digest(before) == digest(after) && digest(before) != nil)
    try here.write(head + "fc 7 relu | fc 9 relu | fc $classes softmax\n", to: "other.nn")
    let none = try here.nnc("run", "other.nn", "--weights", "trained/last.safetensors", "--load-matching", "--out", "none")
    #expect(none.code == 1 && none.errors.contains("[NN601]") && none.errors.contains("no tensor agrees"), "\(none.errors)")
    #expect(try here.nnc("run", "net.nn", "--load-matching").code == 2)
  }

  @Test func dataIsWrittenAsArrays() throws {
    let here = try Workshop()
    try here.write(Self.table, to: "t.csv")
    let result = try here.nnc("data", "t.csv", "--target", "kind", "--arrays", "arrays")
    #expect(result.code == 0, "\(result.errors)")
    #expect(try here.entries("arrays") == ["test_x.npy", "test_y.npy", "train_x.npy", "train_y.npy"])
  }
}
