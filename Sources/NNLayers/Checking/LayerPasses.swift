import NNKernels

/// One layer by itself: both passes on arrays, in memory of its own.
struct LayerPasses {
  let layer: any Layer
  let inputs: [Shape]
  let pass: Pass
  let number: Int

  struct Result {
    var dx: [[Float]]
    /// Empty for running values.
    var dweights: [[Float]]
  }

  init(_ layer: any Layer, inputs: [Shape], pass: Pass, number: Int) {
    self.layer = layer
    self.inputs = inputs
    self.pass = pass
    self.number = number
  }

  /// A training pass forward and backward; `weights` stay as they are (running values move in a copy).
  func run(x: [[Float]], weights: [[Float]], dy: [Float], _ kernels: Kernels) -> Result {
    let buffers = Buffers(layer, inputs: inputs, pass: pass, x: x, weights: weights, dy: dy)
    // The passes have pointers only: what they point at must outlive them.
    return withExtendedLifetime(buffers) {
      layer.forward(
        ForwardCall(
          inputs: inputs, pass: pass, layer: number, x: buffers.x.map(\.read), y: buffers.y.write, weights: buffers.weights.map(\.write),
          saved: buffers.saved.write, scratch: buffers.scratch.write, kernels: kernels))
      layer.backward(
        BackwardCall(
          inputs: inputs, pass: pass, layer: number, x: buffers.x.map(\.read), y: buffers.y.read, dy: buffers.dy.read,
          dx: buffers.dx.map(\.write), weights: buffers.weights.map(\.read), dweights: buffers.dweights.map { $0?.write },
          saved: buffers.saved.read, scratch: buffers.scratch.write, kernels: kernels))
      return Result(
        dx: buffers.dx.map(\.numbers), dweights: buffers.dweights.map { $0?.numbers ?? [] })
    }
  }
}

/// The memory of one run of a layer.
private struct Buffers {
  let x, weights, dx: [Buffer]
  /// nil for running values.
  let dweights: [Buffer?]
  let y, dy, saved, scratch: Buffer

  init(_ layer: any Layer, inputs: [Shape], pass: Pass, x: [[Float]], weights: [[Float]], dy: [Float]) {
    let memory = layer.memory(for: inputs, batch: pass.batch, pass: pass.mode)
    self.x = x.map { Buffer($0) }
    self.weights = weights.map { Buffer($0) }
    self.dy = Buffer(dy)
    dx = x.map { Buffer(count: $0.count) }
    dweights = layer.weights(for: inputs).map { $0.isTrained ? Buffer(count: $0.count) : nil }
    (y, saved, scratch) = (Buffer(count: dy.count), Buffer(count: memory.saved), Buffer(count: memory.scratch))
  }
}

/// Numbers at an address that is a multiple of 64, zero at first.
private final class Buffer {
  let count: Int
  let write: MutableFloats
  private let memory: UnsafeMutableRawPointer

  init(count: Int) {
    self.count = count
    memory = .allocate(byteCount: max(1, count) * 4, alignment: 64)
    write = memory.bindMemory(to: Float.self, capacity: max(1, count))
    write.initialize(repeating: 0, count: max(1, count))
  }

  convenience init(_ numbers: [Float]) {
    self.init(count: numbers.count)
    for (index, number) in numbers.enumerated() { write[index] = number }
  }

  deinit { memory.deallocate() }

  var read: Floats { Floats(write) }
  var numbers: [Float] { Array(UnsafeBufferPointer(start: write, count: count)) }
}
