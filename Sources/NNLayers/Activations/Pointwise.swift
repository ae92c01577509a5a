import NNKernelTypes
import NNKernels

/// A function of one number, applied to every number: an activation that can be fused onto the layer before it.
///
/// A pointwise layer is its value, its slope and the kernel that does the same in `Float`.
package protocol Pointwise: StepByStep {
  /// The definition, of one number.
  func value(_ x: Double) -> Double
  /// The derivative of `value`.
  func slope(_ x: Double) -> Double
  /// What the loops do: `value` and `slope` in single precision.
  var kernel: Activation { get }
  /// Positive values pass and negative ones (nearly) do not: weights before it start after He et al. unless the file says otherwise.
  var isRectifier: Bool { get }
}

extension Pointwise {
  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape { try inputs[0].of(Self.signature.takes) }

  package func weights(for inputs: [Shape]) -> [WeightSpec] { [] }

  package func macs(for inputs: [Shape]) -> Int { 0 }

  /// `value` of every number.
  package func reference(_ call: ReferenceCall) -> [Double] { call.x[0].map(value) }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    LayerMemory(readsX: kernel.backwardReadsInput, inPlace: true, isAlias: kernel.kind == .linear)
  }

  package func forward(_ call: ForwardCall) {
    call.kernels.activate(kernel, count: call.pass.batch * call.inputs[0].count, x: call.x[0], y: call.y)
  }

  package func backward(_ call: BackwardCall) {
    guard let dx = call.dx[0] else { return }
    call.kernels.activateBackward(
      kernel, count: call.pass.batch * call.inputs[0].count, x: call.x[0], y: call.y, dy: call.dy, dx: dx)
  }
}
