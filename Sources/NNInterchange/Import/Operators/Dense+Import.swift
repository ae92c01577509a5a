import NNLayers

extension ONNXImporter {
  /// alpha A B + beta C
  func gemm(_ node: ImportedNode) throws(Unsayable) -> Flow {
    guard node.integer("transA", 0) == 0 else { throw Unsayable("its first input is turned round") }
    let tensor = try matrix(node, 1)
    let weight = node.integer("transB", 0) == 0 ? tensor.transposed([1, 0]) : tensor
    let (alpha, beta) = (node.number("alpha", 1), node.number("beta", 1))
    var bias: [Float]?
    if let c = try node.optionalConstant(2) {
      guard let row = c.broadcast(to: [1, weight.shape[0]]), case .floats(let values) = row.values else {
        throw Unsayable("what it adds is not one number per output")
      }
      bias = beta == 1 ? values : values.map { $0 * beta }
    }
    return try linear(try node.flow(), weight, alpha, bias)
  }

  func product(_ node: ImportedNode) throws(Unsayable) -> Flow {
    if case .flow(let a)? = node.inputs.first ?? nil, case .flow(let b)? = node.inputs.dropFirst().first ?? nil {
      return try productOfFlows(a, b)
    }
    if case .constant(let matrix)? = node.inputs.first ?? nil, case .flow(let x)? = node.inputs.dropFirst().first ?? nil,
      let rows = try pooledRows(matrix, x)
    {
      return rows
    }
    if case .flow(let x)? = node.inputs.first ?? nil, case .constant(let matrix)? = node.inputs.dropFirst().first ?? nil,
      let columns = try pooledColumns(x, matrix)
    {
      return columns
    }
    return try linear(try node.flow(), try matrix(node, 1).transposed([1, 0]), 1, nil)
  }

  private func matrix(_ node: ImportedNode, _ index: Int) throws(Unsayable) -> ONNXTensor {
    let tensor = try node.constant(index)
    guard tensor.shape.count == 2, case .floats = tensor.values else { throw Unsayable("input \(index + 1) is not a matrix of numbers") }
    return tensor
  }

  /// - Parameter weight: outputs x inputs, as PyTorch has it.
  func linear(_ given: Flow, _ weight: ONNXTensor, _ alpha: Float, _ bias: [Float]?) throws(Unsayable) -> Flow {
    let x = try sequence(given)
    guard case .floats(var values) = weight.values else { throw Unsayable("its weights are whole numbers") }
    let (outputs, inputs) = (weight.shape[0], weight.shape[1])
    guard outputs > 0, inputs == x.dimensions.last else {
      throw Unsayable("its weights are for \(inputs) inputs, and \(x.dimensions.last ?? 0) come in")
    }
    if alpha != 1 { values = values.map { $0 * alpha } }
    if let projected = try projection(x, outputs, values, bias) { return projected }
    let text = "fc \(outputs)" + (bias == nil ? " nobias" : "")
    let rest = bias.map { [(name: "bias", values: $0)] } ?? []
    if x.shape.kind == .sequence, x.channelAxis == x.axes.count - 1 {
      let result = try add(text, x, [("weight", values)] + rest)
      guard let kept = x.withChannels(result.source, result.shape, newAtom(outputs)) else { throw layoutProblem(x, "axes of their own") }
      return kept
    }
    if x.axes.count == 2, x.hasLayout([[nil], x.fileOrder]) {
      return try add(text, x.shape.kind == .sequence ? try vector(x) : x, [("weight", values)] + rest)
    }
    // Flattened in another order, as Keras does with channels last: the columns of the weights are put in ours.
    if x.axes.count == 2, x.shape.kind == .image, x.hasLayout([[nil], [0, 1, 2]]) {
      let sizes = x.shape.dimensions
      let turned = ONNXTensor(shape: [outputs] + sizes, values: .floats(values)).transposed([0, 3, 1, 2])
      guard case .floats(let columns) = turned.values else { return x }
      return try add(text, x, [("weight", columns)] + rest)
    }
    throw layoutProblem(x, "N x D or N x T x D")
  }

  // MARK: Arithmetic with constants

