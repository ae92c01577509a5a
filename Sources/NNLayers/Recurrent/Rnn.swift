import NNKernelTypes
import NNKernels

/// An Elman network: h = tanh(W x + b + U h + b'), or relu in the place of tanh; `TxD` becomes `TxN`.
///
/// The gradient goes back through time: dh of a step is dy and what the next step hands back through U. Source: Elman 1990; torch.nn.RNN.
public struct Rnn: RecurrentLayer {
  public static let signature = Signature(
    "rnn", "the network of Elman: each step sees its input and the state of the step before",
    positional: [
      Recurrent.units,
      Parameter("activation", "what makes the new state of the sums", .word(["tanh", "relu"]), default: .word("tanh")),
    ], named: [Recurrent.dropout], flags: [Recurrent.both, Recurrent.stateful], takes: [.sequence],
    example: .init("rnn 50 tanh both", on: .sequence(steps: 30, features: 8), gives: .sequence(steps: 30, features: 100)))

  public let recurrent: Recurrent

  public init(_ arguments: Arguments) throws(LayerProblem) {
    recurrent = try Recurrent(arguments.word("activation") == "relu" ? .relu : .tanh, arguments)
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
