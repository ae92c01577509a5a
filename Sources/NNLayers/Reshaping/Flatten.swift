import NNKernels

/// An image becomes a vector, in PyTorch's order: channel by channel, each row by row. A sequence keeps its order, step by step.
///
/// Because the order is PyTorch's, whatever follows (`fc`, `bn`, `poly`) has PyTorch's weights, and `flatten | fc` those of `fc` alone.
/// The gradient is put back in place. Source: torch.nn.Flatten.
package struct Flatten: Layer {
  package static let signature = Signature(
    "flatten", "an image or a sequence becomes a vector", takes: [.vector, .image, .sequence],
    example: .init("flatten", on: .image(height: 7, width: 7, channels: 64), gives: .vector(3136)))

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape { .vector(try inputs[0].of(Self.signature.takes).count) }

  package func weights(for inputs: [Shape]) -> [WeightSpec] { [] }

  package func macs(for inputs: [Shape]) -> Int { 0 }

  /// The numbers of each example in PyTorch's order.
  package func reference(_ call: ReferenceCall) -> [Double] {
    let places = call.inputs[0].placesInFileOrder()
    return (0..<call.pass.batch).flatMap { n in places.map { call.x[0][n * places.count + $0] } }
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    LayerMemory(readsX: false, readsY: false, isAlias: inputs[0].isInFileOrder)
  }

  package func forward(_ call: ForwardCall) {
    call.inputs[0].toFileOrder(batch: call.pass.batch, x: call.x[0], y: call.y)
  }

  package func backward(_ call: BackwardCall) {
    guard let dx = call.dx[0] else { return }
    call.inputs[0].fromFileOrder(batch: call.pass.batch, x: call.dy, y: dx)
  }
}
