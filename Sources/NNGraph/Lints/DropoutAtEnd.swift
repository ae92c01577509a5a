import NNDiagnostics
import NNLayers

/// NN358: `dropout` behind the last layer with weights.
struct DropoutAtEnd {
  let network: NetworkLints

  func lint() {
    guard network.nodes.contains(where: { !$0.weights.isEmpty }) else { return }
    var current = network.nodes.indices.last
    while let index = current, network.nodes[index].weights.isEmpty {
      if network.nodes[index].layer is Dropout {
        network.problems.warn(
          .dropoutAtEnd, "`dropout` behind the last layer drops outputs of the network", at: network.span(of: index),
          "nothing behind it can learn to do without them",
          fixes: [.init("move it in front of the last layer with weights")])
      }
      current = network.producer(of: index)
    }
  }
}
