import NNDiagnostics
import NNLayers
import NNRecipe

/// NN356: a `relu` or `softmax` at the end of a regression.
struct OutputActivation {
  let network: NetworkLints

  func lint() {
    guard let loss = network.loss, isRegression(loss), let last = network.lastActivation else { return }
    let reason: String
    if network.nodes[last].layer is Relu {
      reason = "no output can be below 0, and a unit below 0 learns nothing"
    } else if network.nodes[last].layer is Softmax {
      reason = "the outputs add up to 1"
    } else {
      return
    }
    let (span, word) = (network.span(of: last), network.word(of: last))
    network.problems.warn(
      .outputActivation, "`\(word)` limits what a network with `loss \(loss.word)` can give", at: span, reason,
      labels: network.statements["loss"].map { [.init($0, "a loss for any number")] } ?? [],
      fixes: [.init("end with plain numbers: leave `\(word)` out", .manual)])
  }

  private func isRegression(_ loss: Loss) -> Bool {
    switch loss {
    case .meanSquaredError, .meanAbsoluteError, .huber: true
    case .crossEntropy, .binaryCrossEntropy, .hinge: false
    }
  }
}
