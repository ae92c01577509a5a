import NNKernels

@testable import NNLayers

/// What it does, in one sentence: y = factor · x. A second sentence for what a reader would not guess.
///
/// The shape that comes out, the gradient in words or a formula, and where the definition is from. Source: torch.mul with a number.
package struct Template: Layer {
  // The word's entry in the one table: binding, suggestions, `explain`, completion and the tests all come from it. The example is checked.
  package static let signature = Signature(
    "template", "every number times a factor",
    positional: [Parameter("factor", "what every number is multiplied by", .number(-1e6...1e6, percent: false))],
    takes: [.vector, .image, .sequence],
    example: .init("template 2", on: .vector(8), gives: .vector(8)))

  // What the arguments come to, as plain values; nothing that depends on a shape.
  let factor: Double

  // Ranges were checked by the signature. Throw for combinations that make no sense; never trap.
  package init(_ arguments: Arguments) throws(LayerProblem) {
    factor = try arguments.required("factor", arguments.number("factor"))
  }

  // The only place where shapes are refused. Whatever is multiplied here is checked: `product`, `Shape.checked()`.
  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape { try inputs[0].of(Self.signature.takes) }

  // With PyTorch's names and shapes; `order` says how the kernels want them in memory.
  package func weights(for inputs: [Shape]) -> [WeightSpec] { [] }

  // Multiply-accumulates of convolutions, products of `fc`, recurrences and attention; 0 for all else.
  package func macs(for inputs: [Shape]) -> Int { 0 }

  /// The definition, in the plainest loops: what the passes are checked against.
  package func reference(_ call: ReferenceCall) -> [Double] { call.x[0].map { factor * $0 } }

  // What the planner may believe: the contract suite spoils x, y and scratch to see whether it is true.
  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    LayerMemory(readsX: false, readsY: false, inPlace: true)
  }

  // Calls of kernels; a new loop goes to NNKernels.
  package func forward(_ call: ForwardCall) {
    call.kernels.scale(count: call.pass.batch * call.inputs[0].count, factor: Float(factor), x: call.x[0], y: call.y)
  }

  // Overwrites dx and dweights; nil is not wanted.
  package func backward(_ call: BackwardCall) {
    guard let dx = call.dx[0] else { return }
    call.kernels.scale(count: call.pass.batch * call.inputs[0].count, factor: Float(factor), x: call.dy, y: dx)
  }
}
