import NNKernels
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The elementary functions, through the activations that show them, in units in the last place over dense sweeps.
@Suite struct VectorMathTests {
  /// Numbers from `low` to `high`, evenly and not aligned with anything.
  static func sweep(_ low: Float, _ high: Float, _ count: Int) -> [Float] {
    (0..<count).map { low + (high - low) * (Float($0) + 0.37) / Float(count) }
  }

  /// The largest distance from the true value in units of the last place of the true value, where that is a normal number.
  static func distance(_ found: [Float], _ x: [Float], _ f: (Double) -> Double) -> Double {
    var worst = 0.0
    for (y, x) in zip(found, x) {
      let value = f(Double(x))
      if abs(value) < Double(Float.leastNormalMagnitude) { continue }
      worst = max(worst, abs(Double(y) - value) / Double(Float(value).ulp))
    }
    return worst
  }

  func values(_ kernels: Kernels, _ kind: Activation.Kind, _ x: [Float]) -> [Float] {
    output(x.count) { kernels.activate(Activation(kind, alpha: 1), count: x.count, x: x, y: $0) }
  }

  /// sigmoid x is e^x where that is below 2^-25: then its error is the exponential's.
  @Test(arguments: InstructionSet.supported)
  func exponentials(set: InstructionSet) throws {
    let kernels = try Machine.kernels(set)
    let far = Self.sweep(-87.3, -18, 20_000)
    #expect(Self.distance(values(kernels, .sigmoid, far), far) { exp($0) } <= 2)
    let near = Self.sweep(-20, 20, 20_000)
    #expect(Self.distance(values(kernels, .sigmoid, near), near) { 1 / (1 + exp(-$0)) } <= 3)
    let negative = Self.sweep(-30, 0, 20_000)
    #expect(Self.distance(values(kernels, .elu, negative), negative) { expm1($0) } <= 2.5)
    let small = Self.sweep(-1e-4, 0, 2_000)
    #expect(Self.distance(values(kernels, .elu, small), small) { expm1($0) } <= 2)
  }

  @Test(arguments: InstructionSet.supported)
  func hyperbolicTangent(set: InstructionSet) throws {
    let kernels = try Machine.kernels(set)
    for x in [Self.sweep(-0.7, 0.7, 20_000), Self.sweep(-10, 10, 20_000), Self.sweep(0, 1e-5, 1_000)] {
      #expect(Self.distance(values(kernels, .tanh, x), x) { tanh($0) } <= 2)
    }
  }

  /// softplus is log(1 + e^x): at most the logarithm's error and the exponential's, and that of the last sum.
  @Test(arguments: InstructionSet.supported)
  func logarithms(set: InstructionSet) throws {
    let kernels = try Machine.kernels(set)
    let x = Self.sweep(-80, 40, 40_000)
    #expect(Self.distance(values(kernels, .softplus, x), x) { max($0, 0) + log1p(exp(-abs($0))) } <= 4)
    // The loss of one row [0, l] is log(1 + e^l) without cancellation.
    for l in Self.sweep(-10, 60, 300) {
      let sum = kernels.crossEntropy(rows: 1, classes: 2, logits: [0, l], labels: [0])
      let value = max(Double(l), 0) + log1p(exp(-abs(Double(l))))
      #expect(abs(sum.total - value) <= 2.5e-7 * max(value, 1))
    }
  }

  @Test(arguments: InstructionSet.supported)
  func extremes(set: InstructionSet) throws {
    let kernels = try Machine.kernels(set)
    let x: [Float] = [-.infinity, -1e30, -200, 200, 1e30, .infinity]
    #expect(values(kernels, .sigmoid, x) == [0, 0, 0, 1, 1, 1])
    #expect(values(kernels, .tanh, x) == [-1, -1, -1, 1, 1, 1])
    #expect(values(kernels, .softplus, x) == [0, 0, 0, 200, 1e30, .infinity])
    #expect(values(kernels, .elu, x) == [-1, -1, -1, 200, 1e30, .infinity])
    #expect(values(kernels, .relu, x) == [0, 0, 0, 200, 1e30, .infinity])
  }
}