  func arithmetic(_ node: ImportedNode) throws(Unsayable) -> Flow {
    let flows = node.inputs.compactMap { input -> Flow? in if case .flow(let flow)? = input { flow } else { nil } }
    guard node.inputs.count == 2, !flows.isEmpty else { throw Unsayable("it does not have two inputs") }
    if flows.count == 2 {
      if node.operation == "Mul", let product = try productOfColumns(flows[0], flows[1]) { return product }
      if let combined = try pattern(node, flows) { return combined }
      guard ["Add", "Mul"].contains(node.operation) else { throw Unsayable("flows are added and multiplied only") }
      return try combined(node.operation.lowercased(), flows)
    }
    let isFirst = if case .flow? = node.inputs[0] { true } else { false }
    let x = flows[0]
    let constant = try node.constant(isFirst ? 1 : 0)
    guard isFirst || ["Add", "Mul"].contains(node.operation) else { throw Unsayable("a constant stands before `\(node.operation)`") }
    if let scaled = try scaledScores(node, x, constant) { return scaled }
    if let share = x.share, node.operation == "Mul", case .floats(share) = constant.values {
      var whole = x
      whole.share = nil
      return whole
    }
    let numbers = try aligned(constant, x)
    switch node.operation {
    case "Add": return try affine(x, nil, numbers)
    case "Sub": return try affine(x, nil, numbers.negated)
    case "Mul": return try affine(x, numbers, nil)
    case _: return try affine(x, numbers.inverted, nil)
    }
  }

  /// The numbers of a constant that is joined with a flow: one, one per channel or feature, or one per number of an example.
  struct AlignedNumbers {
    enum Extent { case one, channels, all }
    var extent: Extent
    var values: [Float]

    var negated: AlignedNumbers { AlignedNumbers(extent: extent, values: values.map { -$0 }) }
    var inverted: AlignedNumbers { AlignedNumbers(extent: extent, values: values.map { 1 / $0 }) }
  }

  /// - Returns: of `all`, in the order of the flow's shape.
  private func aligned(_ constant: ONNXTensor, _ x: Flow) throws(Unsayable) -> AlignedNumbers {
    guard case .floats(let values) = constant.values else { throw Unsayable("the constant holds whole numbers") }
    if values.count == 1, constant.shape.count <= x.axes.count { return AlignedNumbers(extent: .one, values: values) }
    let rank = x.axes.count
    guard constant.shape.count <= rank else { throw Unsayable("the constant has more axes than what it is joined with") }
    let shape = [Int](repeating: 1, count: rank - constant.shape.count) + constant.shape
    let used = shape.indices.filter { shape[$0] != 1 }
    guard zip(shape, x.dimensions).allSatisfy({ $0 == 1 || $0 == $1 }),
      used.allSatisfy({ axis in !x.axes[axis].contains(where: \.isBatch) })
    else {
      throw Unsayable("the constant \(constant.shape) does not fit \(x.layoutText)")
    }
    if let channels = x.channelAxis, used == [channels] { return AlignedNumbers(extent: .channels, values: values) }
    var sizes = x.dimensions
    for (axis, atoms) in x.axes.enumerated() where atoms.contains(where: \.isBatch) { sizes[axis] = 1 }
    guard let whole = constant.reshaped(shape).broadcast(to: sizes) else { throw Unsayable("the constant does not fit") }
    // From the tensor's order to that of the shape.
    let order = x.shape.dimensions.indices.compactMap { axis in x.axes.firstIndex { $0 == x.canonical[axis] } }
    guard order.count == x.shape.dimensions.count, Set(order).count == order.count else { throw layoutProblem(x, "axes of their own") }
    let rest = sizes.indices.filter { !order.contains($0) }
    guard case .floats(let turned) = whole.transposed(rest + order).values else { return AlignedNumbers(extent: .all, values: []) }
    return AlignedNumbers(extent: .all, values: turned)
  }

  /// A norm that stands for a scale and a shift per channel.
  private static let plainNorm = "bn eps 0"

