import NNDiagnostics
import NNLayers

/// Carries a shape through the network: nodes, rows, and the problems of shapes.
struct Inference {
  let input: Shape
  /// nil while trying an input: nothing is reported then, and the first problem ends the try.
  let problems: Problems?
  let network: Network
  let facts: ShapeFacts
  private(set) var nodes: [Node] = []
  private(set) var rows: [Row] = []
  var trail = Trail()
  private var labels: [Flow?]
  private var numbers: [String: Int] = [:]
  /// For each node, the stages that read it; a node that two read cannot be fused with one of them.
  private var readers: [Int] = []
  /// For each node its step of the trail.
  private var steps: [Int] = []
  /// The last node, where it is a flatten that nothing but the next stage reads, and the image it reads.
  private var flatten: (node: Int, image: Flow)?
  /// A try met a problem.
  private(set) var hasFailed = false
  /// A stage is not understood, and what comes out of it is only what is stated behind it.
  private(set) var hasGap = false
  /// The problem of a try was that a layer does not take this kind of shape.
  private(set) var isWrongKind = false
  /// Every stage got a shape.
  var isComplete: Bool { !hasFailed && rows.allSatisfy { $0.output != nil } }
  /// What came out at the end.
  private(set) var outcome: Shape?
  /// Stages that got a shape: the further a try comes, the better the input suits.
  private(set) var reached = 0
  /// The shape that a certain stage gets, when asked for.
  private(set) var watched: (id: Int, input: Shape?)?
  /// What came out of each stage that is traced, in the order in which shapes are worked out.
  private(set) var traces: [(stage: SourceSpan, shape: Shape?)] = []

  /// Only shapes are wanted: no nodes and rows are made.
  private let isSketch: Bool

  init(
    _ network: Network, input: Shape, facts: ShapeFacts, problems: Problems?, watching id: Int? = nil, isSketch: Bool = false
  ) {
    self.isSketch = isSketch
    self.network = network
    self.input = input
    self.facts = facts
    self.problems = problems
    labels = Array(repeating: nil, count: network.labelCount)
    watched = id.map { ($0, nil) }
  }

  /// Runs through the whole network and returns what comes out; nil where that is not known.
  mutating func run() -> Flow? {
    let span = facts.inputSpan ?? SourceSpan(facts.file, 0, 0)
    let step = trail.add(.init(text: "input", span: span, bound: nil, shape: input, before: nil, note: "", isQuiet: false))
    let result = run(network.elements, from: Flow(source: .input, shape: input, step: step))
    outcome = result?.shape
    return result
  }

  private mutating func run(_ elements: [Element], from start: Flow?) -> Flow? {
    var flow = start
    for element in elements {
      if problems == nil, hasFailed { return nil }
      flow = run(element, from: flow)
    }
    return flow
  }

  /// The image in front of `flatten | fc`: `fc` takes it as it is, and the node of the flatten goes, so that the network is that of `fc` alone.
  private mutating func imageBehindFlatten(_ flow: Flow) -> Flow? {
    guard let flatten, flow.source == .node(flatten.node), flatten.node == nodes.count - 1 else { return nil }
    nodes.removeLast()
    readers.removeLast()
    steps.removeLast()
    if case .node(let index) = flatten.image.source { readers[index] -= 1 }
    var image = flatten.image
    image.step = flow.step
    image.isFlattened = true
    return image
  }

  private mutating func run(_ element: Element, from flow: Flow?) -> Flow? {
    switch element {
    case .stage(let stage): close(run(stage, from: flow), stage.ending)
    case .residual(let residual): close(run(residual, from: flow), residual.ending)
    case .branch(let branch): close(run(branch, from: flow), branch.ending)
    case .group(let elements, let ending): close(run(elements, from: flow), ending)
    }
  }

  /// Proves a stated shape and sets a label.
  private mutating func close(_ flow: Flow?, _ ending: Ending) -> Flow? {
    var flow = flow
    if let stated = ending.stated {
      if let shape = flow?.shape {
        if shape.dimensions != stated.dimensions {
          hasFailed = true
          problems?.add(ShapeMessages.stated(stated, shape))
        }
      } else if problems != nil {
        // Going on from the shape that was promised finds what is wrong further down.
        flow = Shape(stated: stated.dimensions).map { Flow(source: .input, shape: $0, step: 0) }
        hasGap = true
      }
    }
    if let label = ending.label {
      labels[label] = flow
      flatten = nil
    }
    if let stage = ending.traced { traces.append((stage, flow?.shape)) }
    return flow
  }

  // MARK: A built-in layer

