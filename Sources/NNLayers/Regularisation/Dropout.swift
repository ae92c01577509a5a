import NNKernelTypes
import NNKernels

/// Dropout: in training each number is dropped with probability p and the others are multiplied by 1 / (1 - p); nothing in inference.
///
/// The mask is a function of the run's seed, the step and the layer's number, so that `backward` draws it again.
/// Source: Srivastava et al. 2014; torch.nn.Dropout (inverted scaling).
package struct Dropout: Layer {
  package static let signature = Signature(
    "dropout", "dropout: in training every number is dropped with this probability",
    positional: [Parameter("p", "the probability of dropping, below 1: `0.2` or `20%`", .number(0...1, percent: true))],
    takes: [.vector, .image, .sequence],
    example: .init("dropout 20%", on: .vector(64), gives: .vector(64)))

  package let probability: Double

  package init(_ arguments: Arguments) throws(LayerProblem) {
    probability = try arguments.required("p", arguments.number("p"))
    guard (0..<1).contains(probability) else { throw .value(argument: "p", message: "`dropout` with probability 1 would drop everything") }
  }

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape { try inputs[0].of(Self.signature.takes) }

  package func weights(for inputs: [Shape]) -> [WeightSpec] { [] }

  package func macs(for inputs: [Shape]) -> Int { 0 }

  private func mask(_ pass: Pass, layer: Int) -> DropoutMask {
    DropoutMask(seed: Random.stream(seed: pass.seed, .dropout, pass.step, UInt64(layer)), probability: probability)
  }

  /// x / (1 - p) where kept, 0 where dropped.
  package func reference(_ call: ReferenceCall) -> [Double] {
    guard call.pass.mode == .training else { return call.x[0] }
    let mask = mask(call.pass, layer: call.layer)
    return call.x[0].enumerated().map { mask.keeps($0) ? $1 / (1 - probability) : 0 }
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    LayerMemory(readsX: false, readsY: false, inPlace: true, isAlias: pass == .inference || probability == 0)
  }

  package func forward(_ call: ForwardCall) {
    let count = call.pass.batch * call.inputs[0].count
    switch call.pass.mode {
    case .training: call.kernels.dropout(mask(call.pass, layer: call.layer), count: count, x: call.x[0], y: call.y)
    case .inference: call.kernels.copy(count: count, x: call.x[0], y: call.y)
    }
  }

  package func backward(_ call: BackwardCall) {
    guard let dx = call.dx[0] else { return }
    call.kernels.dropout(
      mask(call.pass, layer: call.layer), count: call.pass.batch * call.inputs[0].count, x: call.dy, y: dx)
  }
}
