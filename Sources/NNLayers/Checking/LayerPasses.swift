import NNKernels

/// One layer by itself: both passes on arrays, in memory of its own.
struct LayerPasses {
  let layer: any Layer
  let inputs: [Shape]
  let pass: Pass
  let number: Int

  struct Result {
    var y: [Float]
    /// Empty in inference, as are `dweights`.
    var dx: [[Float]]
    /// Zeros for running values.
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
    let memory = layer.memory(for: inputs, batch: pass.batch, pass: pass.mode)
    let isTrained = layer.weights(for: inputs).map(\.isTrained)
    let (x, w, dy) = (x.map(Buffer.init), weights.map(Buffer.init), Buffer(dy))
    let (y, saved, scratch) = (Buffer(count: dy.count), Buffer(count: memory.saved), Buffer(count: memory.scratch))
    let dx = x.map { Buffer(count: $0.count) }
    let dw = w.map { Buffer(count: $0.count) }
    layer.forward(
      ForwardCall(
        inputs: inputs, pass: pass, layer: number, x: x.map(\.read), y: y.write, weights: w.map(\.write), saved: saved.write,
        scratch: scratch.write, kernels: kernels))
    guard pass.mode == .training else { return Result(y: y.numbers, dx: [], dweights: []) }
    layer.backward(
      BackwardCall(
        inputs: inputs, pass: pass, layer: number, x: x.map(\.read), y: y.read, dy: dy.read, dx: dx.map(\.write), weights: w.map(\.read),
        dweights: zip(dw, isTrained).map { $1 ? $0.write : nil }, saved: saved.read, scratch: scratch.write, kernels: kernels))
    return Result(y: y.numbers, dx: dx.map(\.numbers), dweights: dw.map(\.numbers))
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
