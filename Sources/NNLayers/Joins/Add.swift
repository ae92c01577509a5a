import NNKernels

/// The sum of two or more stages of one shape, number by number: `add skip`, `branch add`, and the end of `res`.
///
/// Nothing broadcasts. Each input's gradient is dy.
package struct Add: ElementwiseJoin {
  package static let signature = Signature(
    "add", "the sum of this stage and a labelled one",
    positional: [Parameter("label", "the stage to join, as named by `as`", .label)], takes: [.vector, .image, .sequence],
    example: .init("add skip", on: .image(height: 4, width: 4, channels: 8), gives: .image(height: 4, width: 4, channels: 8)))

  package init() {}

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  /// The sum over the inputs.
  package func reference(_ call: ReferenceCall) -> [Double] {
    call.x.dropFirst().reduce(call.x[0]) { sum, x in zip(sum, x).map { $0 + $1 } }
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    LayerMemory(readsX: false, readsY: false, inPlace: true)
  }

  package func forward(_ call: ForwardCall) {
    let count = call.pass.batch * call.inputs[0].count
    call.kernels.add(count: count, a: call.x[0], b: call.x[1], y: call.y)
    for x in call.x.dropFirst(2) { call.kernels.add(count: count, a: call.y, b: x, y: call.y) }
  }

  package func backward(_ call: BackwardCall) {
    for case let dx? in call.dx where Floats(dx) != call.dy {
      call.kernels.copy(count: call.pass.batch * call.inputs[0].count, x: call.dy, y: dx)
    }
  }
}
