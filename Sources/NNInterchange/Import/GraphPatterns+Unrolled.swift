/// Elman networks that an exporter has written step by step become nodes `RNN` again: a product for the inputs of all steps, then for each step a slice
/// of it, the product of the state before, and tanh or relu.
extension GraphPatterns {
  /// One direction of such a network.
  private struct Direction {
    /// steps x batch x inputs
    var input: String
    var isReverse: Bool
    /// `Tanh` or `Relu`.
    var activation: String
    /// inputs x units and units x units.
    var weights: (input: ONNXTensor, state: ONNXTensor)
    var biases: (input: [Float], state: [Float])
    /// Activations, in the order in which they are computed.
    var states: [Int]
    /// All its nodes, and the first of them, before which its input is there.
    var nodes: Set<Int>
    var first: Int
    /// Joins all states.
    var sequence: Int?
    /// The last state is read by itself.
    var givesState: Bool

    var units: Int { weights.state.shape[0] }

    func isPartner(of other: Direction) -> Bool {
      input == other.input && activation == other.activation && units == other.units && states.count == other.states.count
    }
  }

  /// A step's place in the sums of all inputs.
  private struct Place {
    var source: String
    var number: Int
    var nodes: [Int]
  }

  mutating func rollUp() {
    var directions = nodes.indices.compactMap(direction)
    while let first = directions.popLast() {
      if let other = directions.lastIndex(where: { $0.isPartner(of: first) && $0.isReverse != first.isReverse }) {
        let second = directions.remove(at: other)
        rollUp(first.isReverse ? [second, first] : [first, second])
      } else {
        rollUp([first])
      }
    }
  }

  // MARK: Reading

  /// - Parameter start: the node that gives the first state.
  private func direction(_ start: Int) -> Direction? {
    guard ["Tanh", "Relu"].contains(nodes[start].operation), let begin = sum(start), begin.place.number == 0 else { return nil }
    let bias = constants[begin.other]
    let zeros = bias == nil ? stateOfZeros(begin.other) : nil
    guard zeros != nil || bias?.shape.count == 3 && bias?.shape[0] == 1 else { return nil }
    var group = Set(begin.nodes + [start] + (zeros?.nodes ?? []))
    var states = [start]
    var matrix = ""
    var added: String?
    while let next = step(after: states[states.count - 1], of: nodes[start].operation) {
      guard next.place.source == begin.place.source, next.place.number == states.count, matrix.isEmpty || next.matrix == matrix,
        states.count == 1 || next.bias == added
      else { return nil }
      (matrix, added) = (next.matrix, next.bias)
      group.formUnion(next.nodes)
      states.append(next.state)
    }
    guard let state = self.matrix(matrix), state.shape[0] > 0, state.shape[0] == state.shape[1],
      let sums = projection(begin.place.source), let input = self.matrix(sums.weights), input.shape[1] == state.shape[0]
    else { return nil }
    let units = state.shape[0]
    group.formUnion(sums.nodes)
    guard let stateBias = vector(added, units), let inputBias = vector(sums.bias, units) else { return nil }
    // A state of zeros leaves the bias alone.
    if case .floats(let first)? = bias?.values {
      guard first.count % units == 0, first.indices.allSatisfy({ first[$0] == stateBias[$0 % units] }) else { return nil }
    } else {
      guard zeros?.matrix == matrix, zeros?.bias == added else { return nil }
    }
    var found = Direction(
      input: sums.input, isReverse: sums.isReverse, activation: nodes[start].operation, weights: (input, state),
      biases: (inputBias, stateBias), states: states, nodes: group, first: group.min() ?? start, givesState: false)
    return findReaders(&found) ? found : nil
  }

  /// The product of a first state of as many zeros as there are examples, which is known only when the batch is.
  private func stateOfZeros(_ value: String) -> (matrix: String, bias: String?, nodes: [Int])? {
    guard let product = affine(value), isZeros(product.input) else { return nil }
    return (product.matrix, product.bias, product.nodes)
  }

  private func isZeros(_ value: String) -> Bool {
    var (value, reader) = (value, nodes.count)
    // A node that reads what comes after it is no graph; it could be followed for ever.
    while let moved = producer(value, "Squeeze", "Unsqueeze", "Slice"), moved < reader {
      (value, reader) = (nodes[moved].inputs.first ?? "", moved)
    }
    guard let spread = producer(value, "Expand"), case .floats(let values)? = constants[nodes[spread].inputs.first ?? ""]?.values else {
      return false
    }
    return values.allSatisfy { $0 == 0 }
  }

