import NNDiagnostics
import NNLayers
import NNRecipe

/// NN365: `bn` with one example in a batch.
struct NormOfOne {
  let network: NetworkLints

  func lint() {
    guard network.recipe.batch == .examples(1) else { return }
    for index in network.nodes.indices where network.nodes[index].layer is BatchNorm {
      let isVector = network.nodes[index].output.kind == .vector
      network.problems.warn(
        .normOfOne, "`bn` over a batch of one example", at: network.span(of: index),
        isVector ? "a number minus its own mean is 0" : "normalises every image by itself",
        labels: network.statements["batch"].map { [.init($0, "one example")] } ?? [],
        fixes: [.init("a larger `batch`, or `layernorm`, which needs no batch")])
    }
  }
}