  /// x scale + shift: the normalisation of the input, the bias of the layer before, a row of positions, or a norm whose numbers are given.
  private func affine(_ x: Flow, _ scale: AlignedNumbers?, _ shift: AlignedNumbers?) throws(Unsayable) -> Flow {
    if x.source == .input, try normalize(x, scale, shift) { return x }
    if let shift, scale == nil, let biased = try addBias(x, shift) { return biased }
    if let shift, scale == nil, shift.extent == .all, x.shape.kind == .sequence, x.isStandard {
      return try add("positions", x, [("weight", shift.values)])
    }
    let channels = x.shape.channels
    try checkNorm(channels)
    func numbers(_ numbers: AlignedNumbers?, _ otherwise: Float) -> [Float]? {
      switch numbers?.extent {
      case nil: [Float](repeating: otherwise, count: channels)
      case .one?: [Float](repeating: numbers?.values.first ?? otherwise, count: channels)
      case .channels?: numbers?.values
      case .all?: nil
      }
    }
    guard x.shape.kind != .tokens, x.channelAxis != nil, let factors = numbers(scale, 1), let summands = numbers(shift, 0) else {
      throw Unsayable("a number for each place is neither a bias nor a norm")
    }
    if scale == nil || shift == nil, !isRead(x.source), let norm = stage(x.source), norm.text == Self.plainNorm {
      changeStage(x.source) { stage in
        stage.weights[0].values = zip(norm.weights[0].values, factors).map { $0 * $1 }
        stage.weights[1].values = zip(zip(norm.weights[1].values, factors).map { $0 * $1 }, summands).map { $0 + $1 }
      }
      return x
    }
    // A norm of mean 0 and variance 1: its epsilon and its variance make exactly 1.
    let one = [Float](repeating: 1, count: channels)
    return try addKeeping(
      Self.plainNorm, x, [("weight", factors), ("bias", summands), ("running_mean", one.map { $0 - 1 }), ("running_var", one)])
  }

  /// A norm for whose channels the graph may give a single number: as many as it claims to have are made.
  func checkNorm(_ channels: Int) throws(Unsayable) {
    guard channels <= ONNXTensor.largest else { throw Unsayable("a norm of \(channels) channels is too large") }
  }

  /// The bias of a product that has none yet, and that nothing else reads.
  private func addBias(_ x: Flow, _ shift: AlignedNumbers) throws(Unsayable) -> Flow? {
    guard let stage = stage(x.source), x.channelAxis != nil, !isRead(x.source) else { return nil }
    let isOpen = stage.text.hasSuffix(" nobias") && ["fc", "conv", "dwconv", "deconv"].contains(stage.word)
    guard isOpen || openBiases.contains(x.source) else { return nil }
    let bias: [Float]
    switch shift.extent {
    case .one: bias = [Float](repeating: shift.values[0], count: x.shape.channels)
    case .channels: bias = shift.values
    case .all: return nil
    }
    if openBiases.remove(x.source) != nil {
      changeStage(x.source) { $0.weights[$0.weights.count - 1].values = bias }
      return x
    }
    changeStage(x.source) { stage in
      stage.text = String(stage.text.dropLast(" nobias".count))
      stage.weights.append(("bias", bias))
    }
    return x
  }

  /// Before the first layer: kept with the weights, as nnc's own normalisation is.
  private func normalize(_ x: Flow, _ scale: AlignedNumbers?, _ shift: AlignedNumbers?) throws(Unsayable) -> Bool {
    guard x.shape.kind != .tokens, !readSources.contains(.input) else { return false }
    // Several numbers per pixel or step are no normalisation of nnc's.
    for numbers in [scale, shift] where numbers?.extent == .all { guard x.shape.kind == .vector else { return false } }
    let count = [scale, shift].contains { $0.map { $0.extent != .one } ?? false } ? x.shape.channels : 1
    var (factors, summands) = normalization ?? ([1], [0])
    func spread(_ values: [Float], _ count: Int) -> [Float] { values.count == 1 ? [Float](repeating: values[0], count: count) : values }
    let width = max(count, factors.count)
    (factors, summands) = (spread(factors, width), spread(summands, width))
    if let scale {
      let values = spread(scale.values, width)
      (factors, summands) = (zip(factors, values).map { $0 * $1 }, zip(summands, values).map { $0 * $1 })
    }
    if let shift { summands = zip(summands, spread(shift.values, width)).map { $0 + $1 } }
    normalization = (factors, summands)
    return true
  }
}