  /// What is added to the step's part of the sums under an activation.
  private func sum(_ activation: Int) -> (other: String, place: Place, nodes: [Int])? {
    guard let plus = producer(nodes[activation].inputs.first ?? "", "Add") else { return nil }
    for value in nodes[plus].inputs {
      if let place = place(value), let other = partner(plus, of: value) { return (other, place, [plus] + place.nodes) }
    }
    return nil
  }

  private func place(_ value: String) -> Place? {
    guard let squeeze = producer(value, "Squeeze"), let slice = producer(nodes[squeeze].inputs.first ?? "", "Slice"),
      integers(squeeze, 1, "axes") == [0], integers(slice, 3, "axes") == [0], (integers(slice, 4, "steps") ?? [1]) == [1],
      let start = integers(slice, 1, "starts"), let end = integers(slice, 2, "ends"), start.count == 1, start[0] >= 0,
      end == [start[0] &+ 1]
    else { return nil }
    return Place(source: nodes[slice].inputs.first ?? "", number: start[0], nodes: [squeeze, slice])
  }

  private func step(
    after state: Int, of operation: String
  ) -> (state: Int, matrix: String, bias: String?, place: Place, nodes: [Int])? {
    let readers = (consumers[output(state)] ?? []).filter { nodes[$0].operation == "MatMul" && nodes[$0].inputs.first == output(state) }
    guard readers.count == 1, let product = readers.first, var plus = onlyConsumer(product, "Add") else { return nil }
    var group = [product]
    let matrix = nodes[product].inputs.last ?? ""
    let bias = partner(plus, of: output(product)).flatMap { constants[$0] == nil ? nil : $0 }
    if bias != nil {
      guard let next = onlyConsumer(plus, "Add") else { return nil }
      group.append(plus)
      plus = next
    }
    guard let next = onlyConsumer(plus, operation), let sum = sum(next), sum.other == output(group[group.count - 1]) else { return nil }
    return (next, matrix, bias, sum.place, group + sum.nodes + [next])
  }

  /// The product of all inputs, and whether its steps are turned round behind it.
  private func projection(
    _ value: String
  ) -> (input: String, weights: String, bias: String?, isReverse: Bool, nodes: [Int])? {
    var (value, group, isReverse) = (value, [Int](), false)
    if let turn = producer(value, "Slice") {
      guard integers(turn, 3, "axes") == [0], integers(turn, 4, "steps") == [-1], integers(turn, 1, "starts") == [-1],
        let end = integers(turn, 2, "ends"), end.count == 1, end[0] < -(1 << 31)
      else { return nil }
      (value, group, isReverse) = (nodes[turn].inputs.first ?? "", [turn], true)
    }
    guard let product = affine(value) else { return nil }
    return (product.input, product.matrix, product.bias, isReverse, group + product.nodes)
  }

  /// A product with a matrix, and a constant added to it where there is one.
  private func affine(_ value: String) -> (input: String, matrix: String, bias: String?, nodes: [Int])? {
    var (value, group, bias) = (value, [Int](), String?.none)
    if let plus = producer(value, "Add"), let constant = nodes[plus].inputs.first(where: { constants[$0] != nil }),
      let other = partner(plus, of: constant)
    {
      (value, group, bias) = (other, [plus], constant)
    }
    guard let product = producer(value, "MatMul"), nodes[product].inputs.count == 2 else { return nil }
    return (nodes[product].inputs[0], nodes[product].inputs[1], bias, group + [product])
  }

  /// Finds out who reads the states: the next step, who joins all of them in time, and of the last one anybody. False where others do.
  private func findReaders(_ direction: inout Direction) -> Bool {
    let names = direction.states.map(output)
    let last = names[names.count - 1]
    let inTime = direction.isReverse ? names.reversed() : names
    direction.sequence = consumers[last]?.first {
      nodes[$0].operation == "Concat" && nodes[$0].inputs == inTime && integers($0, -1, "axis") == [0]
    }
    let sequence = direction.sequence
    let group = direction.nodes
    direction.givesState = outputs.contains(last) || consumers[last]?.contains { $0 != sequence && !group.contains($0) } == true
    return group.allSatisfy { node in
      nodes[node].outputs.allSatisfy { value in
        value == last || !outputs.contains(value) && (consumers[value] ?? []).allSatisfy { group.contains($0) || $0 == sequence }
      }
    }
  }

