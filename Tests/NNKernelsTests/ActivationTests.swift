import NNKernels
import Testing

@Suite struct ActivationTests {
  static let activations =
    Activation.Kind.allCases.map { Activation($0, alpha: 0.3) } + [Activation(.leakyRelu, alpha: -0.5), Activation(.elu, alpha: -1)]

  /// A sweep over the range that matters, with zeros of both signs and the far ends.
  static let sweep: [Float] =
    stride(from: Float(-12), through: 12, by: 0.0173).map { $0 } + [0, -0.0, 1e-7, -1e-7, 30, -30, 80, -80, 300, -300]

  @Test(arguments: InstructionSet.supported, activations)
  func forwardAndBackward(set: InstructionSet, activation: Activation) throws {
    let x = Self.sweep
    let dy = Numbers(3).repeated(x.count)
    let kernels = try Machine.kernels(set)
    let y = output(x.count) { kernels.activate(activation, count: x.count, x: x, y: $0) }
    let dx = output(x.count) { kernels.activateBackward(activation, count: x.count, x: x, y: y, dy: dy, dx: $0) }
    for i in x.indices {
      let value = Definition.value(activation, Double(x[i]))
      // Four units in the last place: a product or sum of two functions that are within two. gelu adds 1 and erf, of down to -0.84: six times the error.
      let relative = activation.kind == .gelu ? 9e-7 : 5e-7
      #expect(abs(Double(y[i]) - value) <= relative * abs(value) + 1e-37, "f(\(x[i])) = \(y[i]), not \(value)")
      let slope = Definition.slope(activation, Double(x[i])) * Double(dy[i])
      // 1 - y and 1 - y² lose what y has rounded away, which is 2^-24 at most.
      #expect(abs(Double(dx[i]) - slope) <= 6e-7 * abs(slope) + 2.5e-7 * abs(Double(dy[i])), "f'(\(x[i]))")
    }
  }

  @Test(arguments: InstructionSet.supported)
  func anyCountInPlace(set: InstructionSet) throws {
    let kernels = try Machine.kernels(set)
    for count in 0..<40 {
      let x = Numbers(count).repeated(count)
      let y = output(count) { y in
        for i in 0..<count { y[i] = x[i] }
        kernels.activate(Activation(.relu), count: count, x: y, y: y)
      }
      #expect(y == x.map { max(0, $0) })
    }
  }

  @Test(arguments: InstructionSet.supported, activations.filter { $0.kind != .linear })
  func aNaNIsKept(set: InstructionSet, activation: Activation) throws {
    let y = output(1) { try? Machine.kernels(set).activate(activation, count: 1, x: [.nan], y: $0) }
    #expect(y[0].isNaN)
  }
}

extension Numbers {
  func repeated(_ count: Int) -> [Float] {
    var copy = self
    return copy.array(count)
  }
}
