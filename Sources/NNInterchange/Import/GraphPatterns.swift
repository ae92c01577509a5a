/// Layers that exporters write as several nodes are put together before a graph is read.
struct GraphPatterns {
  private(set) var nodes: [ONNXNode]
  let constants: [String: ONNXTensor]
  private var producers: [String: Int] = [:]
  private(set) var consumers: [String: [Int]] = [:]
  var removed: Set<Int> = []
  /// In front of a node.
  var inserted: [Int: [ONNXNode]] = [:]
  /// Values that the graph gives: nodes that make them stay.
  let outputs: Set<String>

  init(_ graph: ONNXGraph) {
    nodes = graph.nodes
    outputs = Set(graph.outputs.map(\.name))
    var constants = Dictionary(graph.initializers.map { ($0.name, $0) }) { first, _ in first }
    for node in nodes where node.operation == "Constant" {
      if case .tensor(let value)? = node.attributes.first(where: { $0.name == "value" })?.value, let name = node.outputs.first {
        constants[name] = value
      }
    }
    self.constants = constants
    for (index, node) in nodes.enumerated() {
      for output in node.outputs { producers[output] = index }
      for input in Set(node.inputs) { consumers[input, default: []].append(index) }
    }
    for index in nodes.indices { putTogether(index) }
    rollUp()
    nodes = nodes.indices.flatMap { (inserted[$0] ?? []) + (removed.contains($0) ? [] : [nodes[$0]]) }
  }

  private mutating func putTogether(_ index: Int) {
    switch nodes[index].operation {
    case "Erf": gelu(index)
    case "Erfc": complementaryGelu(index)
    case "Sqrt":
      layerNorm(index)
      scaledLayerNorm(index)
    case "Abs": softsign(index)
    case "Where": softplus(index)
    case "Concat":
      twoClasses(index)
      adaptiveMaximum(index)
    case _: break
    }
  }

  // MARK: Looking around

  func producer(_ value: String, _ operations: String...) -> Int? {
    producers[value].flatMap { operations.contains(nodes[$0].operation) ? $0 : nil }
  }

  func onlyConsumer(_ node: Int, _ operations: String...) -> Int? {
    guard let output = nodes[node].outputs.first, !outputs.contains(output), let readers = consumers[output], readers.count == 1 else {
      return nil
    }
    return operations.contains(nodes[readers[0]].operation) ? readers[0] : nil
  }

  private func number(_ value: String) -> Double? { constants[value].flatMap { $0.count == 1 ? $0.doubles[0] : nil } }

  /// The other input of a node, where one is a number close to this one.
  private func partner(_ node: Int, ofNumber wanted: Double) -> String? {
    let inputs = nodes[node].inputs
    guard inputs.count == 2 else { return nil }
    for (x, constant) in [(inputs[0], inputs[1]), (inputs[1], inputs[0])] {
      if let number = number(constant), abs(number - wanted) < 1e-5 * max(1, abs(wanted)) { return x }
    }
    return nil
  }

  func partner(_ node: Int, of value: String) -> String? {
    let inputs = nodes[node].inputs
    guard inputs.count == 2, inputs.contains(value) else { return nil }
    return inputs[0] == value ? inputs[1] : inputs[0]
  }

  /// The first value that a node gives.
  func output(_ node: Int) -> String { nodes[node].outputs.first ?? "" }

  // MARK: Patterns

  /// x (1 + erf(x / sqrt 2)) / 2, however the products are made.
  private mutating func gelu(_ erf: Int) {
    let argument = nodes[erf].inputs.first ?? ""
    guard let division = producer(argument, "Div", "Mul"), let plus = onlyConsumer(erf, "Add"), partner(plus, ofNumber: 1) != nil,
      let x = partner(division, ofNumber: nodes[division].operation == "Div" ? 2.0.squareRoot() : 0.5.squareRoot()),
      let first = onlyConsumer(plus, "Mul")
    else { return }
    let sum = output(plus)
    if partner(first, of: sum) == x, let half = onlyConsumer(first, "Mul"), partner(half, ofNumber: 0.5) != nil {
      return replace([division, erf, plus, first], half, "Gelu", [x])
    }
    if partner(first, ofNumber: 0.5) == sum, let product = onlyConsumer(first, "Mul"), partner(product, of: output(first)) == x {
      return replace([division, erf, plus, first], product, "Gelu", [x])
    }
    if let other = partner(first, of: sum), let half = producer(other, "Mul"), partner(half, ofNumber: 0.5) == x {
      replace([division, erf, plus, half], first, "Gelu", [x])
    }
  }

