import NNKernels

/// The mean over the steps of a sequence: `TxD` becomes `D`.
///
/// Every step gets dy / T as its gradient. Source: torch.mean over the steps.
package struct Mean: Layer {
  package static let signature = Signature(
    "mean", "the mean over the steps of a sequence", takes: [.sequence],
    example: .init("mean", on: .sequence(steps: 30, features: 8), gives: .vector(8)))

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape { .vector(try inputs[0].of(Self.signature.takes).channels) }

  package func weights(for inputs: [Shape]) -> [WeightSpec] { [] }

  package func macs(for inputs: [Shape]) -> Int { 0 }

  /// The sum over the steps, divided by their number.
  package func reference(_ call: ReferenceCall) -> [Double] {
    let (steps, features) = (call.inputs[0].dimensions[0], call.inputs[0].channels)
    return (0..<call.pass.batch * features).map { place in
      let first = place / features * steps * features + place % features
      return (0..<steps).reduce(0) { $0 + call.x[0][first + $1 * features] } / Double(steps)
    }
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory { LayerMemory(readsX: false, readsY: false) }

  package func forward(_ call: ForwardCall) {
    call.kernels.meanOfSteps(
      batch: call.pass.batch, steps: call.inputs[0].dimensions[0], columns: call.inputs[0].channels, x: call.x[0], y: call.y)
  }

  package func backward(_ call: BackwardCall) {
    guard let dx = call.dx[0] else { return }
    call.kernels.meanOfStepsGradient(
      batch: call.pass.batch, steps: call.inputs[0].dimensions[0], columns: call.inputs[0].channels, dy: call.dy, dx: dx)
  }
}
