import NNDiagnostics
import NNLayers

/// NN362: the window of a convolution is larger than what it slides over, and fits because of its padding alone.
struct WindowOverImage {
  let network: NetworkLints

  func lint() {
    for index in network.nodes.indices where network.nodes[index].layer is Conv || network.nodes[index].layer is DepthwiseConv {
      guard let bound = network.bound(index), let size = bound.bound.arguments.size("size") else { continue }
      let shape = network.nodes[index].inputShapes[0]
      let axes = shape.kind == .sequence ? 1 : 2
      guard size.count >= axes, shape.dimensions.count > axes else { continue }
      let reach = (0..<axes).map { (size[$0] - 1) * dilation(bound, $0) + 1 }
      guard zip(reach, shape.dimensions).contains(where: { $0 > $1 }) else { continue }
      let (window, image) = (text(reach), text(Array(shape.dimensions.prefix(axes))))
      network.problems.warn(
        .windowOverImage, "a window of \(window) is larger than the \(axes == 1 ? "sequence of \(image) steps" : "\(image) image")",
        at: bound.span, "gets \(shape); some weights see padding only",
        fixes: [.init("take a smaller window, or a pool or stride less above it")])
    }
  }

  private func dilation(_ bound: BoundLayer, _ axis: Int) -> Int {
    let arguments = bound.bound.arguments
    if let sizes = arguments.size("dilate"), !sizes.isEmpty { return sizes[min(axis, sizes.count - 1)] }
    return arguments.integer("dilate") ?? 1
  }

  private func text(_ sizes: [Int]) -> String { sizes.map(String.init).joined(separator: "x") }
}
