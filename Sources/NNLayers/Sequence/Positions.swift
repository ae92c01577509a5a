import NNKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Tells the steps of a sequence apart: a row per step is added, learned, or of sines and cosines.
///
/// `sine`: row t holds sin(t w) in columns 2i and cos(t w) in columns 2i + 1 with w = 10000^(-2i / D) (Vaswani et al. 2017, 3.5). The gradient of x is
/// dy, that of a learned row the sum of dy over the batch. Source: torch.nn.Embedding of the step's number, added.
package struct Positions: Layer {
  package static let signature = Signature(
    "positions", "tells steps apart: a row per step is added, learned or of sines",
    positional: [
      Parameter("kind", "`learned` rows, or fixed ones of sines and cosines", .word(["learned", "sine"]), default: .word("learned"))
    ],
    takes: [.sequence],
    example: .init("positions sine", on: .sequence(steps: 64, features: 32), gives: .sequence(steps: 64, features: 32)))

  package let isLearned: Bool

  package init(_ arguments: Arguments) throws(LayerProblem) { isLearned = arguments.word("kind") != "sine" }

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape { try inputs[0].of(Self.signature.takes) }

  /// PyTorch: weight [steps, features].
  package func weights(for inputs: [Shape]) -> [WeightSpec] {
    guard isLearned else { return [] }
    return [WeightSpec("weight", shape: inputs[0].dimensions, role: .embedding, fanIn: inputs[0].dimensions[0], fanOut: inputs[0].channels)]
  }

  package func macs(for inputs: [Shape]) -> Int { 0 }

  /// x + the row of its step.
  package func reference(_ call: ReferenceCall) -> [Double] {
    let rows = isLearned ? call.weights[0] : sines(call.inputs[0])
    return call.x[0].enumerated().map { $1 + rows[$0 % rows.count] }
  }

  /// The fixed rows, `[steps][features]`.
  package func sines(_ input: Shape) -> [Double] {
    let (steps, features) = (input.dimensions[0], input.channels)
    return (0..<steps).flatMap { step in
      (0..<features).map { column in
        let angle = Double(step) * pow(10_000, -Double(column / 2 * 2) / Double(features))
        return column % 2 == 0 ? sin(angle) : cos(angle)
      }
    }
  }

  /// Scratch holds the fixed rows.
  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    LayerMemory(scratch: isLearned ? 0 : inputs[0].count, readsX: false, readsY: false, inPlace: true)
  }

  package func forward(_ call: ForwardCall) {
    let count = call.inputs[0].count
    if !isLearned { for (index, value) in sines(call.inputs[0]).enumerated() { call.scratch[index] = Float(value) } }
    call.kernels.addRow(
      batch: call.pass.batch, count: count, x: call.x[0], row: isLearned ? call.weights[0] : call.scratch, y: call.y)
  }

  package func backward(_ call: BackwardCall) {
    let count = call.inputs[0].count
    if isLearned, let dw = call.dweights[0] { call.kernels.columnSums(rows: call.pass.batch, columns: count, x: call.dy, y: dw) }
    if let dx = call.dx[0] { call.kernels.copy(count: call.pass.batch * count, x: call.dy, y: dx) }
  }
}
