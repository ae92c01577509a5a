import NNKernelTypes
import NNKernels

/// A gated recurrent unit: r, z = sigmoid(W x + b + U h + b'), n = tanh(W x + b + r (U h + b')), h = (1 - z) n + z h; `TxD` becomes `TxN`.
///
/// The gradient goes back through time by U and by z h. Source: Cho et al. 2014; torch.nn.GRU, gates in the order r z n.
public struct Gru: RecurrentLayer {
  public static let signature = Signature(
    "gru", "gated recurrent unit: gates mix the state of the step before with a new one",
    positional: [Recurrent.units], named: [Recurrent.dropout], flags: [Recurrent.both, Recurrent.stateful], takes: [.sequence],
    example: .init("gru 16 dropout 20%", on: .sequence(steps: 30, features: 8), gives: .sequence(steps: 30, features: 16)))

  public let recurrent: Recurrent

  public init(_ arguments: Arguments) throws(LayerProblem) {
    recurrent = try Recurrent(.gru, arguments)
  }

  public func output(for inputs: [Shape]) throws(LayerProblem) -> Shape { try recurrent.output(for: inputs[0]) }

  public func weights(for inputs: [Shape]) -> [WeightSpec] { recurrent.weights(for: inputs[0]) }

  public func macs(for inputs: [Shape]) -> Int { recurrent.macs(for: inputs[0]) }

  public func reference(_ call: ReferenceCall) -> [Double] { recurrent.reference(call) }

  public func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    recurrent.memory(for: inputs[0], batch: batch, pass: pass)
  }

  public func memory(for inputs: [Shape], vocabulary: Int, batch: Int, pass: Pass.Mode) -> LayerMemory? {
    recurrent.lookupMemory(for: inputs[0], vocabulary: vocabulary, batch: batch, pass: pass)
  }

  public func forward(_ call: ForwardCall) { recurrent.forward(call) }

  public func backward(_ call: BackwardCall) { recurrent.backward(call) }
}
