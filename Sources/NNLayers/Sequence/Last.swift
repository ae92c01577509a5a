import NNKernels

/// The last step of a sequence: `TxD` becomes `D`. Behind a layer that goes both ways it takes each direction's final state.
///
/// The backward direction ends at the first step, so its half comes from there. The gradient is dy at these places and 0 elsewhere.
/// Source: h_n of torch.nn.RNN, both directions side by side.
package struct Last: Layer {
  package static let signature = Signature(
    "last", "the last step of a sequence: the final state", takes: [.sequence],
    example: .init("last", on: .sequence(steps: 30, features: 8), gives: .vector(8)))

  /// The second half of the numbers is the backward direction's.
  package private(set) var isOfBoth = false

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  /// The layer as it stands behind one that may go both ways.
  package func following(_ layer: any RecurrentLayer) -> Last {
    var last = self
    last.isOfBoth = layer.recurrent.isBoth
    return last
  }

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape { .vector(try inputs[0].of(Self.signature.takes).channels) }

  package func weights(for inputs: [Shape]) -> [WeightSpec] { [] }

  package func macs(for inputs: [Shape]) -> Int { 0 }

  /// What is taken: columns of a step, from where in the example.
  private func parts(_ input: Shape) -> [(column: Int, count: Int, from: Int)] {
    let (features, end) = (input.channels, input.count - input.channels)
    guard isOfBoth else { return [(0, features, end)] }
    return [(0, features / 2, end), (features / 2, features / 2, features / 2)]
  }

  /// The last row of each example, of both directions each its own.
  package func reference(_ call: ReferenceCall) -> [Double] {
    let count = call.inputs[0].count
    return (0..<call.pass.batch).flatMap { example in
      parts(call.inputs[0]).flatMap { call.x[0][example * count + $0.from..<example * count + $0.from + $0.count] }
    }
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory { LayerMemory(readsX: false, readsY: false) }

  package func forward(_ call: ForwardCall) {
    for part in parts(call.inputs[0]) {
      call.kernels.copySteps(
        batch: call.pass.batch, columns: part.count, x: call.x[0] + part.from, ldx: call.inputs[0].count, y: call.y + part.column,
        ldy: call.inputs[0].channels)
    }
  }

  package func backward(_ call: BackwardCall) {
    guard let dx = call.dx[0] else { return }
    call.kernels.fill(count: call.pass.batch * call.inputs[0].count, y: dx)
    for part in parts(call.inputs[0]) {
      call.kernels.copySteps(
        batch: call.pass.batch, columns: part.count, x: call.dy + part.column, ldx: call.inputs[0].channels, y: dx + part.from,
        ldy: call.inputs[0].count)
    }
  }
}
