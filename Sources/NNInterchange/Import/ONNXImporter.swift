import NNLayers

/// Reads a graph node by node: what is constant is worked out, what only moves axes moves them, and the rest becomes stages.
final class ONNXImporter {
  let graph: ONNXGraph
  private let version: Int
  /// In place of a batch that is left open: a prime, so that sizes that are worked out from it can be told from others.
  static let openBatch = 1009
  private(set) var batch = ONNXImporter.openBatch

  private(set) var stages: [ImportedStage] = []
  /// What the stages so far read.
  private(set) var readSources: Set<Flow.Source> = []
  private(set) var problems: [ONNXImportProblem] = []
  private(set) var values: [String: ImportedValue] = [:]
  /// The names of the values that a stage, or the input, has had so far.
  private var names: [Flow.Source: [String]] = [:]
  /// By the name of a value, how often it is read.
  let readers: [String: Int]
  /// The input as it stands before its normalisation: x scale + shift, per number of its last canonical axis or one for all.
  var normalization: (scale: [Float], shift: [Float])?
  /// Names of classes that the graph holds.
  var classes: [String] = []
  var probe = StageProbe()
  private(set) var input = Shape.vector(1)
  private var atoms = Atom.batchID
  /// Numbers of the constants that nodes have given so far, and how many they may be: each number of the file a few times, and sizes.
  private var constantCount = 0
  private let mostConstants: Int

  /// - Parameter nodes: those that are needed, in their order.
  init(_ graph: ONNXGraph, nodes: [ONNXNode], version: Int, input: ONNXValue, shape: [Int]?) throws(Unsayable) {
    self.graph = graph
    self.version = version
    // What the graph gives is read by whoever runs it.
    readers = (nodes.flatMap(\.inputs) + graph.outputs.map(\.name)).reduce(into: [:]) { $0[$1, default: 0] += 1 }
    mostConstants = ONNXTensor.largest + 16 * graph.initializers.reduce(0) { $0 + $1.count }
    for tensor in graph.initializers { values[tensor.name] = .constant(tensor) }
    set(.flow(try inputFlow(input, nodes, shape)), input.name)
    for node in nodes { read(node) }
  }

  private func append(_ stage: ImportedStage) throws(Unsayable) {
    // A whole batch has to be counted as well: axes may be merged with it.
    let isCountable = (try? stage.shape.checked()).map { !$0.count.multipliedReportingOverflow(by: batch).overflow } ?? false
    guard isCountable else { throw Unsayable("\(batch) examples of \(stage.shape) are too large") }
    stages.append(stage)
    readSources.formUnion(stage.inputs)
  }

  // MARK: Nodes

  private func read(_ node: ONNXNode) {
    let inputs = node.inputs.map { $0.isEmpty ? nil : values[$0] ?? .unknown }
    let isUnknown = inputs.contains { if case .unknown? = $0 { true } else { false } }
    for output in node.outputs { values[output] = .unknown }
    // The node that is to blame is listed already; a graph within the graph is one that is to blame itself.
    guard !isUnknown || ONNXNode.withGraphs.contains(node.operation) else { return }
    let call = ImportedNode(node: node, inputs: inputs, version: version)
    do throws(Unsayable) {
      var results = try ConstantFolding(call).results
      for case .constant(let tensor)? in results ?? [] { try account(for: tensor) }
      if results == nil { results = try operation(call) }
      for (output, result) in zip(node.outputs, results ?? []) { set(result, output) }
    } catch {
      let name = node.name.isEmpty ? node.outputs.first { !$0.isEmpty } ?? "" : node.name
      problems.append(ONNXImportProblem(node: name, operation: node.operation, reason: error.reason))
    }
  }

  /// Constants may double with every node: all of them together take no more than what a graph of such a file could need.
  private func account(for tensor: ONNXTensor) throws(Unsayable) {
    let (sum, overflow) = constantCount.addingReportingOverflow(tensor.count)
    guard !overflow, sum <= mostConstants else {
      throw Unsayable("what is worked out from constants takes more than \(mostConstants) numbers")
    }
    constantCount = sum
  }

