import NNKernelTypes
import NNKernels

/// Global max pooling: the largest value of every channel; an image becomes a vector of its channels.
///
/// The gradient goes to the first maximum in row order. Source: torch.nn.AdaptiveMaxPool2d(1).
package struct GlobalMaxPool: GlobalPool {
  package static let signature = Signature(
    "gmp", "global max pooling: the largest value of every channel", takes: [.image],
    example: .init("gmp", on: .image(height: 5, width: 4, channels: 6), gives: .vector(6)))

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  /// One window over the whole image.
  package func reference(_ call: ReferenceCall) -> [Double] {
    PoolGeometry(global: call.inputs[0]).maximumReference(call.x[0], batch: call.pass.batch)
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    LayerMemory(scratch: pass == .training ? Kernels.maxPoolBackwardScratch(PoolGeometry(global: inputs[0]), batch: batch) : 0)
  }

  package func forward(_ call: ForwardCall) {
    call.kernels.maxPoolForward(PoolGeometry(global: call.inputs[0]), batch: call.pass.batch, x: call.x[0], y: call.y)
  }

  package func backward(_ call: BackwardCall) {
    guard let dx = call.dx[0] else { return }
    call.kernels.maxPoolBackward(
      PoolGeometry(global: call.inputs[0]), batch: call.pass.batch, x: call.x[0], y: call.y, dy: call.dy, dx: dx, scratch: call.scratch)
  }
}
