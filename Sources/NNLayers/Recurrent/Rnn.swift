/// An Elman network: h = tanh(W x + b + U h + b'), or relu in the place of tanh; `TxD` becomes `TxN`.
///
/// The gradient goes back through time: dh of a step is dy and what the next step hands back through U. Source: Elman 1990; torch.nn.RNN.
package struct Rnn: RecurrentLayer {
  package static let signature = Signature(
    "rnn", "the network of Elman: each step sees its input and the state of the step before",
    positional: [
      Recurrent.units,
      Parameter("activation", "what makes the new state of the sums", .word(["tanh", "relu"]), default: .word("tanh")),
    ], named: [Recurrent.dropout], flags: [Recurrent.both, Recurrent.stateful], takes: [.sequence],
    example: .init("rnn 50 tanh both", on: .sequence(steps: 30, features: 8), gives: .sequence(steps: 30, features: 100)))

  package let recurrent: Recurrent

  package init(_ arguments: Arguments) throws(LayerProblem) {
    recurrent = try Recurrent(arguments.word("activation") == "relu" ? .relu : .tanh, arguments)
  }
}
