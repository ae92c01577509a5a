import NNLayers

/// The window of a convolution or a pool, as the language says it.
private struct SlidingWindow {
  var kernel: [Int]
  var strides: [Int]
  var dilations: [Int]
  /// Symmetric, per axis.
  var pads: [Int]

  /// Rows and columns of padding more at the end than in front. The last window of a pool may hang over into them, which `ceil` allows.
  var overhang: [Int]
  /// Of a convolution, rows and columns of zeros before and behind its kernel: with them the padding is the same on both sides.
  private var before: [Int]
  private var behind: [Int]

  /// - Parameters:
  ///   - sizes: of the axes it slides over.
  ///   - padding: that a node before it has put around them.
  init(_ node: ImportedNode, kernel: [Int], over sizes: [Int], padding: ImportedPadding? = nil) throws(Unsayable) {
    let rank = kernel.count
    guard (1...2).contains(rank), sizes.count == rank else { throw Unsayable("its window has \(rank) axes; 1 and 2 can be said") }
    self.kernel = kernel
    strides = node.integers(named: "strides") ?? [Int](repeating: 1, count: rank)
    dilations = node.integers(named: "dilations") ?? [Int](repeating: 1, count: rank)
    guard strides.count == rank, dilations.count == rank, (kernel + strides + dilations).allSatisfy({ (1...1 << 16).contains($0) }) else {
      throw Unsayable("its window, strides and dilations do not belong together")
    }
    var given = node.integers(named: "pads") ?? [Int](repeating: 0, count: 2 * rank)
    switch node.text("auto_pad", "NOTSET") {
    case "NOTSET", "": break
    case "VALID": given = [Int](repeating: 0, count: 2 * rank)
    case let mode: given = Self.samePads(kernel, strides, dilations, sizes, isUpper: mode == "SAME_UPPER")
    }
    guard given.count == 2 * rank else { throw Unsayable("it has \(given.count) paddings for \(rank) axes") }
    guard given.allSatisfy({ (0...1 << 24).contains($0) }) else { throw Unsayable("it cuts off or pads by \(given)") }
    if let padding { given = zip(given, padding.front + padding.end).map { $0 + $1 } }
    overhang = zip(given.suffix(rank), given).map { $0 - $1 }
    (before, behind) = ([Int](repeating: 0, count: rank), [Int](repeating: 0, count: rank))
    pads = Array(given.prefix(rank))
    if node.operation == "Conv" { widenKernel() }
    let isPool = node.operation.hasSuffix("Pool")
    guard overhang.allSatisfy({ $0 == 0 }) || isPool && node.integer("ceil_mode", 0) == 0 else { throw unlikeSides }
  }

  /// The padding is not the same on both sides, and that matters.
  var unlikeSides: Unsayable {
    let end = zip(pads, overhang).map { $0 + $1 }
    return Unsayable("it is padded by \(pads) at the front and \(end) at the end; `pad` is the same on both sides")
  }

  /// A kernel with a row of zeros in front sees a row of padding more there and adds nothing: `same` at stride 2, and sequences that are padded in front alone.
  private mutating func widenKernel() {
    for axis in kernel.indices
    where overhang[axis] % dilations[axis] == 0 && overhang[axis].magnitude / dilations[axis].magnitude <= kernel[axis] {
      let zeros = overhang[axis] / dilations[axis]
      pads[axis] += max(0, overhang[axis])
      (before[axis], behind[axis]) = (max(0, zeros), max(0, -zeros))
      kernel[axis] += before[axis] + behind[axis]
      overhang[axis] = 0
    }
  }

  /// The weights `[outputs][inputs][places]` of the kernel as it was given, with its zeros.
  func widened(_ weight: [Float]) -> [Float] {
    guard before != behind || before.contains(where: { $0 > 0 }) else { return weight }
    let given = kernel.indices.map { kernel[$0] - before[$0] - behind[$0] }
    let (size, wide) = (given.reduce(1, *), kernel.reduce(1, *))
    var result = [Float](repeating: 0, count: weight.count / size * wide)
    let (top, left) = before.count == 2 ? (before[0], before[1]) : (0, before[0])
    let (columns, wideColumns) = (given[given.count - 1], kernel[kernel.count - 1])
    for (place, value) in weight.enumerated() {
      let (slice, row, column) = (place / size, place % size / columns, place % columns)
      result[slice * wide + (row + top) * wideColumns + column + left] = value
    }
    return result
  }