  private func set(_ value: ImportedValue, _ name: String) {
    values[name] = value
    if case .flow(let flow) = value { names[flow.source, default: []].append(name) }
  }

  /// Another stage reads it, or another node of the graph does.
  func isRead(_ source: Flow.Source) -> Bool {
    if readSources.contains(source) { return true }
    let current = Set(names[source] ?? []).filter { if case .flow(let flow)? = values[$0] { flow.source == source } else { false } }
    return current.reduce(0) { $0 + (readers[$1] ?? 0) } > current.count
  }

  func newAtom(_ size: Int) -> Atom {
    atoms += 1
    return Atom(id: atoms, size: size)
  }

  // MARK: Flows

  /// A value of its own, in the standard layout.
  func flow(_ source: Flow.Source, _ shape: Shape) -> Flow {
    let canonical = shape.dimensions.map { [newAtom($0)] }
    let axes = Flow.standardLayout(shape.kind).map { axes in
      axes.flatMap { $0.map { canonical[$0] } ?? [Atom(id: Atom.batchID, size: batch)] }
    }
    return Flow(source: source, shape: shape, canonical: canonical, axes: axes)
  }

  /// Adds a stage behind a flow; its result has the standard layout.
  func add(_ text: String, _ x: Flow, _ weights: [(name: String, values: [Float])] = []) throws(Unsayable) -> Flow {
    guard x.isWhole else { throw Unsayable("it reads what is a part of a layer") }
    let (shape, specs) = try probe.result(of: text, on: x.shape)
    guard specs.map(\.name) == weights.map(\.name), zip(specs, weights).allSatisfy({ $0.count == $1.values.count }) else {
      throw Unsayable("`\(text)` has other weights than are given here")
    }
    try append(ImportedStage(text: text, inputs: [x.source], shape: shape, weights: weights))
    return flow(.stage(stages.count - 1), shape)
  }

  /// Adds a stage that leaves the shape and the layout as they are.
  func addKeeping(_ text: String, _ x: Flow, _ weights: [(name: String, values: [Float])] = []) throws(Unsayable) -> Flow {
    let added = try add(text, x, weights)
    guard added.shape == x.shape else { throw Unsayable("`\(text)` changes the shape") }
    var result = x
    result.source = added.source
    return result
  }

  /// Of attentions that are read piece by piece, those whose last product has not been seen, and those whose last bias has not.
  var openProjections: Set<Flow.Source> = []
  var openBiases: Set<Flow.Source> = []

  /// A stage that joins flows of one layout.
  func join(_ word: String, _ flows: [Flow], _ shape: Shape) throws(Unsayable) -> Flow {
    try append(ImportedStage(text: word, inputs: flows.map(\.source), shape: shape))
    let source = Flow.Source.stage(stages.count - 1)
    if shape == flows[0].shape {
      var result = flows[0]
      result.source = source
      return result
    }
    guard let result = flows[0].withChannels(source, shape, newAtom(shape.channels)) else {
      throw layoutProblem(flows[0], "axes of their own")
    }
    return result
  }

  /// The last stage gets more weights, or others: what was read as two nodes is one layer.
  func changeStage(_ source: Flow.Source, _ change: (inout ImportedStage) -> Void) {
    if case .stage(let index) = source { change(&stages[index]) }
  }

  func stage(_ source: Flow.Source) -> ImportedStage? {
    if case .stage(let index) = source { stages[index] } else { nil }
  }

  func layoutProblem(_ x: Flow, _ wanted: String) -> Unsayable {
    Unsayable("the axes of its input are \(x.layoutText); it needs \(wanted)")
  }

  // MARK: Conversions

  /// As an image whose tensor is N x C x H x W.
  func image(_ x: Flow) throws(Unsayable) -> Flow {
    if x.shape.kind == .image, x.isStandard { return x }
    // A pooled image is a vector here, with axes of size 1 there.
    if x.axes.count == 4, let stage = try reshapeStage(x, x.dimensions) { return stage }
    throw layoutProblem(x, "N x C x H x W")
  }