  /// x / 2 erfc(-x / sqrt 2), as Keras has it.
  private mutating func complementaryGelu(_ erfc: Int) {
    guard let factor = producer(nodes[erfc].inputs.first ?? "", "Mul"), let minus = partner(factor, ofNumber: 0.5.squareRoot()),
      let negation = producer(minus, "Neg"), let x = nodes[negation].inputs.first, let product = onlyConsumer(erfc, "Mul"),
      let half = partner(product, of: output(erfc)).flatMap({ producer($0, "Mul") }), partner(half, ofNumber: 0.5) == x
    else { return }
    replace([negation, factor, erfc, half], product, "Gelu", [x])
  }

  /// x s - mean s + shift with s = scale / sqrt(variance + eps), as Keras has a layer norm.
  private mutating func scaledLayerNorm(_ root: Int) {
    guard let plus = producer(nodes[root].inputs.first ?? "", "Add"), let epsilon = nodes[plus].inputs.compactMap(number).first,
      let variance = partner(plus, ofNumber: epsilon).flatMap({ producer($0, "ReduceMean") }),
      let square = producer(nodes[variance].inputs.first ?? "", "Mul"), let difference = nodes[square].inputs.first,
      nodes[square].inputs == [difference, difference], let subtraction = producer(difference, "Sub"),
      let x = nodes[subtraction].inputs.first,
      let mean = producer(nodes[subtraction].inputs.last ?? "", "ReduceMean"), nodes[mean].inputs.first == x,
      let axis = reducedAxis(mean), reducedAxis(variance) == axis, let inverse = onlyConsumer(root, "Reciprocal"),
      let factor = onlyConsumer(inverse, "Mul"),
      let scale = partner(factor, of: output(inverse)), constants[scale] != nil,
      let products = consumers[output(factor)], products.count == 2,
      let direct = products.first(where: { partner($0, of: output(factor)) == x }),
      let other = products.first(where: { $0 != direct }),
      let negation = partner(other, of: output(factor)).flatMap({ producer($0, "Neg") }),
      nodes[negation].inputs == nodes[mean].outputs, let shifted = onlyConsumer(other, "Add"),
      let shift = partner(shifted, of: output(other)), constants[shift] != nil, let sum = onlyConsumer(shifted, "Add"),
      partner(sum, of: output(shifted)) == output(direct)
    else { return }
    replace(
      [root, plus, variance, square, subtraction, mean, inverse, factor, direct, other, negation, shifted], sum, "LayerNormalization",
      [x, scale, shift], [("axis", .integer(axis)), ("epsilon", .float(Float(epsilon)))])
  }

  /// x itself above 20, where log(1 + exp x) is no other number in single precision.
  private mutating func softplus(_ choice: Int) {
    let inputs = nodes[choice].inputs
    guard inputs.count == 3, let comparison = producer(inputs[0], "Greater"), let softplus = producer(inputs[2], "Softplus"),
      nodes[softplus].inputs == [inputs[1]], nodes[comparison].inputs.count == 2, nodes[comparison].inputs[0] == inputs[1],
      let threshold = number(nodes[comparison].inputs[1]), threshold >= 20
    else { return }
    replace([comparison, softplus], choice, "Softplus", [inputs[1]])
  }

  /// x / (1 + |x|)
  private mutating func softsign(_ magnitude: Int) {
    guard let x = nodes[magnitude].inputs.first, let plus = onlyConsumer(magnitude, "Add"), partner(plus, ofNumber: 1) != nil,
      let quotient = onlyConsumer(plus, "Div"), nodes[quotient].inputs == [x, output(plus)]
    else { return }
    replace([magnitude, plus], quotient, "Softsign", [x])
  }

