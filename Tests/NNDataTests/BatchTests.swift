import NNRecipe
import Testing

@testable import NNData

@Suite struct Batches {
  private func fill(_ reader: BatchReader, _ indices: [Int32], epoch: Int = 0, augment: Bool = false) -> [Float] {
    var x = [Float](repeating: .nan, count: indices.count * reader.size)
    x.withUnsafeMutableBufferPointer { buffer in
      if let start = buffer.baseAddress { reader.fill(x: start, indices: indices[...], epoch: epoch, augment: augment) }
    }
    return x
  }

  private func image(
    _ x: [Float], _ shape: [Int], black: [Float] = [0],
    _ change: (Augmenter, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  )
    throws -> [Float]
  {
    let values = NormalizationValues(scale: black.map { _ in 1 }, shift: black)
    let augmenter = try Augmenter([.flipVertical], shape: shape, normalization: values, seed: 0, at: nil)
    var (x, scratch) = (x, x)
    x.withUnsafeMutableBufferPointer { x in
      scratch.withUnsafeMutableBufferPointer { scratch in
        if let x = x.baseAddress, let scratch = scratch.baseAddress { change(augmenter, x, scratch) }
      }
    }
    return x
  }

  /// PyTorch's `grid_sample`. Places are worked out in 32 bits on both sides, in another order: a few units of 1e-6 on
  /// neighbours that differ by up to 5.
  @Test(arguments: [10.0, -35, 90]) func rotation(_ degrees: Double) throws {
    let turned = try image(ReferenceNumbers.floats("rotate.x"), [6, 9, 2]) { $0.rotate($1, by: degrees, $2) }
    let expected = try ReferenceNumbers.floats("rotate.\(Int(degrees))")
    for (value, wanted) in zip(turned, expected) { #expect(abs(value - wanted) < 2e-5) }
  }

  @Test func movesBringInBlack() throws {
    let moved = try image([1, 2, 3, 4, 5, 6], [2, 3, 1], black: [-7]) { $0.move($1, rows: 1, columns: -1, $2) }
    #expect(moved == [-7, -7, -7, 2, 3, -7])
  }

  private let pixels = Examples(
    shape: [2, 2, 1], storage: .bytes([0, 51, 102, 153, 204, 255, 0, 255]), targets: .classes([1, 0]), count: 2, origin: .generated("test"))

  @Test func bytesAreNormalised() throws {
    let reader = try BatchReader(pixels, normalization: NormalizationValues(scale: [1 / 255.0], shift: [-0.5]))
    let x = fill(reader, [1, 0, 1])
    for (value, expected) in zip(x, [0.3, 0.5, -0.5, 0.5, -0.5, -0.3, -0.1, 0.1, 0.3, 0.5, -0.5, 0.5]) {
      #expect(abs(value - Float(expected)) < 1e-6)
    }
    #expect(reader.labels == [1, 0])
  }

  @Test func channelsHaveTheirOwnNumbers() throws {
    let rgb = Examples(shape: [1, 2, 3], storage: .bytes([1, 2, 3, 4, 5, 6]), targets: .none, count: 1, origin: .generated("test"))
    let reader = try BatchReader(rgb, normalization: NormalizationValues(scale: [1, 10, 100], shift: [0, 1, 2]))
    #expect(fill(reader, [0]) == [1, 21, 302, 4, 51, 602])
  }

  @Test func targetsAreNormalised() throws {
    let table = Examples(
      shape: [1], storage: .floats([5, 6]), targets: .values([100, 300], width: 1), count: 2, origin: .generated("test"))
    let reader = try BatchReader(
      table, normalization: NormalizationValues(scale: [2], shift: [1], targetScale: [0.01], targetShift: [-2]))
    #expect(fill(reader, [1, 0]) == [13, 11])
    var y: [Float] = [0, 0]
    y.withUnsafeMutableBufferPointer { if let y = $0.baseAddress { reader.fill(targets: y, indices: [1, 0]) } }
    #expect(y == [1, -1])
  }

  @Test func augmentationDependsOnSeedEpochAndExampleAlone() throws {
    let steps: [Augmentation] = [
      .flipHorizontal, .flipVertical, .rotate(degrees: 20), .shift(fraction: 0.5), .crop(pad: 1), .noise(deviation: 0.1),
    ]
    let reader = try BatchReader(pixels, normalization: .identity, augmentations: steps, seed: 9)
    let both = fill(reader, [0, 1], epoch: 3, augment: true)
    #expect(fill(reader, [1, 0], epoch: 3, augment: true) == Array(both[4...] + both[..<4]))
    #expect(fill(reader, [0, 1], epoch: 4, augment: true) != both)
    #expect(fill(reader, [0, 1], epoch: 3, augment: false) == [0, 51, 102, 153, 204, 255, 0, 255])
    let other = try BatchReader(pixels, normalization: .identity, augmentations: steps, seed: 10)
    #expect(fill(other, [0, 1], epoch: 3, augment: true) != both)
  }

  @Test func flipsTurnHalfOfThePictures() throws {
    let reader = try BatchReader(pixels, normalization: .identity, augmentations: [.flipHorizontal])
    var flipped = 0
    for epoch in 0..<1000 {
      let x = fill(reader, [0], epoch: epoch, augment: true)
      #expect(x == [0, 51, 102, 153] || x == [51, 0, 153, 102])
      if x[0] == 51 { flipped += 1 }
    }
    // Binomial, deviation 16.
    #expect(abs(flipped - 500) < 64)
  }

  @Test func noiseHasItsDeviation() throws {
    let flat = Examples(
      shape: [10_000], storage: .floats(Stretch([Float](repeating: 3, count: 10_000))), targets: .none, count: 1, origin: .generated("test")
    )
    let reader = try BatchReader(flat, normalization: .identity, augmentations: [.noise(deviation: 0.5)])
    let x = fill(reader, [0], augment: true).map { Double($0) - 3 }
    // Standard errors of 10,000 draws: 0.005 of the mean, 0.0035 of the deviation; four of each.
    #expect(abs(x.reduce(0, +) / 10_000) < 0.02)
    #expect(abs((x.reduce(0) { $0 + $1 * $1 } / 10_000).squareRoot() - 0.5) < 0.014)
  }

  @Test func tablesCannotBeTurned() throws {
    let table = Examples(shape: [2], storage: .floats([5, 6]), targets: .none, count: 1, origin: .generated("test"))
    let problem = try diagnostic { _ = try BatchReader(table, normalization: .identity, augmentations: [.rotate(degrees: 5)]) }
    #expect(problem.message == "`augment rotate` needs images, the data has examples of shape 2")
  }

  /// A large table is normalised when it is handed out; the bits are the same.
  @Test func normalisedLate() throws {
    let table = Examples(
      shape: [3], storage: .floats(Stretch((0..<30).map { Float($0) * 0.37 })), targets: .classes([Int32](repeating: 0, count: 10)),
      count: 10,
      origin: .generated("t"))
    let normalization = NormalizationValues(scale: [0.3, 1.7, 2.1], shift: [0.1, -0.2, 0.7])
    func batch(_ reader: BatchReader) -> [Float] {
      [Float](unsafeUninitializedCapacity: 12) { buffer, count in
        if let base = buffer.baseAddress { reader.fill(x: base, indices: [7, 0, 9, 3][...], epoch: 0, augment: false) }
        count = 12
      }
    }
    let early = try BatchReader(table, normalization: normalization)
    let late = try BatchReader(table, normalization: normalization, largeCount: 1)
    #expect(batch(early) == batch(late))
  }
}
