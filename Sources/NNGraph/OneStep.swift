import NNLayers

extension Model {
  /// It carries its state from one window to the next.
  public var isStateful: Bool { nodes.contains { ($0.layer as? any RecurrentLayer)?.recurrent.isStateful == true } }

  /// The same network, with the same weights, on a single step, which together with its state says all: fed step by step it gives what it would have
  /// said at the end of one long sequence. nil where it carries no state, or where a layer looks at several steps.
  public var oneStep: Model? {
    guard isStateful, nodes.allSatisfy(\.goesStepByStep) else { return nil }
    var model = self
    switch input {
    case .tokens(_, let vocabulary): model.input = .tokens(steps: 1, vocabulary: vocabulary)
    case .sequence(_, let features): model.input = .sequence(steps: 1, features: features)
    case .vector, .image: return nil
    }
    for index in model.nodes.indices {
      let inputs = model.nodes[index].inputs.map { source in
        switch source {
        case .input: model.input
        case .node(let node): model.nodes[node].output
        }
      }
      guard let output = try? model.nodes[index].layer.output(for: inputs) else { return nil }
      model.nodes[index].inputShapes = inputs
      model.nodes[index].output = output
    }
    return model
  }
}

extension Node {
  fileprivate var goesStepByStep: Bool {
    if let layer = layer as? any RecurrentLayer { return layer.recurrent.isStateful }
    return layer is any StepByStep
  }
}
