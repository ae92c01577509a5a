import NNKernelTypes
import NNKernels

/// Average pooling: the mean of every window, channel by channel. `avgpool 2`, `avgpool 3x2 stride 2 pad 1 ceil`, `avgpool to 7x7`.
///
/// The stride is the window unless said otherwise; padded zeros count, what `ceil` adds beyond them does not. The gradient is shared evenly
/// by the window. Source: torch.nn.AvgPool2d and AdaptiveAvgPool2d (AvgPool1d on a sequence).
package struct AvgPool: WindowedPool {
  package static let signature = Signature(
    "avgpool", "the mean of every window, per channel", positional: [PoolWindows.size],
    named: PoolWindows.named, flags: PoolWindows.flags, takes: [.image, .sequence],
    example: .init("avgpool to 7x7", on: .image(height: 16, width: 21, channels: 5), gives: .image(height: 7, width: 7, channels: 5)))

  package let windows: PoolWindows

  package init(_ arguments: Arguments) throws(LayerProblem) { windows = try PoolWindows(arguments) }

  /// The sum of each window over its extent.
  package func reference(_ call: ReferenceCall) -> [Double] {
    (geometry(for: call.inputs[0])?.averageReference(call.x[0], batch: call.pass.batch)) ?? []
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    LayerMemory(readsX: false, readsY: false)
  }

  package func forward(_ call: ForwardCall) {
    guard let geometry = geometry(for: call.inputs[0]) else { return }
    call.kernels.averagePoolForward(geometry, batch: call.pass.batch, x: call.x[0], y: call.y)
  }

  package func backward(_ call: BackwardCall) {
    guard let geometry = geometry(for: call.inputs[0]), let dx = call.dx[0] else { return }
    call.kernels.averagePoolBackward(geometry, batch: call.pass.batch, dy: call.dy, dx: dx)
  }
}
