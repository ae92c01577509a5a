import Foundation
import Testing

@testable import nnc

/// `nnc emit --target onnx`, as a user types it. The numbers are compared with ONNX Runtime by Tests/Peers/interchange.py.
@Suite struct InterchangeCommandTests {
  private func trained() throws -> Workshop {
    let here = try Workshop()
    try here.write("data csv \"t.csv\" target kind\nnormalize standard\nsteps 2\nfc 4 relu | fc $classes softmax\n", to: "net.nn")
    try here.write("a,b,kind\n1,2,low\n3,5,high\n2,2,low\n4,7,high\n1,3,low\n5,5,high\n2,1,low\n6,4,high\n3,1,low\n4,4,high\n", to: "t.csv")
    let result = try here.nnc("run", "net.nn", "--out", "trained")
    #expect(result.code == 0, "\(result.errors)")
    return here
  }

  @Test func aFileForOtherEngines() throws {
    let here = try trained()
    let result = try here.nnc("emit", "net.nn", "--weights", "trained/best.safetensors", "--target", "onnx", "-o", "net.onnx")
    #expect(result.code == 0 && result.output.hasPrefix("written  net.onnx, 6 nodes"), "\(result.output)\(result.errors)")
    let bytes = try Data(contentsOf: here.folder.appendingPathComponent("net.onnx"))
    // Field 1, the version of the format: 8.
    #expect(bytes.prefix(2) == Data([0x08, 0x08]))
    #expect(bytes.range(of: Data("[\"high\", \"low\"]".utf8)) != nil, "the classes are in the metadata")
    let bare = try here.nnc("emit", "net.nn", "--weights", "trained/best.safetensors", "--target", "onnx", "--bare", "-o", "bare.onnx")
    #expect(bare.code == 0 && bare.output.hasPrefix("written  bare.onnx, 4 nodes"), "\(bare.output)\(bare.errors)")
  }

  @Test func aModelRepository() throws {
    let here = try trained()
    let result = try here.nnc("emit", "net.nn", "--weights", "trained/best.safetensors", "--target", "onnx", "--triton", "models")
    #expect(result.code == 0, "\(result.errors)")
    let configuration = try String(contentsOf: here.folder.appendingPathComponent("models/net/config.pbtxt"), encoding: .utf8)
    #expect(configuration.contains("platform: \"onnxruntime_onnx\"") && configuration.contains("dims: [ 2 ]"))
    #expect(try String(contentsOf: here.folder.appendingPathComponent("models/net/labels.txt"), encoding: .utf8) == "high\nlow\n")
    #expect(FileManager.default.fileExists(atPath: here.folder.appendingPathComponent("models/net/1/model.onnx").path))
  }

  @Test func whatIsMissingIsSaid() throws {
    let here = try trained()
    let noWeights = try here.nnc("emit", "net.nn", "--target", "onnx", "-o", "net.onnx")
    #expect(noWeights.code == 2 && noWeights.errors.contains("`--weights FILE`"))
    let noFile = try here.nnc("emit", "net.nn", "--weights", "trained/best.safetensors", "--target", "onnx")
    #expect(noFile.code == 2 && noFile.errors.contains("`-o FILE.onnx`"))
  }
}
