import NNRecipe
import Testing

@testable import NNData

@Suite struct Normalizing {
  private func table(_ x: [Float], columns: Int) -> Examples {
    Examples(shape: [columns], storage: .floats(Stretch(x)), targets: .none, count: x.count / columns, origin: .generated("test"))
  }

  private func values(_ rule: Normalization.Rule?, _ examples: Examples) throws -> NormalizationValues {
    var normalization = Normalization()
    normalization.input = rule
    return try NormalizationValues.compute(normalization, from: examples)
  }

  /// numpy in double precision. `x * scale + shift` in 32 bits loses what `x / deviation` is larger than the result: 500
  /// deviations here, so 500 x 6e-8.
  @Test(arguments: [("standard", Normalization.Rule.standard), ("minmax", .minmax)])
  func tables(_ name: String, _ rule: Normalization.Rule) throws {
    let x = try ReferenceNumbers.floats("table.x")
    let found = try values(rule, table(x, columns: 3))
    for (i, expected) in try ReferenceNumbers.floats("table.\(name)").enumerated() {
      #expect(abs(x[i] * found.scale[i % 3] + found.shift[i % 3] - expected) < 6e-5)
    }
  }

  @Test func aColumnThatNeverChangesIsOnlyShifted() throws {
    let found = try values(.standard, table([7.1, 1, 7.1, 3], columns: 2))
    #expect(found.scale == [1, 1])
    #expect(found.shift == [-7.1, -2])
  }

  /// Two pixels of two channels: means 2 and 20 of 1, 3 and 10, 30; deviations 1 and 10.
  @Test func channelsOfImages() throws {
    let image = Examples(shape: [1, 2, 2], storage: .bytes([1, 10, 3, 30]), targets: .none, count: 1, origin: .generated("test"))
    #expect(try values(.standard, image) == NormalizationValues(scale: [1, 0.1], shift: [-2, -2]))
    #expect(try values(.mean(.channel, deviation: .channel), image) == NormalizationValues(scale: [1, 0.1], shift: [-2, -2]))
    #expect(try values(.minmax, image) == NormalizationValues(scale: [0.5, 0.05], shift: [-0.5, -0.5]))
    #expect(try values(.scale(0.5), image) == NormalizationValues(scale: [0.5], shift: [0]))
    #expect(try values(nil, image) == NormalizationValues(scale: [1 / 255], shift: [0]))
  }

  /// As torchvision's `Normalize(0.5, 0.25)` after `ToTensor`: 0 -> -2, 255 -> 2.
  @Test func pixelsCountFromZeroToOne() throws {
    let image = Examples(shape: [1, 1, 1], storage: .bytes([255]), targets: .none, count: 1, origin: .generated("test"))
    let found = try values(.mean(.value(0.5), deviation: .value(0.25)), image)
    #expect(abs(found.scale[0] * 255 + found.shift[0] - 2) < 1e-6)
    #expect(abs(found.shift[0] + 2) < 1e-6)
    let wrong = try diagnostic { _ = try values(.mean(.value(127.5), deviation: .value(0.5)), image) }
    #expect(wrong.message == "`mean 127.5` is outside 0...1")
    let zero = try diagnostic { _ = try values(.mean(.value(0), deviation: .value(0)), image) }
    #expect(zero.message == "`std` is 0.0; it must be above 0")
  }

  @Test func targets() throws {
    var examples = table([1, 2], columns: 1)
    examples.targets = .values([10, 30], width: 1)
    var rule = Normalization()
    rule.target = .standard
    let found = try NormalizationValues.compute(rule, from: examples)
    #expect(found == NormalizationValues(scale: [1], shift: [0], targetScale: [0.1], targetShift: [-2]))
  }
}
