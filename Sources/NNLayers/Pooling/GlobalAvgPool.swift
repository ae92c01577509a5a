import NNKernelTypes
import NNKernels

/// Global average pooling: the mean of every channel; an image becomes a vector of its channels.
///
/// Source: torch.nn.AdaptiveAvgPool2d(1).
package struct GlobalAvgPool: GlobalPool {
  package static let signature = Signature(
    "gap", "global average pooling: the mean of every channel", takes: [.image],
    example: .init("gap", on: .image(height: 5, width: 4, channels: 6), gives: .vector(6)))

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  /// One window over the whole image.
  package func reference(_ call: ReferenceCall) -> [Double] {
    PoolGeometry(global: call.inputs[0]).averageReference(call.x[0], batch: call.pass.batch)
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    LayerMemory(readsX: false, readsY: false)
  }

  package func forward(_ call: ForwardCall) {
    call.kernels.averagePoolForward(PoolGeometry(global: call.inputs[0]), batch: call.pass.batch, x: call.x[0], y: call.y)
  }

  package func backward(_ call: BackwardCall) {
    guard let dx = call.dx[0] else { return }
    call.kernels.averagePoolBackward(PoolGeometry(global: call.inputs[0]), batch: call.pass.batch, dy: call.dy, dx: dx)
  }
}