  private mutating func run(_ stage: StageElement, from flow: Flow?) -> Flow? {
    guard var bound = stage.layer, var flow else {
      rows.append(Row(stage.facts))
      return nil
    }
    if let last = bound.layer as? Last, let layer = sequenceLayer(before: flow) { bound.layer = last.following(layer) }
    if watched?.id == stage.id { watched?.input = flow.shape }
    if bound.layer is FullyConnected, let image = imageBehindFlatten(flow) { flow = image }
    flatten = nil
    var inputs = [flow]
    if let joined = stage.joined {
      guard let other = labels[joined.label] else {
        rows.append(Row(stage.facts))
        return nil
      }
      inputs.append(other)
    }
    if bound.layer is FullyConnected, flow.shape.kind == .image, !flow.isFlattened { addFlattenRow(stage.facts, flow.shape) }
    let row = rows.count
    rows.append(Row(stage.facts))
    guard let output = add(bound, to: inputs, stage, row: row) else { return nil }
    flow = output
    if let activation = stage.activation {
      guard let activated = add(activation, to: [flow], stage, row: row) else { return nil }
      flow = activated
    }
    reached += 1
    return flow
  }

  /// Adds a layer as a node of a row.
  private mutating func add(_ bound: BoundLayer, to inputs: [Flow], _ stage: StageElement, row: Int) -> Flow? {
    let shapes = inputs.map(\.shape)
    let output: Shape
    do throws(LayerProblem) {
      output = try bound.layer.output(for: shapes)
    } catch {
      hasFailed = true
      if case .kind = error { isWrongKind = true }
      problems?.add(ShapeMessages(inference: self, stage: stage, bound: bound, inputs: inputs).diagnostic(for: error))
      return nil
    }
    if let problems { DroppedRow(bound: bound, inputs: inputs, problems: problems).lint() }
    let flow = addNode(
      bound.layer, word: bound.signature.word, inputs: inputs, output: output, row: row,
      step: .init(
        text: bound.text, span: stage.facts.span, bound: bound, shape: output, before: inputs[0].step,
        note: Trail.note(bound, from: shapes[0], to: output), isQuiet: shapes.count == 1 && shapes[0] == output))
    if bound.layer is Flatten, inputs[0].shape.kind == .image, !isSketch { flatten = (nodes.count - 1, inputs[0]) }
    if let problems {
      SoftmaxCheck(
        bound: bound, stage: stage, flow: inputs[0], output: output, nodes: nodes, facts: facts, problems: problems, trail: trail,
        steps: steps
      ).check()
    }
    return flow
  }

  private mutating func addNode(
    _ layer: any Layer, word: String, inputs: [Flow], output: Shape, row: Int, step: @autoclosure () -> Trail.Step
  ) -> Flow {
    guard !isSketch else { return Flow(source: .input, shape: output, step: 0) }
    let shapes = inputs.map(\.shape)
    let weights = layer.weights(for: shapes)
    for case .node(let index) in inputs.map(\.source) { readers[index] += 1 }
    if !weights.isEmpty { numbers[word, default: 0] += 1 }
    let name = weights.isEmpty ? word : "\(word)\(numbers[word] ?? 1)"
    nodes.append(
      Node(
        layer: layer, name: name, inputs: inputs.map(\.source), inputShapes: shapes, output: output, weights: weights, stage: row))
    readers.append(0)
    steps.append(trail.add(step()))
    rows[row].add(layer, weights: weights, macs: layer.macs(for: shapes), output: output)
    return Flow(source: .node(nodes.count - 1), shape: output, step: steps[nodes.count - 1])
  }

  private mutating func addFlattenRow(_ facts: StageFacts, _ shape: Shape) {
    var row = Row(facts)
    row.text = "(flatten)"
    row.op = "flatten"
    row.isImplicit = true
    row.output = .vector(shape.count)
    row.parameters = 0
    row.macs = 0
    rows.append(row)
  }

  /// The layer whose steps these are, where nothing but stages that go number by number or step by step stand between.
  private func sequenceLayer(before flow: Flow) -> (any RecurrentLayer)? {
    var source = flow.source
    while case .node(let index) = source {
      let layer = nodes[index].layer
      if let layer = layer as? any RecurrentLayer { return layer }
      guard layer is Dropout || layer is any Pointwise || layer is LayerNorm || layer is BatchNorm else { return nil }
      source = nodes[index].inputs.first ?? .input
    }
    return nil
  }

  // MARK: Joins

  private mutating func run(_ residual: ResidualElement, from flow: Flow?) -> Flow? {
    flatten = nil
    let body = run(residual.body, from: flow)
    var shortcut = flow
    switch residual.via {
    case .group(let elements)?: shortcut = run(elements, from: flow)
    case .auto(let span)?:
      if let flow, let body, flow.shape != body.shape { shortcut = project(flow, to: body.shape, residual, span) }
    case nil: break
    }
    let row = rows.count
    rows.append(Row(residual.facts))
    guard let body, let shortcut else { return nil }
    do throws(LayerProblem) {
      return try join(Add(), [body, shortcut], row: row, residual.facts)
    } catch {
      hasFailed = true
      problems?.add(JoinMessages(trail: trail).residual(residual, body: body, shortcut: shortcut))
      return nil
    }
  }

