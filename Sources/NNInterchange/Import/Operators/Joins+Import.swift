import NNLayers

extension ONNXImporter {
  /// `add` or `mul` of flows of one shape and layout.
  func combined(_ word: String, _ flows: [Flow]) throws(Unsayable) -> Flow {
    var flows = flows
    // Merged or pooled axes are made stages of their own before they are joined.
    if Set(flows.map(\.shape)).count > 1 || flows.contains(where: { $0.layout != flows[0].layout }) {
      flows = try standardized(flows)
    }
    guard flows.allSatisfy({ $0.shape == flows[0].shape && $0.layout == flows[0].layout }) else {
      throw Unsayable("it joins \(flows.map { "\($0.shape) (\($0.layoutText))" }.joined(separator: " and ")); nothing is stretched to fit")
    }
    return try join(word, flows, flows[0].shape)
  }

  private func standardized(_ flows: [Flow]) throws(Unsayable) -> [Flow] {
    var result: [Flow] = []
    for flow in flows { result.append(flow.axes.count == 4 ? try image(flow) : try standard(flow)) }
    return result
  }

  func sum(_ node: ImportedNode) throws(Unsayable) -> Flow {
    var flows: [Flow] = []
    for index in node.inputs.indices { flows.append(try node.flow(index)) }
    guard let first = flows.first else { throw Unsayable("it has no inputs") }
    return flows.count == 1 ? first : try combined("add", flows)
  }

  func concatenation(_ node: ImportedNode) throws(Unsayable) -> Flow {
    var flows: [Flow] = []
    for index in node.inputs.indices { flows.append(try node.flow(index)) }
    guard flows.count > 1 else { return try node.flow() }
    let axis = try node.axis(node.integer("axis", 1), of: flows[0].axes.count)
    if let last = try lastOfBoth(flows, axis) { return last }
    if let poly = try poly(flows) { return poly }
    if flows.contains(where: { $0.channelAxis != axis || $0.shape.kind != flows[0].shape.kind }) { flows = try standardized(flows) }
    let (kind, places) = (flows[0].shape.kind, flows[0].shape.dimensions.dropLast())
    guard flows.allSatisfy({ $0.shape.kind == kind && $0.shape.dimensions.dropLast() == places && $0.channelAxis == axis }), kind != .tokens
    else {
      throw Unsayable("it joins along axis \(axis) of \(flows[0].layoutText); `concat` joins channels or features")
    }
    var channels = 0
    for flow in flows { channels += flow.shape.channels }
    let shape: Shape =
      switch flows[0].shape {
      case .image(let height, let width, _): .image(height: height, width: width, channels: channels)
      case .sequence(let steps, _): .sequence(steps: steps, features: channels)
      case .vector, .tokens: .vector(channels)
      }
    return try join("concat", flows, shape)
  }
}
