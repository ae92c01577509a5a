import NNDiagnostics
import NNLayers

/// NN366: a convolution all of whose inputs depend on the whole image already, by the shortest way there (a "border layer" of Richter and others,
/// "Should You Go Deeper?", 2021).
///
/// A window of reach k moves a field f, whose neighbours lie j apart, to f + (k - 1) j, and a stride s moves j to s j
/// (Araujo and others, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019).
struct ReceptiveField {
  let network: NetworkLints

  /// Along one axis, in pixels of the input: what a number depends on, and the distance to its neighbour's.
  private struct Field {
    var size = 1
    var jump = 1
  }

  func lint() {
    let input = network.inference.input
    guard input.kind == .image || input.kind == .sequence else { return }
    let image = Array(input.dimensions.dropLast())
    var fields: [[Field]?] = []
    for (index, node) in network.nodes.enumerated() {
      let before = smallest(node, fields, axes: image.count)
      if let before, let layer = node.layer as? any Sliding, !(node.layer is any WindowedPool), isWhole(before, image),
        layer.slide(over: node.inputShapes[0])?.contains(where: { $0.reach > 1 }) == true, network.bound(index) != nil
      {
        return warn(index, before, image)
      }
      fields.append(before.flatMap { after(node, $0) })
    }
  }

  /// Of what a node reads, the smaller field along every axis; nil where one is not known.
  private func smallest(_ node: Node, _ fields: [[Field]?], axes: Int) -> [Field]? {
    let sources = node.inputs.map { source -> [Field]? in
      switch source {
      case .input: Array(repeating: Field(), count: axes)
      case .node(let index): fields[index]
      }
    }
    return sources.dropFirst().reduce(sources.first ?? nil) { smallest, other in
      guard let smallest, let other else { return nil }
      return zip(smallest, other).map { $0.size <= $1.size ? $0 : $1 }
    }
  }

  /// nil behind what mixes all places or arranges them anew.
  private func after(_ node: Node, _ fields: [Field]) -> [Field]? {
    if let layer = node.layer as? any Sliding {
      guard let slides = layer.slide(over: node.inputShapes[0]), slides.count == fields.count else { return nil }
      return zip(fields, slides).map { field, slide in
        let size = field.size.saturatingSum((slide.reach - 1).saturatingProduct(field.jump))
        return Field(size: size, jump: field.jump.saturatingProduct(slide.stride))
      }
    }
    let keepsPlaces =
      node.layer is any Pointwise || node.layer is any Join || node.layer is BatchNorm || node.layer is LayerNorm || node.layer is Dropout
    return keepsPlaces ? fields : nil
  }

  private func isWhole(_ fields: [Field], _ image: [Int]) -> Bool { zip(fields, image).allSatisfy { $0.size > $1 } }

  private func warn(_ index: Int, _ fields: [Field], _ image: [Int]) {
    let kind = image.count == 2 ? "image" : "sequence"
    let size = image.map(String.init).joined(separator: "x") + (image.count == 2 ? "" : "-step")
    let field = fields.map { String($0.size) }.joined(separator: "x")
    let word = network.word(of: index)
    network.problems.warn(
      .receptiveField, "the receptive field in front of `\(word)`, \(field), is larger than the \(size) \(kind)",
      at: network.span(of: index), "each number that it reads depends on the whole \(kind) already",
      fixes: [.init("a larger input, fewer pools and strides above, or a network that ends here")])
  }
}
