import Foundation
import NNDiagnostics
import NNRecipe
import Testing

@testable import NNData

@Suite struct PackedImageFiles {
  private func idx(_ shape: [Int], _ values: [UInt8]) -> [UInt8] {
    [0, 0, 8, UInt8(shape.count)] + shape.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] } + values
  }

  private func idxFolder(labels: [UInt8] = [0, 1, 1]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("train-images-idx3-ubyte", idx([3, 1, 2], [1, 2, 3, 4, 5, 6]))
    try folder.write("train-labels-idx1-ubyte", idx([labels.count], labels))
    try folder.write("t10k-images-idx3-ubyte", idx([1, 1, 2], [9, 8]))
    try folder.write("t10k-labels-idx1-ubyte", idx([1], [1]))
    return folder
  }

  @Test func idxFiles() throws {
    let folder = try idxFolder()
    let set = try DataLoader.bare.load(.idx(path: folder.path), DataRequest())
    #expect(set.train.shape == [1, 2, 1])
    #expect(set.train.floats == [1, 2, 3, 4, 5, 6])
    #expect(set.train.labels == [0, 1, 1])
    #expect(set.test?.floats == [9, 8])
    #expect(set.classes == ["0", "1"])
    #expect(try DataLoader.bare.inspect(.path(folder.path), DataRequest())?.shape == [1, 2, 1])
  }

  @Test func idxFilesThatDoNotFit() throws {
    var folder = try idxFolder(labels: [0, 1])
    let counts = try diagnostic { _ = try DataLoader.bare.load(.path(folder.path), DataRequest()) }
    #expect(counts.message.contains("has 3 images"))
    folder = try idxFolder()
    try folder.write("train-images-idx3-ubyte", idx([3, 1, 2], [1, 2, 3]))
    let short = try diagnostic { _ = try DataLoader.bare.load(.path(folder.path), DataRequest()) }
    #expect(short.message.hasSuffix("has 3 values, its header says 6 (3x1x2)"))
    try folder.write("train-images-idx3-ubyte", [1, 2])
    #expect(try diagnostic { _ = try DataLoader.bare.load(.path(folder.path), DataRequest()) }.message.contains("is not an IDX file"))
  }

  /// Two records; the planes red, green, blue become pixels.
  @Test func cifarFiles() throws {
    let folder = try TemporaryFolder()
    let record = { (label: UInt8) in [label] + [10, 20, 30].flatMap { [UInt8](repeating: $0 + label, count: 1024) } }
    for batch in 1...5 { try folder.write("data_batch_\(batch).bin", record(9)) }
    try folder.write("test_batch.bin", record(2) + record(0))
    let set = try DataLoader.bare.load(.cifar(path: folder.path), DataRequest())
    #expect(set.train.count == 5)
    #expect(set.train.shape == [32, 32, 3])
    #expect(set.test?.labels == [2, 0])
    #expect(set.test?.floats.prefix(4) == [12, 22, 32, 12])
    #expect(set.classes.count == 10)
    try folder.write("test_batch.bin", record(10))
    #expect(try diagnostic { _ = try DataLoader.bare.load(.path(folder.path), DataRequest()) }.code == .labelRange)
    try folder.write("test_batch.bin", [1])
    #expect(try diagnostic { _ = try DataLoader.bare.load(.path(folder.path), DataRequest()) }.code == .dataLayout)
  }

  /// A test part whose answers are kept back, and one image that is in both parts.
  @Test func withoutAnswersAndTwice() throws {
    let folder = try idxFolder()
    try folder.write("t10k-images-idx3-ubyte", idx([2, 1, 2], [9, 8, 3, 4]))
    try folder.write("t10k-labels-idx1-ubyte", idx([2], [1, 1]))
    let set = try DataLoader.bare.load(.path(folder.path), DataRequest())
    #expect(set.warnings.map(\.code) == [.duplicates])
    #expect(set.warnings.first?.message.hasPrefix("1 image of the test part is in the training part, too") == true)
    let other = try idxFolder()
    try FileManager.default.removeItem(atPath: other.path + "/t10k-labels-idx1-ubyte")
    let blind = try DataLoader.bare.load(.path(other.path), DataRequest())
    #expect(blind.test?.count == 1 && blind.test?.labels == [] && blind.warnings.isEmpty)
  }

  @Test func standInForHiggs() throws {
    let a = try Collisions.examples(rows: 70_000, threads: 1)
    let b = try Collisions.examples(rows: 70_000, threads: 2)
    #expect(a.floats == b.floats && a.labels == b.labels && a.shape == [28])
    #expect((0.49..<0.51).contains(Double(a.labels.reduce(0, +)) / 70_000))
    let allFinite = a.floats.allSatisfy(\.isFinite)
    #expect(allFinite)
  }
}
