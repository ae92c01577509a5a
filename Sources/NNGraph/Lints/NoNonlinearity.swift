import NNDiagnostics
import NNLayers

/// NN357: two `fc` with nothing nonlinear between them.
struct NoNonlinearity {
  let network: NetworkLints

  func lint() {
    for index in network.nodes.indices where network.nodes[index].layer is FullyConnected {
      let before = network.nearest(
        above: index, passing: { $0 is Dropout || $0 is Flatten || $0 is BatchNorm }, where: { $0 is FullyConnected })
      guard let before, let first = network.bound(before), let second = network.bound(index), first.span != second.span else { continue }
      let place = first.span.atEnd
      network.problems.warn(
        .noNonlinearity, "two `fc` without an activation between them are one", at: second.span, "a matrix times a matrix is a matrix",
        labels: [.init(first.span, "gives plain numbers")],
        fixes: [.init("put an activation between them", .probable, edits: [.init(place, " relu")])])
    }
  }
}
