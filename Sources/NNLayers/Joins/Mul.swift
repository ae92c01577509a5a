import NNKernels

/// The product of two or more stages of one shape, number by number: `mul gate` and `branch mul`.
///
/// Nothing broadcasts. Each input's gradient is dy times the product of the others.
package struct Mul: ElementwiseJoin {
  package static let signature = Signature(
    "mul", "the product of this stage and a labelled one",
    positional: [Parameter("label", "the stage to join, as named by `as`", .label)], takes: [.vector, .image, .sequence],
    example: .init("mul gate", on: .vector(8), gives: .vector(8)))

  package init() {}

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  /// The product over the inputs.
  package func reference(_ call: ReferenceCall) -> [Double] {
    call.x.dropFirst().reduce(call.x[0]) { product, x in zip(product, x).map { $0 * $1 } }
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory { LayerMemory(readsY: false) }

  package func forward(_ call: ForwardCall) {
    let count = call.pass.batch * call.inputs[0].count
    call.kernels.multiply(count: count, a: call.x[0], b: call.x[1], y: call.y)
    for x in call.x.dropFirst(2) { call.kernels.multiply(count: count, a: call.y, b: x, y: call.y) }
  }

  package func backward(_ call: BackwardCall) {
    let count = call.pass.batch * call.inputs[0].count
    for (index, dx) in call.dx.enumerated() {
      guard let dx else { continue }
      var product = call.dy
      for (other, x) in call.x.enumerated() where other != index {
        call.kernels.multiply(count: count, a: product, b: x, y: dx)
        product = Floats(dx)
      }
    }
  }
}