  private static func samePads(_ kernel: [Int], _ strides: [Int], _ dilations: [Int], _ sizes: [Int], isUpper: Bool) -> [Int] {
    let all = sizes.indices.map { axis in
      let places = (sizes[axis] + strides[axis] - 1) / strides[axis]
      return max(0, (places - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1 - sizes[axis])
    }
    let (less, more) = (all.map { $0 / 2 }, all.map { $0 - $0 / 2 })
    return isUpper ? less + more : more + less
  }

  /// ` stride 2 pad 1`; what is the default is left out.
  func arguments(defaultStride: [Int]) -> String {
    var text = ""
    if strides != defaultStride { text += " stride \(Self.text(strides))" }
    if pads.contains(where: { $0 != 0 }) { text += " pad \(Self.text(pads))" }
    if dilations.contains(where: { $0 != 1 }) { text += " dilate \(Self.text(dilations))" }
    return text
  }

  /// Windows along each axis of what is padded.
  func places(over sizes: [Int]) -> [Int] {
    sizes.indices.map { (sizes[$0] + 2 * pads[$0] + overhang[$0] - kernel[$0]) / strides[$0] + 1 }
  }

  /// Of each place what a mean over the whole window has to be multiplied by, where it hangs over the end.
  func shares(over sizes: [Int]) -> [Float] {
    let factors = sizes.indices.map { axis in
      (0..<places(over: sizes)[axis]).map { place in
        Float(kernel[axis]) / Float(min(kernel[axis], sizes[axis] + 2 * pads[axis] - place * strides[axis]))
      }
    }
    return factors.dropFirst().reduce(factors[0]) { rows, columns in rows.flatMap { row in columns.map { row * $0 } } }
  }

  /// One number where they are all the same.
  static func text(_ sizes: [Int]) -> String {
    Set(sizes).count == 1 ? "\(sizes[0])" : sizes.map(String.init).joined(separator: "x")
  }

  var kernelText: String { kernel.map(String.init).joined(separator: "x") }
}

extension ONNXImporter {
  func convolution(_ node: ImportedNode) throws(Unsayable) -> Flow {
    if let line = try lineConvolution(node) { return line }
    let (shape, weight) = try node.weights(1)
    guard (3...4).contains(shape.count), shape.allSatisfy({ $0 > 0 }) else {
      throw Unsayable("its weights have \(shape.count) axes; 3 and 4 can be said")
    }
    let isImage = shape.count == 4
    let x = try slidingInput(node, isImage: isImage)
    let padding = try padding(of: node, value: 0)
    let window = try SlidingWindow(node, kernel: Array(shape[2...]), over: Array(x.shape.dimensions.dropLast()), padding: padding)
    let bias = try node.vector(2, count: shape[0])
    let groups = node.integer("group", 1)
    // In the one case in which both words say the same, the shorter one.
    let isDepthwise = isImage && groups == x.shape.channels && groups > 1 && shape[0] % groups == 0
    var text = isDepthwise ? "dwconv \(window.kernelText)" : "conv \(window.kernelText)x\(shape[0])"
    if isDepthwise, shape[0] != groups { text += "x\(shape[0])" }
    text += window.arguments(defaultStride: window.kernel.map { _ in 1 })
    if !isDepthwise, groups != 1 { text += " groups \(groups)" }
    let tensors = [("weight", window.widened(weight))] + (bias.map { [("bias", $0)] } ?? [])
    return try slid(text + (bias == nil ? " nobias" : ""), x, tensors)
  }

  /// A convolution over steps that is written as one over an image of height 1, as Keras has it; nil for another.
  private func lineConvolution(_ node: ImportedNode) throws(Unsayable) -> Flow? {
    let (x, weight) = (try node.flow(), try node.constant(1))
    guard x.shape.kind == .sequence, x.hasLayout([[nil], [1], [], [0]]), weight.shape.count == 4, weight.shape[2] == 1 else { return nil }
    var line = node.node
    line.attributes = line.attributes.map { name, value in
      guard case .integers(let sizes) = value, name != "kernel_shape" else { return (name, value) }
      return (name, .integers(sizes.count == 4 ? [sizes[1], sizes[3]] : Array(sizes.suffix(1))))
    }
    var flat = x
    flat.axes.remove(at: 2)
    var inputs = node.inputs
    inputs[0] = .flow(flat)
    inputs[1] = .constant(weight.reshaped([weight.shape[0], weight.shape[1], weight.shape[3]]))
    var result = try convolution(ImportedNode(node: line, inputs: inputs, version: node.version))
    result.axes.insert([], at: 2)
    return result
  }