  /// Constants that are an input or an attribute.
  private func integers(_ node: Int, _ input: Int, _ name: String) -> [Int]? {
    if nodes[node].inputs.indices.contains(input) {
      guard let constant = constants[nodes[node].inputs[input]], case .integers(let values) = constant.values else { return nil }
      return values
    }
    switch nodes[node].attributes.first(where: { $0.name == name })?.value {
    case .integers(let values)?: return values
    case .integer(let value)?: return [value]
    case .float?, .text?, .tensor?, .floats?, .texts?, .other?, nil: return nil
    }
  }

  /// A constant of two axes that holds no whole numbers.
  private func matrix(_ name: String) -> ONNXTensor? {
    guard let tensor = constants[name], tensor.shape.count == 2, case .floats = tensor.values else { return nil }
    return tensor
  }

  /// A bias; zeros where there is none.
  private func vector(_ name: String?, _ count: Int) -> [Float]? {
    guard let name else { return [Float](repeating: 0, count: count) }
    guard case .floats(let values)? = constants[name]?.values, values.count == count else { return nil }
    return values
  }

  // MARK: Writing

  /// - Parameter directions: forward, or also or only the other one.
  private mutating func rollUp(_ directions: [Direction]) {
    let (first, units) = (directions[0], directions[0].units)
    let name = output(first.states[0])
    func constant(_ end: String, _ shape: [Int], _ values: [Float]) -> ONNXNode {
      let tensor = ONNXTensor(name: name + end, shape: [directions.count] + shape, values: .floats(values))
      return ONNXNode(operation: "Constant", outputs: [name + end], attributes: [(name: "value", value: .tensor(tensor))])
    }
    var added = [
      constant(".W", [units, first.weights.input.shape[0]], directions.flatMap { Self.transposed($0.weights.input) }),
      constant(".R", [units, units], directions.flatMap { Self.transposed($0.weights.state) }),
      constant(".B", [2 * units], directions.flatMap { $0.biases.input + $0.biases.state }),
    ]
    let direction = directions.count == 2 ? "bidirectional" : first.isReverse ? "reverse" : "forward"
    added.append(
      ONNXNode(
        name: name, operation: "RNN", inputs: [first.input, name + ".W", name + ".R", name + ".B"], outputs: [name + ".Y", name + ".H"],
        attributes: [
          (name: "activations", value: .texts(directions.map(\.activation))), (name: "direction", value: .text(direction)),
          (name: "hidden_size", value: .integer(units)), (name: ONNXNode.unrolledSteps, value: .integer(first.states.count)),
        ]))
    for (number, direction) in directions.enumerated() {
      added += readers(of: direction, number, name)
      removed.formUnion(direction.nodes)
      if let sequence = direction.sequence { removed.insert(sequence) }
    }
    inserted[directions.map(\.first).min() ?? first.first, default: []] += added
  }

  /// Nodes that take one direction out of what the layer gives: all its states, and the last one.
  private func readers(of direction: Direction, _ number: Int, _ name: String) -> [ONNXNode] {
    let place = ONNXTensor(name: "\(name).\(number)", values: .integers([number]))
    let kept = ONNXTensor(name: "\(name).\(number)k", shape: [1], values: .integers([number]))
    var added = [place, kept].map { tensor in
      ONNXNode(operation: "Constant", outputs: [tensor.name], attributes: [(name: "value", value: .tensor(tensor))])
    }
    if let sequence = direction.sequence {
      added.append(
        ONNXNode(
          operation: "Gather", inputs: [name + ".Y", place.name], outputs: nodes[sequence].outputs,
          attributes: [(name: "axis", value: .integer(1))]))
    }
    if direction.givesState, let last = direction.states.last {
      added.append(
        ONNXNode(
          operation: "Gather", inputs: [name + ".H", kept.name], outputs: [output(last)], attributes: [(name: "axis", value: .integer(0))]))
    }
    return added
  }

  /// Of a matrix whose shape has been checked against its numbers when it was read.
  private static func transposed(_ tensor: ONNXTensor) -> [Float] {
    guard case .floats(let values) = tensor.values else { return [] }
    let columns = tensor.shape[1]
    return (0..<columns).flatMap { column in stride(from: column, to: values.count, by: columns).map { values[$0] } }
  }
}

extension ONNXNode {
  /// An attribute of nnc's own: as many steps as there were of a network that was written step by step.
  static let unrolledSteps = "unrolled_steps"
}
