import NNKernelTypes
import NNKernels

/// Long short-term memory: i, f, o = sigmoid and g = tanh of W x + b + U h + b'; c = f c + i g; h = o tanh(c); `TxD` becomes `TxN`.
///
/// The gradient goes back through time by h and by c. Source: Hochreiter and Schmidhuber 1997; torch.nn.LSTM, gates in the order i f g o.
public struct Lstm: RecurrentLayer {
  public static let signature = Signature(
    "lstm", "long short-term memory: gates decide what the state keeps, takes and shows",
    positional: [Recurrent.units], named: [Recurrent.dropout], flags: [Recurrent.both, Recurrent.stateful], takes: [.sequence],
    example: .init("lstm 16", on: .sequence(steps: 30, features: 8), gives: .sequence(steps: 30, features: 16)))

  public let recurrent: Recurrent

  public init(_ arguments: Arguments) throws(LayerProblem) {
    recurrent = try Recurrent(.lstm, arguments)
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
