import NNLayers

extension Plan {
  /// The plan of a model for batches of up to `batch` examples.
  public init(_ model: Model, _ purpose: Purpose, batch: Int) throws(PlanProblem) {
    guard !model.nodes.isEmpty else { throw .empty }
    guard batch >= 1 else { throw .tooLarge }
    var planner = Planner(model, purpose, batch: batch)
    self = try planner.plan()
  }
}

/// Makes a plan in three passes: which values exist and who reads them, which values can share a block, where the blocks lie.
///
/// Values are numbered 0 for the input and n + 1 for the output of node n. A layer that changes nothing makes no value: its
/// consumers read its input (`root`), and the gradients of both are one sum.
struct Planner {
  let model: Model
  let purpose: Plan.Purpose
  let batch: Int
  /// By node; of a node that looks up vectors, that of such calls.
  let memory: [LayerMemory]
  /// By value: the value that really holds its numbers.
  let root: [Int]
  /// The value the loss or the caller reads.
  let output: Int
  /// Nodes with a call of their own whose result the output depends on, in order.
  let order: [Int]
  let fusion: FusionPass
  /// By value: some trained weight lies before it.
  let needsGradient: [Bool]
  /// Values whose reader applies the slope of the activation that made them.
  private let gated: Set<Int>

  /// The backward steps over values, before blocks are known.
  private var pending: [PendingStep] = []
  /// By value: the last time its numbers are read.
  private var lastRead: [Int]
  private var blocks: [Plan.Block] = []

  init(_ model: Model, _ purpose: Plan.Purpose, batch: Int) {
    self.model = model
    self.purpose = purpose
    self.batch = batch
    let mode = purpose.mode
    var memory = model.nodes.indices.map { model.memory(of: $0, lookup: nil, batch: batch, mode) }
    var root = [0]
    for (index, node) in model.nodes.enumerated() {
      let isAlias = memory[index].isAlias && node.inputs.count == 1
      root.append(isAlias ? root[node.inputs[0].value] : index + 1)
    }
    self.root = root
    let last = model.nodes.count - 1
    output = purpose != .prediction && model.lossReplacesLastLayer ? root[model.nodes[last].inputs[0].value] : root[last + 1]
    let computed = Planner.reachable(model, root: root, from: output)
    let fusion = FusionPass(
      model, memory: memory, root: root, output: output, order: computed, isTraining: purpose == .training
    ) {
      model.lookupMemory(of: $0, lookup: $1, batch: batch, mode) != nil
    }
    for index in model.nodes.indices { memory[index] = model.memory(of: index, lookup: fusion.lookup[index], batch: batch, mode) }
    self.memory = memory
    self.fusion = fusion
    order = computed.filter { fusion.leader[$0] == $0 }
    gated = Set(order.filter { fusion.gate[$0] != nil }.map { root[model.nodes[$0].inputs[0].value] })
    var needs = [Bool](repeating: false, count: root.count)
    if purpose == .training {
      for index in computed {
        let node = model.nodes[index]
        needs[index + 1] = node.weights.contains(where: \.isTrained) || node.inputs.contains { needs[root[$0.value]] }
      }
    }
    needsGradient = needs
    lastRead = [Int](repeating: -1, count: root.count)
  }

  mutating func plan() throws(PlanProblem) -> Plan {
    pending = backwardOrder()
    noteReads()
    let end = order.count + pending.count
    var places = Places(values: root.count)
    places.values[0] = try add(count(of: 0), opens: 0, closes: end)
    let forward = try forwardSteps(&places)
    var gradient: Int?
    if needsGradient[output] { gradient = try add(count(of: output), opens: order.count, closes: order.count) }
    places.gradients[output] = gradient
    let backward = try backwardSteps(&places)
    guard let inputBlock = places.values[0], let outputBlock = places.values[output] else { throw .empty }
    try checkTotal()
    let size = ArenaLayout.firstFit(&blocks)
    return Plan(
      purpose: purpose, batch: batch, blocks: blocks, arenaCount: size, input: inputBlock, output: outputBlock,
      outputShape: shape(of: output), outputGradient: gradient, forward: forward, backward: backward)
  }

