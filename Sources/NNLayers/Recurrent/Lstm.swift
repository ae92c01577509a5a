/// Long short-term memory: i, f, o = sigmoid and g = tanh of W x + b + U h + b'; c = f c + i g; h = o tanh(c); `TxD` becomes `TxN`.
///
/// The gradient goes back through time by h and by c. Source: Hochreiter and Schmidhuber 1997; torch.nn.LSTM, gates in the order i f g o.
package struct Lstm: RecurrentLayer {
  package static let signature = Signature(
    "lstm", "long short-term memory: gates decide what the state keeps, takes and shows",
    positional: [Recurrent.units], named: [Recurrent.dropout], flags: [Recurrent.both, Recurrent.stateful], takes: [.sequence],
    example: .init("lstm 16", on: .sequence(steps: 30, features: 8), gives: .sequence(steps: 30, features: 16)))

  package let recurrent: Recurrent

  package init(_ arguments: Arguments) throws(LayerProblem) {
    recurrent = try Recurrent(.lstm, arguments)
  }
}