  /// The projection of `via auto`, a row for each of its layers.
  private mutating func project(_ flow: Flow, to shape: Shape, _ residual: ResidualElement, _ span: SourceSpan) -> Flow? {
    guard let projection = Projection(from: flow.shape, to: shape, normalized: residual.endsWithNorm) else {
      hasFailed = true
      problems?.add(JoinMessages(trail: trail).projection(residual, span, from: flow.shape, to: shape))
      return nil
    }
    var flow = flow
    for part in projection.parts {
      let word = type(of: part.layer).signature.word
      var row = Row(residual.facts)
      (row.text, row.op, row.span, row.isImplicit) = (part.text, word, span, true)
      rows.append(row)
      flow = addNode(
        part.layer, word: word, inputs: [flow], output: shape, row: rows.count - 1,
        step: .init(text: part.text, span: span, bound: nil, shape: shape, before: flow.step, note: "", isQuiet: false))
    }
    return flow
  }

  private mutating func run(_ branch: BranchElement, from flow: Flow?) -> Flow? {
    flatten = nil
    let results = branch.groups.map { run($0.elements, from: flow) }
    let row = rows.count
    rows.append(Row(branch.facts))
    let known = results.compactMap { $0 }
    guard known.count == results.count, !known.isEmpty else { return nil }
    let layer: any Join =
      switch branch.join {
      case .concat: Concat()
      case .add: Add()
      case .mul: Mul()
      }
    do throws(LayerProblem) {
      return try join(layer, known, row: row, branch.facts)
    } catch {
      hasFailed = true
      problems?.add(JoinMessages(trail: trail).branch(branch, known))
      return nil
    }
  }

  private mutating func join(_ layer: any Join, _ inputs: [Flow], row: Int, _ facts: StageFacts) throws(LayerProblem) -> Flow {
    let output = try layer.output(for: inputs.map(\.shape))
    return addNode(
      layer, word: type(of: layer).signature.word, inputs: inputs, output: output, row: row,
      step: .init(text: facts.text, span: facts.span, bound: nil, shape: output, before: inputs[0].step, note: "", isQuiet: false))
  }
}

extension Inference {
  /// The rows of a network without any shapes.
  static func rows(of network: Network) -> [Row] {
    var inference = Inference(network, input: .vector(1), facts: ShapeFacts(file: SourceFile(name: "", text: "")), problems: nil)
    _ = inference.run(network.elements, from: nil)
    return inference.rows
  }

  /// The step of the trail that a node stands for.
  func step(of node: Int) -> Trail.Step { trail.steps[steps[node]] }

  /// The rows, with pointwise stages marked that are computed together with the layer before them.
  var markedRows: [Row] {
    var rows = rows
    var counts = Array(repeating: 0, count: rows.count)
    for node in nodes { counts[node.stage] += 1 }
    for node in nodes where node.layer is any Pointwise && counts[node.stage] == 1 {
      if case .node(let producer)? = node.inputs.first, readers[producer] == 1 { rows[node.stage].isFused = true }
    }
    return rows
  }
}

/// What the passes over shapes know besides the network.
struct ShapeFacts {
  var file: SourceFile
  /// The `input` statement.
  var inputSpan: SourceSpan?
  /// The `classes` statement.
  var classesSpan: SourceSpan?
  var classes: Int?
  /// What the data says, where it was looked at and `classes` is given too.
  var dataClasses: Int?
  var classNames: [String] = []
  /// Where the classes were found: `mri/Training`.
  var classesOrigin: String?
}

extension Row {
  init(_ facts: StageFacts) {
    self.init(
      text: facts.text, op: facts.op, span: facts.span, expansion: facts.expansion, output: nil, parameters: nil, macs: nil,
      isImplicit: false, isFused: false)
  }

  /// Counts one more node of the row.
  mutating func add(_ layer: any Layer, weights: [WeightSpec], macs: Int, output: Shape) {
    self.output = output
    let trained = weights.filter(\.isTrained).reduce(0) { $0 &+ $1.count }
    parameters = (parameters ?? 0) &+ trained
    self.macs = (self.macs ?? 0) &+ macs
  }
}

extension Shape {
  /// The shape that `-> 42x42x32` promises.
  init?(stated dimensions: [Int]) {
    switch dimensions.count {
    case 1: self = .vector(dimensions[0])
    case 2: self = .sequence(steps: dimensions[0], features: dimensions[1])
    case 3: self = .image(height: dimensions[0], width: dimensions[1], channels: dimensions[2])
    case _: return nil
    }
    guard (try? checked()) != nil else { return nil }
  }
}

extension BoundLayer {
  /// As written, one blank between the words.
  var text: String { span.text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0.isNewline }).joined(separator: " ") }
}