  private static func reachable(_ model: Model, root: [Int], from output: Int) -> [Int] {
    var needed = [Bool](repeating: false, count: root.count)
    needed[output] = true
    for index in model.nodes.indices.reversed() where needed[index + 1] {
      for input in model.nodes[index].inputs { needed[root[input.value]] = true }
    }
    return model.nodes.indices.filter { needed[$0 + 1] }
  }

  // MARK: Who reads what, and when

  private enum PendingStep {
    case layer(node: Int)
    /// The activation that is part of this node's call.
    case activation(of: Int)
    /// Adds the gradient that node's input number `input` just got to the sum of that value.
    case add(node: Int, input: Int)
  }

  /// Nodes in reverse; a value's second and later gradients are each followed by an addition.
  private func backwardOrder() -> [PendingStep] {
    var steps: [PendingStep] = []
    var hasGradient = [Bool](repeating: false, count: root.count)
    for index in order.reversed() where needsGradient[index + 1] {
      if needsOwnStep(activationOf: index) { steps.append(.activation(of: index)) }
      steps.append(.layer(node: index))
      for (number, input) in inputs(of: index).enumerated() {
        let value = root[input.value]
        guard needsGradient[value] else { continue }
        if hasGradient[value] { steps.append(.add(node: index, input: number)) }
        hasGradient[value] = true
      }
    }
    return steps
  }

  /// What a node's call reads: with a lookup the tokens.
  private func inputs(of node: Int) -> [Node.Source] { model.nodes[fusion.lookup[node] ?? node].inputs }

  /// The value that a node's call writes.
  private func result(_ node: Int) -> Int { fusion.group[node].last + 1 }

  private func needsOwnStep(activationOf node: Int) -> Bool {
    let group = fusion.group[node]
    guard group.activation != nil, group.pool == nil, fusion.activation(group).kind != .linear else { return false }
    return !gated.contains(group.last + 1)
  }

  private func fused(_ node: Int) -> Plan.Fused {
    let group = fusion.group[node]
    return Plan.Fused(
      activation: fusion.activation(group), poolsPairs: group.pool != nil, norm: group.norm, last: group.last)
  }

  private mutating func noteReads() {
    for (time, index) in order.enumerated() {
      for input in inputs(of: index) { lastRead[root[input.value]] = time }
    }
    lastRead[output] = order.count
    for (number, step) in pending.enumerated() {
      let time = order.count + 1 + number
      switch step {
      case .layer(let index):
        let readsX = memory[index].readsX || fusion.gate[index] != nil
        if readsX { for input in inputs(of: index) { lastRead[root[input.value]] = time } }
        if memory[index].readsY { lastRead[result(index)] = time }
      case .activation(let index): lastRead[result(index)] = time
      case .add: break
      }
    }
  }

  // MARK: Blocks

  /// The block of each value, of each gradient and of what each node saves.
  private struct Places {
    var values: [Int?]
    var gradients: [Int?]
    var saved: [Int?]
    init(values count: Int) {
      values = Array(repeating: nil, count: count)
      gradients = values
      saved = values
    }
  }

  private mutating func forwardSteps(_ places: inout Places) throws(PlanProblem) -> [Plan.Step] {
    var steps: [Plan.Step] = []
    let backwardTime = timesOfBackward()
    let aliases = aliasesOfValues()
    for (time, index) in order.enumerated() {
      let x = inputBlocks(index, places)
      let lookup = fusion.lookup[index]
      let value = result(index)
      let closes = max(time, lastRead[value])
      let y: Int
      if let shared = sharedBlock(index, x: x, time: time) {
        y = shared
        blocks[y].closes = max(blocks[y].closes, closes)
      } else {
        y = try add(count(of: value), opens: time, closes: closes)
      }
      places.values[value] = y
      let needs = needs(of: index)
      if needs.saved > 0 { places.saved[value] = try add(needs.saved, opens: time, closes: max(time, backwardTime[index])) }
      // The scratch of a fused pool is for the way back.
      let scratch = memory[index].scratch > 0 ? try add(memory[index].scratch, opens: time, closes: time) : nil
      steps.append(
        Plan.Step(
          nodes: [index] + fusion.group[index].nodes + aliases[value] + (lookup.map { [$0] + aliases[$0 + 1] } ?? []), x: x, y: y,
          saved: places.saved[value], scratch: scratch, fused: fused(index), lookup: lookup))
    }
    return steps
  }

