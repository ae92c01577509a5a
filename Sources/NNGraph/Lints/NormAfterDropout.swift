import NNDiagnostics
import NNLayers

/// NN359: `bn` behind `dropout`, with nothing but pools and activations between.
struct NormAfterDropout {
  let network: NetworkLints

  func lint() {
    for index in network.nodes.indices where network.nodes[index].layer is BatchNorm {
      let dropout = network.nearest(
        above: index, passing: { $0 is any Pointwise || $0 is any WindowedPool || $0 is GlobalAvgPool || $0 is Flatten },
        where: { $0 is Dropout })
      guard let dropout else { continue }
      network.problems.warn(
        .normAfterDropout, "`bn` behind `dropout` keeps a variance that evaluation does not have", at: network.span(of: index),
        "normalises with the variance of training", labels: [.init(network.span(of: dropout), "raises the variance in training only")],
        fixes: [.init("put the `dropout` behind the `bn`")])
    }
  }
}
