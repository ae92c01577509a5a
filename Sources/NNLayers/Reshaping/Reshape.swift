import NNKernels

/// The same numbers in another shape: `reshape 7x7x64` (an image), `reshape 49x64` (a sequence), `reshape 3136` (a vector).
///
/// Images are read and filled in PyTorch's order (channel by channel, each row by row), so that `reshape` undoes `flatten`.
/// Source: torch.reshape of [C, H, W].
package struct Reshape: Layer {
  package static let signature = Signature(
    "reshape", "the same numbers in another shape",
    positional: [
      Parameter(
        "shape", "height x width x channels, steps x features, or one number", .size(parts: 2...3), .integer(1...Shape.largestCount))
    ],
    takes: [.vector, .image, .sequence], example: .init("reshape 7x7x2", on: .vector(98), gives: .image(height: 7, width: 7, channels: 2)))

  let dimensions: [Int]

  package init(_ arguments: Arguments) throws(LayerProblem) {
    let vector = arguments.integer("shape").map { [$0] }
    dimensions = try arguments.required("shape", arguments.size("shape") ?? vector)
  }

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape {
    let count = try inputs[0].of(Self.signature.takes).count
    guard try product(dimensions, limit: Shape.largestCount) == count else { throw .reshape(from: inputs[0], to: dimensions) }
    return target
  }

  private var target: Shape {
    switch dimensions.count {
    case 1: .vector(dimensions[0])
    case 2: .sequence(steps: dimensions[0], features: dimensions[1])
    default: .image(height: dimensions[0], width: dimensions[1], channels: dimensions[2])
    }
  }

  package func weights(for inputs: [Shape]) -> [WeightSpec] { [] }

  package func macs(for inputs: [Shape]) -> Int { 0 }

  /// Each number moves from its place in the old shape to its place in the new one.
  package func reference(_ call: ReferenceCall) -> [Double] {
    let count = call.inputs[0].count
    var y = call.x[0]
    for (from, to) in zip(call.inputs[0].placesInFileOrder(), target.placesInFileOrder()) {
      for n in 0..<call.pass.batch { y[n * count + to] = call.x[0][n * count + from] }
    }
    return y
  }

  /// Scratch holds the numbers in file order, where both shapes are images.
  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    let isAlias = inputs[0] == target || inputs[0].isInFileOrder && target.isInFileOrder
    return LayerMemory(scratch: batch * inputs[0].count, readsX: false, readsY: false, isAlias: isAlias)
  }

  package func forward(_ call: ForwardCall) { move(call.x[0], from: call.inputs[0], to: target, call.y, call.scratch, call.pass.batch) }

  package func backward(_ call: BackwardCall) {
    guard let dx = call.dx[0] else { return }
    move(call.dy, from: target, to: call.inputs[0], dx, call.scratch, call.pass.batch)
  }

  private func move(_ x: Floats, from: Shape, to: Shape, _ y: MutableFloats, _ scratch: MutableFloats, _ batch: Int) {
    from.toFileOrder(batch: batch, x: x, y: scratch)
    to.fromFileOrder(batch: batch, x: scratch, y: y)
  }
}
