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
  var activation = Activation.linear
  /// Overwrites x or y between the passes.
  var spoilsX = false
  var spoilsY = false
  /// y in the place of x[0] where backward does not read that, and dx[0] in the place of dy.
  var isInPlace = false

  struct Result: Equatable {
    var y: [Float]
    var dx: [[Float]]
    var dweights: [[Float]]
    /// The weights after both passes: running values have moved.
    var weights: [[Float]]
    /// The names of buffers that were written outside.
    var overruns: [String]
    /// The names of results that have places nobody wrote.
    var unwritten: [String]
  }

  /// Random inputs, weights and dy, none of them near a kink or a tie.
  init(_ layer: any Layer, on inputs: [Shape], pass: Pass, seed: UInt64 = 1) throws {
    var random = Random(seed: seed, .check)
    func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.uniform(-1.5, 1.5)) } }
    let output = try layer.output(for: inputs)
    self.layer = layer
    self.inputs = inputs
    self.pass = pass
    x = inputs.map { shape in
      if case .tokens = shape { return shape.randomExamples(pass.batch, &random) }
      return numbers(shape.count * pass.batch)
    }
    weights = layer.weights(for: inputs).map { spec in
      if case .running(1) = spec.role { return numbers(spec.count).map { 0.5 + abs($0) } }
      return numbers(spec.count)
    }
    dy = numbers(output.count * pass.batch)
  }

  /// How many tensors a backward pass gives a gradient.
  var trainedWeights: Int { layer.weights(for: inputs).count { $0.isTrained } }

  func run(_ kernels: Kernels) throws -> Result {
    let buffers = Buffers(self)
    return withExtendedLifetime(buffers) {
      layer.forward(
        ForwardCall(
          inputs: inputs, pass: pass, layer: number, x: buffers.x.map(\.read), y: buffers.y.write, weights: buffers.weights.map(\.write),
          saved: buffers.saved.write, scratch: buffers.scratch.write, kernels: kernels,
          fused: FusedWork(activation: activation)))
      let y = buffers.y.numbers
      if spoilsX { for x in buffers.x where x !== buffers.y { x.fill(.nan) } }
      if spoilsY { buffers.y.fill(.nan) }
      buffers.scratch.fill(.nan)
      // There is no backward pass in inference.
      if pass.mode == .training { layer.backward(backwardCall(buffers, kernels)) }
      return buffers.result(y: y, isTraining: pass.mode == .training)
    }
  }

  private func backwardCall(_ buffers: Buffers, _ kernels: Kernels) -> BackwardCall {
    BackwardCall(
      inputs: inputs, pass: pass, layer: number, x: buffers.x.map(\.read), y: buffers.y.read, dy: buffers.dy.read,
      dx: buffers.dx.map(\.write), weights: buffers.weights.map(\.read),
      dweights: zip(buffers.dweights, buffers.isTrained).map { $1 ? $0.write : nil }, saved: buffers.saved.read,
      scratch: buffers.scratch.write, kernels: kernels)
  }

  /// The memory of one run.
  private struct Buffers {
    let x, weights, dx, dweights: [Guarded]
    let y, dy, saved, scratch: Guarded
    let isTrained: [Bool]

    init(_ run: LayerRun) {
      let memory = run.layer.memory(for: run.inputs, batch: run.pass.batch, pass: run.pass.mode)
      isTrained = run.layer.weights(for: run.inputs).map(\.isTrained)
      x = run.x.map { Guarded($0) }
      weights = run.weights.map { Guarded($0) }
      dy = Guarded(run.dy)
      y = run.isInPlace && !memory.readsX ? x[0] : Guarded(count: run.dy.count)
      let firstGradient = run.isInPlace ? dy : Guarded(count: run.x[0].count)
      dx = [firstGradient] + run.x.dropFirst().map { Guarded(count: $0.count) }
      dweights = run.weights.map { Guarded(count: $0.count) }
      saved = Guarded(count: memory.saved)
      scratch = Guarded(count: memory.scratch)
    }

    func result(y: [Float], isTraining: Bool) -> Result {
      let all = [
        "x": x, "weights": weights, "y": [self.y], "dy": [dy], "dx": dx, "dweights": dweights, "saved": [saved], "scratch": [scratch],
      ]
      let trained = zip(dweights, isTrained).filter { $0.1 }.map { $0.0 }
      let results = ["y": [self.y]].merging(isTraining ? ["dx": dx, "dweights": trained, "saved": [saved]] : [:]) { first, _ in first }
      return Result(
        y: y, dx: dx.map(\.numbers), dweights: trained.map(\.numbers), weights: weights.map(\.numbers),
        overruns: all.filter { $1.contains { !$0.isIntact } }.map(\.key).sorted(),
        unwritten: results.filter { $1.contains { !$0.isFull } }.map(\.key).sorted())
    }
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
