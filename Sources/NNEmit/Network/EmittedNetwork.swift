import NNGraph
import NNLayers

/// The stages of a network in order: what its layers add, and where it can be done on the way, what is fused onto them.
struct EmittedNetwork: Sendable {
  /// The shape of each value; 0 is the input.
  private(set) var shapes: [Shape]
  private(set) var stages: [Stage] = []
  /// Recurrent stages go on from where the run before ended.
  let carriesStates: Bool
  /// Of each value, how many nodes read it besides those that only hand it on.
  private var uses: [Int]
  /// The value that leaves the network.
  private(set) var output = 0

  /// - Parameter weights: of each node, in the order and the layout of its layer; `EmitRequest` has checked them.
  /// - Throws: `EmitProblem.layer` for a layer that no code can be written for.
  init(_ model: Model, weights: [[[Float]]], carriesStates: Bool = false) throws(EmitProblem) {
    shapes = [model.input]
    self.carriesStates = carriesStates
    let readers = model.readers
    uses = [readers.input]
    // The value that each node gives.
    var values: [Int] = []
    for (index, node) in model.nodes.enumerated() {
      guard let layer = node.layer as? any Emittable else { throw .layer(node) }
      let inputs = node.inputs.map { source in
        switch source {
        case .input: 0
        case .node(let index): values[index]
        }
      }
      output = layer.emit(EmittedNode(node: node, index: index, inputs: inputs, weights: weights[index]), into: &self)
      values.append(output)
      uses[output] += readers.nodes[index] - inputs.count { $0 == output }
    }
  }

  /// A stage of its own; returns its value.
  mutating func add(_ operation: some Operation, _ node: EmittedNode, inputs: [Int]? = nil, shape: Shape? = nil) -> Int {
    shapes.append(shape ?? node.shape)
    uses.append(0)
    stages.append(Stage(operation: operation, inputs: inputs ?? node.inputs, output: shapes.count - 1, nodes: [node.index]))
    return shapes.count - 1
  }

  // MARK: Fusion

  /// What is done number by number, at the end of the stage that gives `value` where nobody else reads that, else in a stage of its own.
  ///
  /// - Parameter shape: of the result, where that is not the node's.
  mutating func apply(_ steps: [EpilogueStep], to value: Int, _ node: EmittedNode, shape: Shape? = nil) -> Int {
    if let stage = stage(thatFuses: steps, onto: value, node) {
      for step in steps { stages[stage].take(step) }
      if !stages[stage].nodes.contains(node.index) { stages[stage].nodes.append(node.index) }
      shapes[value] = shape ?? node.shape
      return value
    }
    let result = add(Elementwise(), node, inputs: [value], shape: shape)
    stages[stages.count - 1].epilogue = steps
    return result
  }

  /// The 2x2 pool on the stage that gives `value`; nil where it cannot be fused.
  mutating func applyPool(to value: Int, _ node: EmittedNode) -> Int? {
    stage(thatFuses: [.pool], onto: value, node) == nil ? nil : apply([.pool], to: value, node)
  }

  /// Of several values that are joined, the one made last: the others are there when it is made.
  func madeLast(_ values: [Int]) -> Int { values.max { (maker(of: $0) ?? -1) < (maker(of: $1) ?? -1) } ?? 0 }

  private func stage(thatFuses steps: [EpilogueStep], onto value: Int, _ node: EmittedNode) -> Int? {
    guard let index = maker(of: value), stages[index].nodes.contains(node.index) || uses[value] == 1 else { return nil }
    var before = stages[index].epilogue
    for step in steps {
      guard stages[index].operation.fuses(step, after: before) else { return nil }
      if let other = step.value, (maker(of: other) ?? -1) >= index { return nil }
      before.append(step)
    }
    return index
  }

  /// The stage that gives a value: each adds one, and the input comes before them.
  private func maker(of value: Int) -> Int? { value == 0 ? nil : value - 1 }
}

extension Stage {
  /// Takes a step into its epilogue, or into its weights where it only changes those.
  fileprivate mutating func take(_ step: EpilogueStep) {
    let onlyShifts = epilogue.allSatisfy { if case .shift = $0 { true } else { false } }
    if case .scale(let scale) = step, onlyShifts, operation.absorb(scale: scale.values) {
      epilogue = epilogue.map { $0.scaled(by: scale.values) }
    } else if case .shift(let shift) = step, case .shift(var sum)? = epilogue.last {
      sum.values = zip(sum.values, shift.values).map { $0 + $1 }
      epilogue[epilogue.count - 1] = .shift(sum)
    } else {
      epilogue.append(step)
    }
  }
}

extension EpilogueStep {
  /// A shift, times a factor per channel.
  fileprivate func scaled(by scale: [Float]) -> EpilogueStep {
    guard case .shift(var tensor) = self else { return self }
    tensor.values = zip(tensor.values, scale).map { $0 * $1 }
    return .shift(tensor)
  }
}

extension Model {
  /// How many readers the input and each node have; the network's end is one.
  fileprivate var readers: (input: Int, nodes: [Int]) {
    var counts = (input: 0, nodes: [Int](repeating: 0, count: nodes.count))
    for source in nodes.flatMap(\.inputs) {
      switch source {
      case .input: counts.input += 1
      case .node(let index): counts.nodes[index] += 1
      }
    }
    if !nodes.isEmpty { counts.nodes[nodes.count - 1] += 1 }
    return counts
  }
}
