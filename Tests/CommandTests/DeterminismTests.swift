import Foundation
import NNKernels
import Testing

@testable import nnc

/// The same seed gives the same bits with any number of threads, and nearly the same numbers with another instruction set.
@Suite struct DeterminismTests {
  struct Kind: Sendable, CustomTestStringConvertible {
    let name: String
    let data: String
    let text: String
    /// How far the loss of the test part may be from that of another instruction set, as a share of it.
    ///
    /// Sums are taken in another order there, and with or without fused multiplication, so that steps differ by some roundings of 6e-8; a network that
    /// normalises batches makes more of them than others. The losses were found to be 1.1e-4 apart at most with convolutions, 3e-7 with sequences; those of
    /// the machine, which stops at a gap of 1e-4, 1e-4.
    var bound = 1e-4
    var testDescription: String { name }
  }

  static let kinds = [
    Kind(
      name: "convolutions, dropout, augmentation", data: "pictures",
      text: """
        augment flip horizontal, shift 10%
        conv 3x3x8 pad 1 relu | maxpool 2 | bn | dropout 0.3 | conv 3x3x16 pad 1 relu | gap | dropout 0.2 | fc $classes softmax
        """, bound: 1e-3),
    Kind(
      name: "lstm", data: "macbeth",
      text: "data text \"macbeth.txt\" chars lower\ninput text 8\nsteps 20\nembed 12 | lstm 24 dropout 0.2 | last | fc $classes softmax\n"),
    Kind(name: "machine", data: "moons", text: "normalize standard\nsvm rbf C 10 gamma 0.5\n", bound: 1e-3),
    Kind(
      name: "transformer", data: "macbeth",
      text: """
        data text "macbeth.txt" chars lower
        input text 8
        steps 20
        batch 16
        embed 12 | positions
        repeat 2 { res { layernorm | attention heads 2 causal } | res { layernorm | fc 24 gelu | fc 12 } }
        layernorm | fc $vocab softmax
        """),
  ]

  @Test(arguments: kinds) func sameBitsAndNearlyTheSameNumbers(_ kind: Kind) throws {
    let here = try Workshop()
    try here.write(
      "seed 7\n" + (kind.text.contains("steps ") || kind.name == "machine" ? "" : "epochs 2\n") + kind.text + "\n", to: "net.nn")
    try Self.drawPictures(here)
    let weights = kind.name == "machine" ? "best.safetensors" : "last.safetensors"
    func bytes(_ folder: String) throws -> Data { try Data(contentsOf: here.folder.appendingPathComponent("\(folder)/\(weights)")) }
    for threads in 1...3 {
      let result = try here.nnc("run", "net.nn", "--data", kind.data, "--threads", "\(threads)", "-q", "-o", "t\(threads)")
      #expect(result.code == 0, "\(result)")
    }
    #expect(try bytes("t1") == bytes("t2") && bytes("t1") == bytes("t3"))
    let own = try Self.testLoss(here, "t1")
    for set in InstructionSet.supported {
      let result = try here.nnc(
        "run", "net.nn", "--data", kind.data, "-q", "-o", set.rawValue, environment: ["NNC_CPU": set.rawValue])
      #expect(result.code == 0, "\(result)")
      let other = try Self.testLoss(here, set.rawValue)
      #expect(abs(other - own) <= kind.bound * own, "\(set.rawValue): \(other), \(own)")
    }
  }

  @Test func anUnknownInstructionSetIsNamed() throws {
    let here = try Workshop()
    let result = try here.nnc("bench", "\(examples)/xor.nn", environment: ["NNC_CPU": "z80"])
    #expect(
      result.code == 2 && result.errors.contains("error: `NNC_CPU` is `z80`, which is no instruction set that nnc knows"), "\(result)")
  }

  /// Two classes of 24 small pictures in each part, told apart by where they are bright.
  private static func drawPictures(_ here: borrowing Workshop) throws {
    for part in ["Training", "Testing"] {
      for (label, name) in ["left", "right"].enumerated() {
        let folder = here.folder.appendingPathComponent("pictures/\(part)/\(name)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for number in 0..<24 {
          let pixels = (0..<144).map { ($0 % 12 < 6) == (label == 0) ? 120 + ($0 * 7 + number * 13) % 80 : ($0 * 5 + number * 11) % 90 }
          let picture = "P2 12 12 255\n" + pixels.map(String.init).joined(separator: " ") + "\n"
          try picture.write(to: folder.appendingPathComponent("\(number).pgm"), atomically: true, encoding: .utf8)
        }
      }
    }
  }

  private static func testLoss(_ here: borrowing Workshop, _ folder: String) throws -> Double {
    let data = try Data(contentsOf: here.folder.appendingPathComponent("\(folder)/summary.json"))
    let summary = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    return try #require((summary["test"] as? [String: Any])?["loss"] as? Double)
  }
}
