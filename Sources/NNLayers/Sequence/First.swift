import NNKernels

/// The first step of a sequence: `TxD` becomes `D`.
///
/// The gradient is dy at that step and 0 elsewhere. Source: x[:, 0] in PyTorch.
package struct First: Layer {
  package static let signature = Signature(
    "first", "the first step of a sequence", takes: [.sequence],
    example: .init("first", on: .sequence(steps: 30, features: 8), gives: .vector(8)))

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape { .vector(try inputs[0].of(Self.signature.takes).channels) }

  package func weights(for inputs: [Shape]) -> [WeightSpec] { [] }

  package func macs(for inputs: [Shape]) -> Int { 0 }

  /// Row 0 of each example.
  package func reference(_ call: ReferenceCall) -> [Double] {
    let (count, features) = (call.inputs[0].count, call.inputs[0].channels)
    return (0..<call.pass.batch).flatMap { call.x[0][$0 * count..<$0 * count + features] }
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory { LayerMemory(readsX: false, readsY: false) }

  package func forward(_ call: ForwardCall) {
    let (count, features) = (call.inputs[0].count, call.inputs[0].channels)
    call.kernels.copySteps(batch: call.pass.batch, columns: features, x: call.x[0], ldx: count, y: call.y, ldy: features)
  }

  package func backward(_ call: BackwardCall) {
    guard let dx = call.dx[0] else { return }
    let (count, features) = (call.inputs[0].count, call.inputs[0].channels)
    call.kernels.fill(count: call.pass.batch * count, y: dx)
    call.kernels.copySteps(batch: call.pass.batch, columns: features, x: call.dy, ldx: features, y: dx, ldy: count)
  }
}
