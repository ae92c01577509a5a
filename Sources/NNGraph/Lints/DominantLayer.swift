import NNDiagnostics
import NNLayers

/// NN363: a layer with more than nine tenths of all parameters, and more than a million.
struct DominantLayer {
  let network: NetworkLints

  private static let many = 1_000_000

  func lint() {
    let rows = network.inference.rows
    let counts = rows.map { $0.parameters ?? 0 }
    let total = counts.reduce(0, &+)
    guard counts.count(where: { $0 > 0 }) > 1, let largest = counts.max(), largest > DominantLayer.many, largest / 9 > total - largest,
      let row = counts.firstIndex(of: largest)
    else { return }
    let share = Int((Double(largest) / Double(total) * 100).rounded(.down))
    let index = network.nodes.firstIndex { $0.stage == row && !$0.weights.isEmpty }
    let shape = index.map { network.nodes[$0].inputShapes[0] }
    network.problems.warn(
      .dominantLayer, "`\(rows[row].text)` has \(share) % of all parameters: \(largest.grouped) of \(total.grouped)", at: rows[row].span,
      shape.map { "gets \($0)" } ?? "", fixes: [index.flatMap(smaller) ?? .init("make the layer smaller")])
  }

  /// Of an image only the features, where the shape behind stays the same.
  private func smaller(_ index: Int) -> Diagnostic.Fix? {
    let node = network.nodes[index]
    guard node.layer is FullyConnected, node.inputShapes[0].kind == .image, let bound = network.bound(index) else { return nil }
    let parameters = node.layer.weights(for: [.vector(node.inputShapes[0].lastDimension)]).reduce(0) { $0 + $1.count }
    let place = bound.span.atStart
    return .init(
      "take the mean over all places first: the layer then has \(parameters.grouped)", .probable, edits: [.init(place, "gap | ")])
  }
}
