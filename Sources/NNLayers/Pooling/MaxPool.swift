import NNKernelTypes
import NNKernels

/// Max pooling: the largest value of every window, channel by channel. `maxpool 2`, `maxpool 3x2 stride 2 pad 1 ceil`, `maxpool to 7x7`.
///
/// The stride is the window unless said otherwise; sizes round down, or up with `ceil`; padding never wins. The gradient goes to the first
/// maximum in row order. Source: torch.nn.MaxPool2d and AdaptiveMaxPool2d (MaxPool1d on a sequence).
package struct MaxPool: WindowedPool, PairPooling {
  package static let signature = Signature(
    "maxpool", "the largest value of every window, per channel", positional: [PoolWindows.size],
    named: PoolWindows.named, flags: PoolWindows.flags, takes: [.image, .sequence],
    example: .init(
      "maxpool 3 stride 2 pad 1", on: .image(height: 8, width: 7, channels: 5), gives: .image(height: 4, width: 4, channels: 5)))

  package let windows: PoolWindows

  package init(_ arguments: Arguments) throws(LayerProblem) { windows = try PoolWindows(arguments) }

  /// The maximum of each window.
  package func reference(_ call: ReferenceCall) -> [Double] {
    (geometry(for: call.inputs[0])?.maximumReference(call.x[0], batch: call.pass.batch)) ?? []
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    guard pass == .training, let geometry = geometry(for: inputs[0]) else { return LayerMemory() }
    return LayerMemory(scratch: Kernels.maxPoolBackwardScratch(geometry, batch: batch))
  }

  package func forward(_ call: ForwardCall) {
    guard let geometry = geometry(for: call.inputs[0]) else { return }
    call.kernels.maxPoolForward(geometry, batch: call.pass.batch, x: call.x[0], y: call.y)
  }

  package func backward(_ call: BackwardCall) {
    guard let geometry = geometry(for: call.inputs[0]), let dx = call.dx[0] else { return }
    call.kernels.maxPoolBackward(
      geometry, batch: call.pass.batch, x: call.x[0], y: call.y, dy: call.dy, dx: dx, scratch: call.scratch)
  }

  package func poolsPairs(_ input: Shape) -> Bool { geometry(for: input)?.isOfPairs ?? false }
}