  /// Saved and scratch numbers, with those of a fused pool.
  private func needs(of node: Int) -> (saved: Int, scratch: Int) {
    guard fusion.group[node].pool != nil, let pool = memory[node].fusedPool else { return (memory[node].saved, memory[node].scratch) }
    return (memory[node].saved + pool.saved, memory[node].scratch + pool.scratch)
  }

  /// The block of the first input, where this layer may write over it: nobody reads that input later.
  private func sharedBlock(_ index: Int, x: [Int], time: Int) -> Int? {
    guard memory[index].inPlace, let first = inputs(of: index).first else { return nil }
    let value = root[first.value]
    // An input that comes twice would be overwritten before its second use.
    guard value != 0, inputs(of: index).count(where: { root[$0.value] == value }) == 1, lastRead[value] <= time,
      shape(of: value).count == shape(of: result(index)).count
    else { return nil }
    return x.first
  }

  private mutating func backwardSteps(_ places: inout Places) throws(PlanProblem) -> [Plan.BackwardStep] {
    var steps: [Plan.BackwardStep] = []
    var parts: [Int] = []
    for (number, step) in pending.enumerated() {
      let time = order.count + 1 + number
      switch step {
      case .layer(let index):
        let gradient = try gradientStep(index, time: time, &places)
        parts = gradient.dx.map { $0 ?? -1 }
        steps.append(.layer(gradient))
      case .activation(let index): steps.append(.layer(try activationStep(index, time: time, places)))
      case .add(let index, let input):
        guard let into = places.gradients[root[inputs(of: index)[input].value]] else { throw .empty }
        blocks[parts[input]].closes = max(blocks[parts[input]].closes, time)
        blocks[into].closes = max(blocks[into].closes, time)
        steps.append(.add(from: parts[input], into: into))
      }
    }
    return steps
  }

  private mutating func gradientStep(_ index: Int, time: Int, _ places: inout Places) throws(PlanProblem) -> Plan.Gradient {
    guard let dy = places.gradients[result(index)], let y = places.values[result(index)] else { throw .empty }
    blocks[dy].closes = max(blocks[dy].closes, time)
    var dx: [Int?] = []
    for (number, input) in inputs(of: index).enumerated() {
      let value = root[input.value]
      guard needsGradient[value] else {
        dx.append(nil)
        continue
      }
      let inPlace = number == 0 && memory[index].inPlace && count(of: value) == count(of: result(index))
      let block = inPlace ? dy : try add(count(of: value), opens: time, closes: time)
      if places.gradients[value] == nil { places.gradients[value] = block }
      dx.append(block)
    }
    let scratch = needs(of: index).scratch > 0 ? try add(needs(of: index).scratch, opens: time, closes: time) : nil
    return Plan.Gradient(
      node: index, x: inputBlocks(index, places), y: y, dy: dy, dx: dx, saved: places.saved[result(index)], scratch: scratch,
      fused: fused(index), gateSlope: fusion.gate[index], lookup: fusion.lookup[index])
  }

  /// The gradient of an activation's input in the place of that of its output, from the output alone.
  private mutating func activationStep(_ index: Int, time: Int, _ places: Places) throws(PlanProblem) -> Plan.Gradient {
    guard let node = fusion.group[index].activation, let dy = places.gradients[result(index)], let y = places.values[result(index)] else {
      throw .empty
    }
    blocks[dy].closes = max(blocks[dy].closes, time)
    return Plan.Gradient(
      node: node, x: [y], y: y, dy: dy, dx: [dy], saved: nil, scratch: nil, fused: Plan.Fused(last: node), gateSlope: nil)
  }