  func deconvolution(_ node: ImportedNode) throws(Unsayable) -> Flow {
    let (shape, weight) = try node.weights(1, rank: 4)
    let x = try slidingInput(node, isImage: true)
    let groups = node.integer("group", 1)
    guard (node.integers(named: "output_padding") ?? []).allSatisfy({ $0 == 0 }) else { throw Unsayable("`deconv` has no output padding") }
    guard node.integers(named: "output_shape") == nil else { throw Unsayable("its output is given a shape; `deconv` works it out") }
    let (channels, overflow) = shape[1].multipliedReportingOverflow(by: groups)
    guard !overflow else { throw Unsayable("it has too many channels") }
    guard ["NOTSET", "", "VALID"].contains(node.text("auto_pad", "NOTSET")) else { throw Unsayable("its padding is left to the engine") }
    let window = try SlidingWindow(node, kernel: Array(shape[2...]), over: Array(x.shape.dimensions.dropLast()))
    let bias = try node.vector(2, count: channels)
    var text = "deconv \(window.kernelText)x\(channels)" + window.arguments(defaultStride: [1, 1])
    if groups != 1 { text += " groups \(groups)" }
    return try slid(text + (bias == nil ? " nobias" : ""), x, [("weight", weight)] + (bias.map { [("bias", $0)] } ?? []))
  }

  func pool(_ node: ImportedNode) throws(Unsayable) -> Flow {
    guard let kernel = node.integers(named: "kernel_shape") else { throw Unsayable("its window is missing") }
    let isImage = kernel.count == 2
    let x = try slidingInput(node, isImage: isImage)
    let isMean = node.operation == "AveragePool"
    let padding = try padding(of: node, value: isMean ? 0 : -.infinity)
    let window = try SlidingWindow(node, kernel: kernel, over: Array(x.shape.dimensions.dropLast()), padding: padding)
    guard node.node.outputs.dropFirst().allSatisfy({ $0.isEmpty || readers[$0] == nil }) else {
      throw Unsayable("the places of the maxima are read")
    }
    guard window.dilations.allSatisfy({ $0 == 1 }) else { throw Unsayable("its window is dilated; a pool's is not") }
    let hangsOver = window.overhang.contains { $0 > 0 }
    let ceil = node.integer("ceil_mode", 0) != 0 || hangsOver
    if isMean, padding == nil, window.pads.contains(where: { $0 != 0 }), node.integer("count_include_pad", 0) == 0 {
      throw Unsayable("its means leave out the padding; `avgpool` counts padded zeros")
    }
    var text = "\(isMean ? "avg" : "max")pool " + (Set(kernel).count == 1 ? "\(kernel[0])" : window.kernelText)
    text += window.arguments(defaultStride: kernel) + (ceil ? " ceil" : "")
    if ceil, let plain = try? slidSize(text.replacing(" ceil", with: ""), x), try slidSize(text, x) == plain {
      text = text.replacing(" ceil", with: "")
    }
    if kernel.allSatisfy({ $0 == 1 }), try slidSize(text, x) == x.shape { return try node.flow() }
    let sizes = Array(x.shape.dimensions.dropLast())
    // Where as many windows fit with the padding of the front on both sides, they are the same ones.
    let isEven = window.overhang.allSatisfy { $0 == 0 }
    let places = try slidSize(text, x).dimensions.dropLast()
    guard isEven || places == window.places(over: sizes)[...] else {
      throw window.unlikeSides
    }
    var result = try slid(text, x, [])
    guard isMean, hangsOver else { return result }
    guard ONNXTensor.count(of: Array(places), limit: ONNXTensor.largest) != nil else { throw Unsayable("it has too many windows") }
    let shares = window.shares(over: sizes)
    if padding != nil {
      result.share = shares
    } else if node.integer("count_include_pad", 0) != 0, shares.contains(where: { $0 != 1 }) {
      throw Unsayable("its means count the padding at the end; those of `ceil` leave it out")
    }
    return result
  }

  /// What a `Pad` before the node has put around its input.
  private func padding(of node: ImportedNode, value: Float) throws(Unsayable) -> ImportedPadding? {
    guard let padding = try node.flow().padding else { return nil }
    guard padding.value == value || value < 0 && padding.value <= -Float.greatestFiniteMagnitude else {
      throw Unsayable("it is padded with \(padding.value)")
    }
    return padding
  }