  /// (x - mean) / sqrt(variance + eps), and the scale and shift behind it.
  private mutating func layerNorm(_ root: Int) {
    guard let plus = producer(nodes[root].inputs.first ?? "", "Add"), let epsilon = nodes[plus].inputs.compactMap(number).first,
      let variance = partner(plus, ofNumber: epsilon), let mean = producer(variance, "ReduceMean"),
      let square = producer(nodes[mean].inputs.first ?? "", "Pow", "Mul"), let difference = nodes[square].inputs.first,
      nodes[square].operation == "Pow" ? partner(square, ofNumber: 2) == difference : nodes[square].inputs == [difference, difference],
      let subtraction = producer(difference, "Sub"), let x = nodes[subtraction].inputs.first,
      let center = producer(nodes[subtraction].inputs.last ?? "", "ReduceMean"), nodes[center].inputs.first == x,
      let axis = reducedAxis(mean), reducedAxis(center) == axis, let quotient = onlyConsumer(root, "Div"),
      nodes[quotient].inputs.first == difference
    else { return }
    var inner = [root, plus, mean, square, subtraction, center]
    var (last, weights) = (quotient, [String]())
    if let product = onlyConsumer(quotient, "Mul"), let scale = partner(product, of: output(quotient)),
      constants[scale]?.shape.count == 1
    {
      (last, weights) = (product, [scale])
      inner.append(quotient)
      if let sum = onlyConsumer(product, "Add"), let shift = partner(sum, of: output(product)), constants[shift]?.shape.count == 1 {
        weights.append(shift)
        inner.append(product)
        last = sum
      }
    }
    guard let scale = weights.first, constants[scale] != nil else { return }
    replace(inner, last, "LayerNormalization", [x] + weights, [("axis", .integer(axis)), ("epsilon", .float(Float(epsilon)))])
  }

  /// The one axis of a mean that keeps it, with a size of 1; whether it is the last is seen when the node is read.
  private func reducedAxis(_ node: Int) -> Int? {
    guard attribute(node, "keepdims") ?? .integer(1) == .integer(1) else { return nil }
    var axes: [Int] = []
    if case .integers(let values)? = attribute(node, "axes") {
      axes = values
    } else if nodes[node].inputs.count > 1, case .integers(let values)? = constants[nodes[node].inputs[1]]?.values {
      axes = values
    }
    return axes.count == 1 ? axes[0] : nil
  }

  /// 1 - p beside p: the second class alone says it.
  private mutating func twoClasses(_ concat: Int) {
    let inputs = nodes[concat].inputs
    guard inputs.count == 2, let complement = producer(inputs[0], "Sub"), nodes[complement].inputs.count == 2,
      number(nodes[complement].inputs[0]) == 1,
      nodes[complement].inputs[1] == inputs[1]
    else { return }
    replace([complement], concat, "Identity", [inputs[1]])
  }

  /// The largest numbers of windows, side by side.
  private mutating func adaptiveMaximum(_ concat: Int) {
    guard case .integer(let axis)? = attribute(concat, "axis"), nodes[concat].inputs.count > 1 else { return }
    var (inner, sources, bounds) = ([Int](), Set<String>(), [[Int]]())
    for input in nodes[concat].inputs {
      guard let maximum = producer(input, "ReduceMax"), attribute(maximum, "axes") == .integers([axis]),
        attribute(maximum, "keepdims") == .integer(1),
        let slice = producer(nodes[maximum].inputs.first ?? "", "Slice"), nodes[slice].inputs.count == 4
      else { return }
      let numbers = nodes[slice].inputs.dropFirst().compactMap { number($0) }.compactMap { Int(exactly: $0) }
      guard numbers.count == 3, numbers[2] == axis else { return }
      inner += [maximum, slice]
      sources.insert(nodes[slice].inputs[0])
      bounds.append(numbers)
    }
    guard let x = sources.first, sources.count == 1 else { return }
    let attributes: [(name: String, value: ONNXAttribute)] = [
      ("axis", .integer(axis)), ("starts", .integers(bounds.map { $0[0] })), ("ends", .integers(bounds.map { $0[1] })),
    ]
    replace(inner, concat, "AdaptiveMax", [x], attributes)
  }

  private func attribute(_ node: Int, _ name: String) -> ONNXAttribute? { nodes[node].attributes.first { $0.name == name }?.value }

  /// One node in the place of `last`; those before it go where nothing else reads them.
  private mutating func replace(
    _ inner: [Int], _ last: Int, _ operation: String, _ inputs: [String], _ attributes: [(name: String, value: ONNXAttribute)] = []
  ) {
    let group = Set(inner + [last])
    let isClosed = inner.allSatisfy { index in
      nodes[index].outputs.allSatisfy { !outputs.contains($0) && (consumers[$0] ?? []).allSatisfy(group.contains) }
    }
    guard isClosed else { return }
    removed.formUnion(inner)
    nodes[last] = ONNXNode(
      name: nodes[last].name, operation: operation, inputs: inputs, outputs: nodes[last].outputs, attributes: attributes)
  }
}