  /// By value: the nodes that hand it on unchanged.
  private func aliasesOfValues() -> [[Int]] {
    var aliases = [[Int]](repeating: [], count: root.count)
    for index in model.nodes.indices where root[index + 1] != index + 1 { aliases[root[index + 1]].append(index) }
    return aliases
  }

  private func timesOfBackward() -> [Int] {
    var times = [Int](repeating: -1, count: model.nodes.count)
    for (number, step) in pending.enumerated() {
      if case .layer(let index) = step { times[index] = order.count + 1 + number }
    }
    return times
  }

  private func inputBlocks(_ index: Int, _ places: Places) -> [Int] {
    inputs(of: index).compactMap { places.values[root[$0.value]] }
  }

  private mutating func add(_ count: Int, opens: Int, closes: Int) throws(PlanProblem) -> Int {
    guard count <= Int.max - ArenaLayout.alignment else { throw .tooLarge }
    blocks.append(Plan.Block(count: count, offset: 0, opens: opens, closes: closes))
    return blocks.count - 1
  }

  // MARK: Sizes

  private func shape(of value: Int) -> Shape { value == 0 ? model.input : model.nodes[value - 1].output }

  /// `batch` x shape. `checkTotal` comes before any use of a size that was too large.
  private func count(of value: Int) -> Int {
    let (count, overflow) = shape(of: value).count.multipliedReportingOverflow(by: batch)
    return overflow ? Int.max : count
  }

  /// All blocks side by side must be countable in bytes; then every sum of offsets is.
  private func checkTotal() throws(PlanProblem) {
    var total = 0
    for block in blocks { total = try Planner.sum(total, ArenaLayout.aligned(block.count)) }
    _ = try Planner.product([total, MemoryLayout<Float>.size])
  }

  static func product(_ factors: [Int]) throws(PlanProblem) -> Int {
    var result = 1
    for factor in factors {
      let (next, overflow) = result.multipliedReportingOverflow(by: factor)
      guard !overflow, next <= Int.max - ArenaLayout.alignment else { throw .tooLarge }
      result = next
    }
    return result
  }

  static func sum(_ a: Int, _ b: Int) throws(PlanProblem) -> Int {
    let (result, overflow) = a.addingReportingOverflow(b)
    guard !overflow, result <= Int.max - ArenaLayout.alignment else { throw .tooLarge }
    return result
  }
}

extension Node.Source {
  /// 0 for the input, n + 1 for node n.
  var value: Int {
    switch self {
    case .input: 0
    case .node(let index): index + 1
    }
  }
}

extension Model {
  /// The loss works from logits and the last layer is the activation it stands for: cross entropy after softmax, binary cross entropy
  /// after sigmoid.
  public var lossReplacesLastLayer: Bool {
    guard let last = nodes.last, last.inputs.count == 1, let loss else { return false }
    switch loss {
    case .crossEntropy: return last.word == "softmax"
    case .binaryCrossEntropy: return last.word == "sigmoid"
    case .meanSquaredError, .meanAbsoluteError, .huber, .hinge: return false
    }
  }
}

extension Model {
  /// What the calls of a node need.
  ///
  /// - Parameter lookup: the node whose vectors they look up.
  package func memory(of node: Int, lookup: Int?, batch: Int, _ mode: Pass.Mode) -> LayerMemory {
    lookup.flatMap { lookupMemory(of: node, lookup: $0, batch: batch, mode) }
      ?? nodes[node].layer.memory(for: nodes[node].inputShapes, batch: batch, pass: mode)
  }

  /// nil where the lookup would not pay.
  func lookupMemory(of node: Int, lookup: Int, batch: Int, _ mode: Pass.Mode) -> LayerMemory? {
    guard let layer = nodes[node].layer as? any TokenReading else { return nil }
    return layer.memory(for: nodes[node].inputShapes, vocabulary: nodes[lookup].inputShapes[0].vocabulary, batch: batch, pass: mode)
  }
}

extension Node {
  /// The word of its layer in the language.
  public var word: String { type(of: layer).signature.word }
}