  /// Kept until a window slides over it.
  func padded(_ node: ImportedNode) throws(Unsayable) -> Flow {
    var x = try node.flow()
    guard node.text("mode", "constant") == "constant", x.padding == nil else {
      throw Unsayable("it pads with `\(node.text("mode", "constant"))`")
    }
    guard let pads = try node.integers(1, orNamed: "pads"), pads.count == 2 * x.axes.count, try node.optionalConstant(3) == nil else {
      throw Unsayable("its paddings are not one per side of each axis")
    }
    guard pads.allSatisfy({ (0...1 << 24).contains($0) }) else { throw Unsayable("it cuts off or pads by \(pads)") }
    if pads.allSatisfy({ $0 == 0 }) { return x }
    let value = try node.optionalConstant(2)?.doubles.first.map { Float($0) } ?? node.number("value", 0)
    let isChannelsLast = x.axes.count == 4 && x.hasLayout([[nil], [0], [1], [2]])
    let axes = x.shape.kind == .image ? (isChannelsLast ? [1, 2] : [2, 3]) : [2]
    guard x.shape.kind != .vector, x.shape.kind != .tokens, isChannelsLast || x.isStandard || x.hasLayout([[nil], [1], [0]]),
      x.axes.indices.allSatisfy({ axes.contains($0) || pads[$0] == 0 && pads[$0 + x.axes.count] == 0 })
    else { throw Unsayable("it pads other axes than those of an image or a sequence: \(x.layoutText)") }
    x.padding = ImportedPadding(front: axes.map { pads[$0] }, end: axes.map { pads[$0 + x.axes.count] }, value: value)
    return x
  }

  private func slidSize(_ text: String, _ x: Flow) throws(Unsayable) -> Shape { try probe.result(of: text, on: x.shape).shape }

  func globalPool(_ node: ImportedNode) throws(Unsayable) -> Flow {
    let x = try node.flow()
    let isMean = node.operation == "GlobalAveragePool"
    if x.shape.kind == .sequence {
      guard x.hasLayout([[nil], [1], [0]]), isMean else { throw layoutProblem(x, "N x C x H x W") }
      return unsqueezed(try add("mean", x), count: 1)
    }
    return unsqueezed(try add(isMean ? "gap" : "gmp", try image(x)), count: 2)
  }

  /// Axes of size 1 behind a vector.
  private func unsqueezed(_ x: Flow, count: Int) -> Flow {
    var result = x
    result.axes += [[Atom]](repeating: [], count: count)
    return result
  }

  func reduction(_ node: ImportedNode) throws(Unsayable) -> Flow {
    let x = try sequence(try node.flow())
    let isMean = node.operation == "ReduceMean"
    var axes: Set<Int> = []
    for axis in try node.integers(1, orNamed: "axes") ?? Array(x.axes.indices) { axes.insert(try node.axis(axis, of: x.axes.count)) }
    let reduced = axes.flatMap { x.layout[$0] }
    let over = Set(reduced.compactMap(\.axis))
    let places = x.shape.kind == .image ? [0, 1] : [0]
    guard x.shape.kind == .image || x.shape.kind == .sequence && isMean, reduced.allSatisfy({ $0.axis != nil && $0.atoms == nil }),
      over == Set(places.filter { x.shape.dimensions[$0] != 1 }), !over.isEmpty
    else { throw Unsayable("it goes over other axes than the pixels of an image or the steps of a sequence") }
    let result = try add(x.shape.kind == .sequence ? "mean" : isMean ? "gap" : "gmp", x)
    // What is left: the batch and the features, with axes of size 1 where they are kept.
    let keeps = node.integer("keepdims", 1) != 0
    var moved = result
    moved.axes = x.axes.indices.compactMap { axis in
      if axes.contains(axis) { return keeps ? [] : nil }
      return x.layout[axis].contains { $0.axis == nil } ? result.axes[0] : x.layout[axis].isEmpty ? [] : result.axes[1]
    }
    guard x.channelAxis != nil else { throw layoutProblem(x, "an axis of channels") }
    return moved
  }

  // MARK: Layouts

  /// An image, N x C x H x W, or a sequence, N x D x T.
  private func slidingInput(_ node: ImportedNode, isImage: Bool) throws(Unsayable) -> Flow {
    var x = try node.flow()
    x.padding = nil
    if isImage { return try image(x) }
    guard x.shape.kind == .sequence, x.hasLayout([[nil], [1], [0]]) else { throw layoutProblem(x, "N x D x T") }
    return x
  }

  /// Adds a stage whose tensor has its channels before its places.
  private func slid(_ text: String, _ x: Flow, _ weights: [(name: String, values: [Float])]) throws(Unsayable) -> Flow {
    let result = try add(text, x, weights)
    guard result.shape.kind == .sequence, let turned = result.transposed([0, 2, 1]) else { return result }
    return turned
  }
}
