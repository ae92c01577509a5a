import NNDiagnostics
import NNLayers

/// NN360: three or more hidden `sigmoid`: the slope of each is at most 1/4.
struct DeepSigmoid {
  let network: NetworkLints

  private static let least = 3

  func lint() {
    let last = network.lastActivation
    let hidden = network.nodes.indices.filter { network.nodes[$0].layer is Sigmoid && $0 != last }
    guard hidden.count >= DeepSigmoid.least, let first = hidden.first else { return }
    let shrinks = hidden.count <= 10 ? "1/\((1 << (2 * hidden.count)).grouped)" : "less than a millionth"
    network.problems.warn(
      .deepSigmoid, "through \(hidden.count) hidden `sigmoid` a gradient shrinks to \(shrinks) at most", at: network.span(of: first),
      "the first of them", notes: ["the slope of `sigmoid` is at most 1/4"], fixes: [.init("`relu` or `tanh` in hidden layers")])
  }
}
