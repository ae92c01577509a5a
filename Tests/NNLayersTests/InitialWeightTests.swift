import NNRecipe
import Testing

@testable import NNLayers

@Suite("starting weights")
struct InitialWeightTests {
  private let spec = WeightSpec("weight", shape: [300, 200], order: [1, 0], role: .kernel, fanIn: 200, fanOut: 300)

  private func values(_ initializer: Initializer?, beforeRectifier: Bool = false, spec: WeightSpec? = nil) -> [Double] {
    var random = Random(seed: 3, .weights)
    return (spec ?? self.spec).initialValues(initializer, beforeRectifier: beforeRectifier, random: &random).map(Double.init)
  }

  private func variance(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 } / Double(values.count) }

  /// 2/(300 + 200), 2/200, 1/200, 0.01², 0.06²/3. Of 60,000 numbers five standard errors of a variance are 5 sqrt(2 / 60,000) = 2.9 % for normals, less for uniforms.
  static let expectedVariances: [(Initializer, Double)] = [
    (.xavier(.uniform), 0.004), (.xavier(.normal), 0.004), (.he(.uniform), 0.01), (.he(.normal), 0.01), (.lecun, 0.005),
    (.normal(deviation: 0.01), 1e-4), (.uniform(bound: 0.06), 0.0012),
  ]

  @Test(arguments: expectedVariances)
  func variances(_ initializer: Initializer, _ expected: Double) {
    #expect(abs(variance(values(initializer)) / expected - 1) < 0.029)
  }

  @Test func uniformStaysInside() {
    #expect(values(.uniform(bound: 0.05)).allSatisfy { abs($0) <= 0.050001 })
    #expect(values(.xavier(.uniform)).allSatisfy { abs($0) <= (6.0 / 500).squareRoot() + 1e-7 })
  }

  @Test func rolesDecide() {
    #expect(values(nil) == values(.xavier(.uniform)))
    #expect(values(nil, beforeRectifier: true) == values(.he(.uniform)))
    #expect(values(.zeros).allSatisfy { $0 == 0 })
    #expect(values(.lecun, spec: WeightSpec("bias", shape: [3], role: .bias)) == [0, 0, 0])
    #expect(values(.lecun, spec: WeightSpec("weight", shape: [3], role: .scale)) == [1, 1, 1])
    #expect(values(.lecun, spec: WeightSpec("running_var", shape: [2], role: .running(1))) == [1, 1])
    #expect(abs(variance(values(.lecun, spec: WeightSpec("weight", shape: [300, 200], role: .embedding))) - 1) < 0.029)
  }

  /// W Wᵀ of the shorter side is the identity, to the rounding of Float.
  @Test(arguments: [[5, 9], [9, 5], [6, 6], [4, 3, 2, 2]])
  func orthogonal(_ shape: [Int]) {
    let count = shape.reduce(1, *)
    let (rows, columns) = (shape[0], count / shape[0])
    let w = values(.orthogonal, spec: WeightSpec("weight", shape: shape, role: .kernel))
    expectOrthonormal(
      (0..<min(rows, columns)).map { k in
        (0..<max(rows, columns)).map { rows <= columns ? w[k * columns + $0] : w[$0 * columns + k] }
      })
  }

  @Test func recurrentGatesAreOrthogonalEach() {
    let w = values(nil, spec: WeightSpec("weight_hh_l0", shape: [12, 4], role: .recurrent(gates: 3)))
    for gate in 0..<3 { expectOrthonormal((0..<4).map { row in (0..<4).map { w[gate * 16 + row * 4 + $0] } }) }
  }

  private func expectOrthonormal(_ vectors: [[Double]]) {
    for (i, a) in vectors.enumerated() {
      for (j, b) in vectors.enumerated() {
        var dot = 0.0
        for k in a.indices { dot += a[k] * b[k] }
        #expect(abs(dot - (i == j ? 1 : 0)) < 1e-6)
      }
    }
  }

  /// The draw is in file order: memory order only moves the numbers.
  @Test func layoutDoesNotChangeTheDraw() {
    var plain = spec
    plain.order = [0, 1]
    #expect(spec.toFile(values(.lecun)) == values(.lecun, spec: plain))
  }
}

@Suite("orders of weights")
struct WeightOrderTests {
  /// [out 2, in 3] as rows of a file, in memory [in][out].
  @Test func transposes() {
    let spec = WeightSpec("weight", shape: [2, 3], order: [1, 0], role: .kernel)
    #expect(spec.toMemory([1, 2, 3, 4, 5, 6]) == [1, 4, 2, 5, 3, 6])
    #expect(spec.toFile([1, 4, 2, 5, 3, 6]) == [1, 2, 3, 4, 5, 6])
  }

  /// One output, C = 2, H = 1, W = 3: the file holds channel 0, then channel 1; memory goes pixel by pixel.
  @Test func imagesBeforeFullyConnected() throws {
    let layer = try Line("fc 1 nobias").layer()
    let spec = try #require(layer.weights(for: [.image(height: 1, width: 3, channels: 2)]).first)
    #expect(spec.toMemory([10, 11, 12, 20, 21, 22]) == [10, 20, 11, 21, 12, 22])
  }

  @Test func roundTrips() {
    let spec = WeightSpec("weight", shape: [4, 6, 5], view: [4, 2, 3, 5], order: [3, 1, 0, 2], role: .kernel)
    let numbers = Array(0..<spec.count)
    #expect(spec.toFile(spec.toMemory(numbers)) == numbers)
    #expect(spec.toMemory(numbers) != numbers)
    #expect(!spec.isInFileOrder)
    #expect(WeightSpec("bias", shape: [3], role: .bias).toMemory([1, 2, 3]) == [1, 2, 3])
  }
}
