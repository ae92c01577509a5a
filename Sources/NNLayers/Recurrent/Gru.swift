/// A gated recurrent unit: r, z = sigmoid(W x + b + U h + b'), n = tanh(W x + b + r (U h + b')), h = (1 - z) n + z h; `TxD` becomes `TxN`.
///
/// The gradient goes back through time by U and by z h. Source: Cho et al. 2014; torch.nn.GRU, gates in the order r z n.
package struct Gru: RecurrentLayer {
  package static let signature = Signature(
    "gru", "gated recurrent unit: gates mix the state of the step before with a new one",
    positional: [Recurrent.units], named: [Recurrent.dropout], flags: [Recurrent.both, Recurrent.stateful], takes: [.sequence],
    example: .init("gru 16 dropout 20%", on: .sequence(steps: 30, features: 8), gives: .sequence(steps: 30, features: 16)))

  package let recurrent: Recurrent

  package init(_ arguments: Arguments) throws(LayerProblem) {
    recurrent = try Recurrent(.gru, arguments)
  }
}
