import FuzzedReaders
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Damaged inputs for every reader, the same every time: none may trap. `Tests/Fuzz/run` does it for hours, with libFuzzer.
@Suite struct ReaderTests {
  @Test(arguments: FuzzedReader.allCases) func damagedInputsDoNotTrap(_ reader: FuzzedReader) throws {
    let folder = try ScratchFolder()
    let seeds = Seeds().of(reader)
    try #require(!seeds.isEmpty && seeds.allSatisfy { !$0.isEmpty })
    for seed in seeds { reader.read(seed, in: folder) }
    var mutator = Mutator(seed: 7)
    for round in 0..<rounds(of: reader) {
      let (seed, other) = (seeds[round % seeds.count], seeds[round / 2 % seeds.count])
      reader.read(mutator.damaged(seed, with: other), in: folder)
    }
  }

  /// Checking a network and importing one take milliseconds in a debug build, reading takes microseconds.
  private func rounds(of reader: FuzzedReader) -> Int {
    switch reader {
    case .onnx: 30
    case .model, .editor: 80
    case .table, .series, .text, .idx, .cifar, .npy, .npz, .image, .safetensors, .state: 400
    }
  }

  /// What `Tests/Fuzz/run` tries where it is told no reader: all of them.
  @Test func theScriptKnowsEveryReader() throws {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let script = try String(contentsOf: tests.appending(path: "Fuzz/run"), encoding: .utf8)
    let names = try #require(script.firstMatch(of: /readers=\(([a-z ]+)\)/)).1.split(separator: " ").map(String.init)
    #expect(Set(names) == Set(FuzzedReader.allCases.map(\.rawValue)) && names.count == FuzzedReader.allCases.count)
  }

  /// The damages are damages, and always the same.
  @Test func mutations() {
    let bytes = Array("some bytes of a file".utf8)
    var (first, second) = (Mutator(seed: 1), Mutator(seed: 1))
    let one = (0..<100).map { _ in first.damaged(bytes, with: [1, 2, 3]) }
    #expect(one == (0..<100).map { _ in second.damaged(bytes, with: [1, 2, 3]) })
    #expect(one.filter { $0 == bytes }.count < 10 && Set(one).count > 80)
  }
}
