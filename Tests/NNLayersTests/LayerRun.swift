import NNKernels

@testable import NNLayers

/// One layer on given numbers: both passes in `Float`, in buffers with canaries on both sides.
struct LayerRun {
  var layer: any Layer
  var inputs: [Shape]
  var pass: Pass
  /// In the layouts of the kernels.
  var x: [[Float]]
  var weights: [[Float]]
  var dy: [Float]
  var number = 3

  struct Result: Equatable {
    var y: [Float]
    var dx: [[Float]]
    var dweights: [[Float]]
    /// The weights after both passes: running values have moved.
    var weights: [[Float]]
    /// The names of buffers that were written outside.
    var overruns: [String]
  }

  /// Random inputs, weights and dy, none of them near a kink or a tie.
  init(_ layer: any Layer, on inputs: [Shape], pass: Pass, seed: UInt64 = 1) throws {
    var random = Random(seed: seed, .check)
    func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.uniform(-1.5, 1.5)) } }
    let output = try layer.output(for: inputs)
    self.layer = layer
    self.inputs = inputs
    self.pass = pass
    x = inputs.map { numbers($0.count * pass.batch) }
    weights = layer.weights(for: inputs).map { spec in
      if case .running(1) = spec.role { return numbers(spec.count).map { 0.5 + abs($0) } }
      return numbers(spec.count)
    }
    dy = numbers(output.count * pass.batch)
  }

  func run(_ kernels: Kernels) throws -> Result {
    let memory = layer.memory(for: inputs, batch: pass.batch, pass: pass.mode)
    let trained = layer.weights(for: inputs).map(\.isTrained)
    let x = x.map { Guarded($0) }
    let weights = weights.map { Guarded($0) }
    let y = Guarded(count: dy.count)
    let dy = Guarded(self.dy)
    let dx = self.x.map { Guarded(count: $0.count) }
    let dweights = self.weights.map { Guarded(count: $0.count) }
    let saved = Guarded(count: memory.saved)
    let scratch = Guarded(count: memory.scratch)
    layer.forward(
      ForwardCall(
        inputs: inputs, pass: pass, layer: number, x: x.map(\.read), y: y.write, weights: weights.map(\.write), saved: saved.write,
        scratch: scratch.write, kernels: kernels))
    scratch.fill(.nan)
    // There is no backward pass in inference.
    if pass.mode == .training {
      layer.backward(
        BackwardCall(
          inputs: inputs, pass: pass, layer: number, x: x.map(\.read), y: y.read, dy: dy.read, dx: dx.map(\.write),
          weights: weights.map(\.read), dweights: zip(dweights, trained).map { $1 ? $0.write : nil }, saved: saved.read,
          scratch: scratch.write, kernels: kernels))
    }
    let all = ["x": x, "weights": weights, "y": [y], "dy": [dy], "dx": dx, "dweights": dweights, "saved": [saved], "scratch": [scratch]]
    return Result(
      y: y.numbers, dx: dx.map(\.numbers), dweights: zip(dweights, trained).compactMap { $1 ? $0.numbers : nil },
      weights: weights.map(\.numbers), overruns: all.filter { $1.contains { !$0.isIntact } }.map(\.key).sorted())
  }

  var referenceCall: ReferenceCall {
    ReferenceCall(
      inputs: inputs, x: x.map { $0.map(Double.init) }, weights: weights.map { $0.map(Double.init) }, pass: pass, layer: number)
  }
}

/// Numbers between canaries, at an address that is a multiple of 64 bytes. What nobody has written is a signalling pattern.
final class Guarded {
  private static let margin = 16
  private static let canary = Float(bitPattern: 0x7FA1_B2C3)
  private let whole: UnsafeMutableBufferPointer<Float>
  let count: Int

  init(count: Int) {
    self.count = count
    let total = count + 2 * Guarded.margin
    let raw = UnsafeMutableRawBufferPointer.allocate(byteCount: total * 4, alignment: 64)
    whole = raw.bindMemory(to: Float.self)
    whole.initialize(repeating: Guarded.canary)
  }

  convenience init(_ numbers: [Float]) {
    self.init(count: numbers.count)
    for (index, number) in numbers.enumerated() { write[index] = number }
  }

  deinit { whole.deallocate() }

  var write: UnsafeMutablePointer<Float> { whole.baseAddress! + Guarded.margin }
  var read: UnsafePointer<Float> { UnsafePointer(write) }
  var numbers: [Float] { (0..<count).map { write[$0] } }

  func fill(_ number: Float) { for index in 0..<count { write[index] = number } }

  var isIntact: Bool {
    let outside = Array(0..<Guarded.margin) + Array((Guarded.margin + count)..<whole.count)
    return outside.allSatisfy { whole[$0].bitPattern == Guarded.canary.bitPattern }
  }

  /// Whether every number was written.
  var isFull: Bool { numbers.allSatisfy { $0.bitPattern != Guarded.canary.bitPattern } }
}
