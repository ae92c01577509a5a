import NNDiagnostics
import NNLayers

/// NN364: an activation that changes nothing, or next to nothing, behind another.
struct ActivationTwice {
  let network: NetworkLints

  func lint() {
    for index in network.nodes.indices {
      guard let before = network.producer(of: index), let first = network.bound(before), let second = network.bound(index),
        first.span != second.span, let reason = reason(network.nodes[before].layer, network.nodes[index].layer)
      else { continue }
      network.problems.warn(
        .activationTwice, "`\(second.signature.word)` right behind `\(first.signature.word)`", at: second.span, reason,
        labels: [.init(first.span, "first")], fixes: [.init("leave one of them out")])
    }
  }

  private func reason(_ first: any Layer, _ second: any Layer) -> String? {
    let rectifies = (second as? any Pointwise)?.isRectifier ?? false
    if rectifies, first is Relu || first is Sigmoid || first is Softplus || first is Softmax {
      return "changes nothing: no number is below 0 here"
    }
    guard second is any Pointwise, !(second is Linear), type(of: first) == type(of: second) else { return nil }
    return "the same once more"
  }
}