  /// Three axes as a sequence, whatever they were before.
  func sequence(_ x: Flow) throws(Unsayable) -> Flow {
    guard x.axes.count == 3, x.shape.kind != .sequence, x.isWhole, let stage = try reshapeStage(x, x.dimensions) else { return x }
    return stage
  }

  /// As a vector whose tensor is N x D; an image or a sequence is flattened.
  func vector(_ x: Flow) throws(Unsayable) -> Flow {
    if x.shape.kind == .vector, x.isStandard { return x }
    if x.shape.kind != .tokens, x.isFlatInFileOrder { return try add("flatten", x) }
    throw layoutProblem(x, "N x D")
  }

  /// In the standard layout of its own shape; axes of size 1 more or less do no harm. What was merged in file order is flattened.
  func standard(_ x: Flow) throws(Unsayable) -> Flow {
    if x.isStandard { return x }
    if x.axes.count == 2 { return try vector(x) }
    throw layoutProblem(x, "N and the axes of its shape in their order")
  }

  /// What the network gives, in the standard layout.
  func result(_ x: Flow) throws(Unsayable) -> Flow {
    if x.isStandard { return x }
    guard x.isWhole else { throw Unsayable("it is a part of a layer") }
    // Other orders of the axes say the same numbers; nnc writes them in its own.
    if x.axes.count <= 2 { return try standard(x) }
    return x
  }

  // MARK: The input

  private func inputFlow(_ input: ONNXValue, _ nodes: [ONNXNode], _ given: [Int]?) throws(Unsayable) -> Flow {
    guard let dimensions = input.shape, (2...4).contains(dimensions.count) else {
      throw Unsayable(
        "the input `\(input.name)` has \(input.shape.map { "\($0.count)" } ?? "an unknown number of") axes; 2 to 4 can be said")
    }
    let use = InputUse(input.name, nodes)
    let order = use.layout(dimensions.count)
    let isText = input.type != .float && dimensions.count == 2 && use.isLookedUp
    guard input.type == .float || isText || use.isCast else {
      throw Unsayable("the input `\(input.name)` holds no numbers in single precision")
    }
    let place = order.firstIndex { $0 == [nil] } ?? 0
    if case .size(let size) = dimensions[place], size > 0 { batch = size }
    let sizes = try sizes(dimensions, order, given)
    let shape: Shape
    switch sizes.count {
    case 1: shape = isText ? .tokens(steps: sizes[0], vocabulary: use.vocabulary(graph) ?? 1) : .vector(sizes[0])
    case 2: shape = .sequence(steps: sizes[0], features: sizes[1])
    case _: shape = .image(height: sizes[0], width: sizes[1], channels: sizes[2])
    }
    self.input = shape
    var result = flow(.input, shape)
    result.axes = order.map { axes in axes.flatMap { $0.map { result.canonical[$0] } ?? [Atom(id: Atom.batchID, size: batch)] } }
    return result
  }

  /// The sizes of an example in nnc's order of the axes: those of the graph, and what it leaves open from `--input`.
  private func sizes(_ dimensions: [ONNXDimension], _ order: [[Int?]], _ given: [Int]?) throws(Unsayable) -> [Int] {
    var sizes = [Int](repeating: 0, count: dimensions.count - 1)
    for (axes, dimension) in zip(order, dimensions) {
      guard let axis = axes.first ?? nil else { continue }
      if case .size(let size) = dimension, size > 0 { sizes[axis] = size }
    }
    if let given {
      guard given.count == sizes.count, zip(given, sizes).allSatisfy({ $1 == 0 || $0 == $1 }) else {
        throw Unsayable("`--input` does not fit the graph's input \(InputUse.text(dimensions))")
      }
      sizes = given
    }
    guard sizes.allSatisfy({ $0 > 0 }) else {
      throw Unsayable("the graph's input \(InputUse.text(dimensions)) leaves sizes open: say them with `--input`, as `--input 224x224x3`")
    }
    var count = max(1, batch)
    for size in sizes {
      let (next, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, next <= 1 << 32 else { throw Unsayable("the graph's input \(InputUse.text(dimensions)) is too large") }
      count = next
    }
    return sizes
  }
}
