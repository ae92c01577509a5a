import NNKernels

/// Two or more stages side by side along the last axis (channels): `concat skip` (the running value first) and `branch concat`.
///
/// All other axes must agree. Each input's gradient is its part of dy. Source: torch.cat over channels.
package struct Concat: Join {
  package static let signature = Signature(
    "concat", "this stage and a labelled one side by side",
    positional: [Parameter("label", "the stage to join, as named by `as`", .label)], takes: [.vector, .image, .sequence],
    example: .init("concat skip", on: .image(height: 4, width: 4, channels: 8), gives: .image(height: 4, width: 4, channels: 16)))

  package init() {}

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape {
    let first = try inputs[0].of(Self.signature.takes)
    var channels = 0
    for input in inputs {
      guard input.with(channels: first.channels) == first else { throw .join(inputs: inputs) }
      channels += input.channels
    }
    return try first.with(channels: channels).checked()
  }

  package func weights(for inputs: [Shape]) -> [WeightSpec] { [] }

  package func macs(for inputs: [Shape]) -> Int { 0 }

  /// Row by row (of channels), the inputs one after the other.
  package func reference(_ call: ReferenceCall) -> [Double] {
    let rows = call.pass.batch * call.inputs[0].count / call.inputs[0].channels
    return (0..<rows).flatMap { row in
      zip(call.x, call.inputs).flatMap { x, shape in x[row * shape.channels..<(row + 1) * shape.channels] }
    }
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory { LayerMemory(readsX: false, readsY: false) }

  package func forward(_ call: ForwardCall) {
    let (rows, width) = rowsAndWidth(call.inputs, batch: call.pass.batch)
    var first = 0
    for (x, shape) in zip(call.x, call.inputs) {
      call.kernels.copyRows(rows: rows, columns: shape.channels, x: x, ldx: shape.channels, y: call.y + first, ldy: width)
      first += shape.channels
    }
  }

  package func backward(_ call: BackwardCall) {
    let (rows, width) = rowsAndWidth(call.inputs, batch: call.pass.batch)
    var first = 0
    for (dx, shape) in zip(call.dx, call.inputs) {
      if let dx {
        call.kernels.copyRows(rows: rows, columns: shape.channels, x: call.dy + first, ldx: width, y: dx, ldy: shape.channels)
      }
      first += shape.channels
    }
  }

  private func rowsAndWidth(_ inputs: [Shape], batch: Int) -> (rows: Int, width: Int) {
    (batch * (inputs[0].count / inputs[0].channels), inputs.reduce(0) { $0 + $1.channels })
  }
}
