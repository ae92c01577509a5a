import NNLayers

/// Checks a plan by carrying it out on labels instead of numbers, without using the planner's own idea of lifetimes.
///
/// Memory is a list of ranges of the arena, each with the name of what was written there last. A write wipes whatever it touches; a read
/// must find, at exactly its range, what the layer expects.
package struct PlanVerifier {
  private enum Content: Equatable {
    /// The output of node n as n + 1; 0 is the input.
    case value(Int)
    /// The sum of so many of its consumers' gradients.
    case gradient(Int, parts: Int)
    case saved(Int)
    case scratch
  }

  private let model: Model
  private let plan: Plan
  private let memory: [LayerMemory]
  /// By node.
  private let lookups: [Int?]
  /// By fused activation that ends its call: the node of the call.
  private let activationLeaders: [Int: Int]
  /// By value: the nodes that read it and are no aliases.
  private var readers: [[Int]] = []
  private var contents: [(start: Int, end: Int, content: Content)] = []
  private var gradientSteps: [Int]
  private var problems: [String] = []

  /// What is wrong with a plan of this model, in words for developers; empty where it is right.
  package static func problems(in plan: Plan, of model: Model) -> [String] {
    var verifier = PlanVerifier(plan, model)
    guard verifier.blocksAreInside() else { return verifier.problems }
    verifier.checkLifetimes()
    verifier.runForward()
    if plan.purpose == .training { verifier.runBackward() }
    return verifier.problems
  }

  private init(_ plan: Plan, _ model: Model) {
    self.plan = plan
    self.model = model
    var lookups = [Int?](repeating: nil, count: model.nodes.count)
    var leaders: [Int: Int] = [:]
    for step in plan.forward {
      lookups[step.nodes[0]] = step.lookup
      let hasActivation = !step.fused.poolsPairs && step.fused.last != step.nodes[0] && step.fused.activation.kind != .linear
      if hasActivation { leaders[step.fused.last] = step.nodes[0] }
    }
    (self.lookups, activationLeaders) = (lookups, leaders)
    memory = model.nodes.indices.map { model.memory(of: $0, lookup: lookups[$0], batch: plan.batch, plan.purpose.mode) }
    gradientSteps = Array(repeating: 0, count: model.nodes.count)
    readers = valueReaders()
  }

  private func valueReaders() -> [[Int]] {
    var readers = [[Int]](repeating: [], count: model.nodes.count + 1)
    for index in model.nodes.indices where root(.node(index)) == index + 1 {
      for value in Set(model.nodes[index].inputs.map(root)) { readers[value].append(index) }
    }
    return readers
  }

  // MARK: Blocks

  private mutating func blocksAreInside() -> Bool {
    for (index, block) in plan.blocks.enumerated() {
      if block.offset < 0 || block.count < 0 || block.offset + block.count > plan.arenaCount {
        problems.append("block \(index) leaves the arena")
      }
      if block.offset % ArenaLayout.alignment != 0 { problems.append("block \(index) does not start at a multiple of 64 bytes") }
    }
    return problems.isEmpty
  }

  /// No two blocks that are open at the same time share a number.
  private mutating func checkLifetimes() {
    var live: [Int] = []
    for index in plan.blocks.indices.sorted(by: { plan.blocks[$0].opens < plan.blocks[$1].opens }) {
      let block = plan.blocks[index]
      live.removeAll { plan.blocks[$0].closes < block.opens }
      for other in live {
        let o = plan.blocks[other]
        if block.offset < o.offset + o.count, o.offset < block.offset + block.count {
          problems.append("blocks \(other) and \(index) are open at the same time and overlap")
        }
      }
      live.append(index)
    }
  }

  // MARK: Memory

  private mutating func write(_ index: Int, _ content: Content, _ who: String) {
    let block = plan.blocks[index]
    let end = block.offset + block.count
    contents.removeAll { $0.start < end && block.offset < $0.end }
    if block.count > 0 { contents.append((block.offset, end, content)) }
  }

  private mutating func read(_ index: Int, _ content: Content, _ who: String) {
    let block = plan.blocks[index]
    let found = contents.first { $0.start == block.offset && $0.end == block.offset + block.count }?.content
    if block.count > 0, found != content {
      problems.append("\(who) reads \(content) from block \(index), which holds \(found.map { "\($0)" } ?? "nothing whole")")
    }
  }

  private mutating func expect(_ index: Int, count: Int, _ who: String) {
    if plan.blocks[index].count != count {
      problems.append("\(who): block \(index) holds \(plan.blocks[index].count) numbers, \(count) are needed")
    }
  }

  /// The value behind aliases.
  private func root(_ source: Node.Source) -> Int {
    var value = source.value
    while value > 0, memory[value - 1].isAlias, model.nodes[value - 1].inputs.count == 1 { value = model.nodes[value - 1].inputs[0].value }
    return value
  }

  private func size(_ value: Int) -> Int { (value == 0 ? model.input : model.nodes[value - 1].output).count * plan.batch }

  // MARK: The two passes

  private mutating func runForward() {
    expect(plan.input, count: size(0), "the input")
    write(plan.input, .value(0), "the input")
    for step in plan.forward {
      guard let index = step.nodes.first else { continue }
      let who = "forward of \(model.nodes[index].name) (node \(index))"
      checkFusion(step, who)
      readInputs(index, step.x, who)
      if let scratch = step.scratch {
        expect(scratch, count: memory[index].scratch, who)
        write(scratch, .scratch, who)
      }
      if memory[index].scratch > 0, step.scratch == nil { problems.append("\(who) has no scratch memory") }
      let savedCount = memory[index].saved + (step.fused.poolsPairs ? memory[index].fusedPool?.saved ?? 0 : 0)
      if let saved = step.saved {
        expect(saved, count: savedCount, who)
        write(saved, .saved(index), who)
      }
      if savedCount > 0, step.saved == nil { problems.append("\(who) has no place to save to") }
      let isShared = memory[index].inPlace && step.x.first == step.y
      if step.x.dropFirst(isShared ? 1 : 0).contains(where: { touches($0, step.y) }) { problems.append("\(who) writes over its own input") }
      expect(step.y, count: size(step.fused.last + 1), who)
      write(step.y, .value(step.fused.last + 1), who)
    }
    let last = model.lossReplacesLastLayer && plan.purpose != .prediction ? model.nodes[model.nodes.count - 1].inputs[0] : nil
    read(plan.output, .value(root(last ?? .node(model.nodes.count - 1))), "the loss")
    read(plan.input, .value(0), "a second pass over the same batch")
  }

  /// A fused node reads the one before it, alone, and its own output is the call's or that of the next fused node.
  private mutating func checkFusion(_ step: Plan.Step, _ who: String) {
    var value = step.nodes[0] + 1
    for node in step.nodes.dropFirst() where value != step.fused.last + 1 {
      if readers[value] != [node] { problems.append("\(who) hides a value that others than node \(node) read") }
      value = node + 1
    }
    if value != step.fused.last + 1 { problems.append("\(who) does not end in what it writes") }
    guard let lookup = step.lookup else { return }
    if readers[lookup + 1] != [step.nodes[0]] { problems.append("\(who) hides vectors that others read") }
  }

  private mutating func readInputs(_ index: Int, _ x: [Int], _ who: String) {
    let inputs = inputs(of: index)
    guard x.count == inputs.count else {
      problems.append("\(who) has \(x.count) inputs, not \(inputs.count)")
      return
    }
    for (block, source) in zip(x, inputs) { read(block, .value(root(source)), who) }
  }

  /// What a call reads: with a lookup the tokens.
  private func inputs(of node: Int) -> [Node.Source] { model.nodes[lookups[node] ?? node].inputs }

  private func touches(_ a: Int, _ b: Int) -> Bool {
    let (p, q) = (plan.blocks[a], plan.blocks[b])
    return p.offset < q.offset + q.count && q.offset < p.offset + p.count
  }

  private mutating func runBackward() {
    let consumers = gradientConsumers()
    if let gradient = plan.outputGradient {
      let value = root(model.lossReplacesLastLayer ? model.nodes[model.nodes.count - 1].inputs[0] : .node(model.nodes.count - 1))
      expect(gradient, count: size(value), "the loss")
      write(gradient, .gradient(value, parts: 1), "the loss")
    }
    for step in plan.backward {
      switch step {
      case .layer(let gradient): runGradient(gradient, consumers)
      case .add(let from, let into): runAddition(from, into)
      }
    }
    for (index, node) in model.nodes.enumerated() where node.weights.contains(where: \.isTrained) && gradientSteps[index] != 1 {
      problems.append("the weights of \(node.name) (node \(index)) get a gradient \(gradientSteps[index]) times")
    }
  }

  /// By value: how many parts its gradient has. The loss counts as a consumer of the output.
  private func gradientConsumers() -> [Int] {
    var parts = [Int](repeating: 0, count: model.nodes.count + 1)
    let dropped = model.lossReplacesLastLayer ? model.nodes.count - 1 : model.nodes.count
    for (index, node) in model.nodes.enumerated() where index < dropped && root(.node(index)) == index + 1 {
      for source in node.inputs { parts[root(source)] += 1 }
    }
    parts[root(dropped < model.nodes.count ? model.nodes[dropped].inputs[0] : .node(model.nodes.count - 1))] += 1
    return parts
  }

  private mutating func runGradient(_ step: Plan.Gradient, _ consumers: [Int]) {
    let node = model.nodes[step.node]
    let who = "backward of \(node.name) (node \(step.node))"
    if let leader = activationLeaders[step.node] {
      // In place, from the output alone.
      read(step.dy, .gradient(step.node + 1, parts: consumers[step.node + 1]), who)
      read(step.y, .value(step.node + 1), who)
      if step.dx != [step.dy] { problems.append("\(who) is not in place") }
      write(step.dy, .gradient(leader + 1, parts: 1), who)
      return
    }
    gradientSteps[step.node] += 1
    if let lookup = step.lookup { gradientSteps[lookup] += 1 }
    if step.lookup != lookups[step.node] { problems.append("\(who) has another lookup than the forward step") }
    let value = step.fused.poolsPairs || step.fused.last == step.node ? step.fused.last + 1 : step.node + 1
    read(step.dy, .gradient(value, parts: value == step.fused.last + 1 ? consumers[value] : 1), who)
    if memory[step.node].readsX || step.gateSlope != nil { readInputs(step.node, step.x, who) }
    if memory[step.node].readsY { read(step.y, .value(step.fused.last + 1), who) }
    if let saved = step.saved { read(saved, .saved(step.node), who) }
    if let scratch = step.scratch { write(scratch, .scratch, who) }
    for (number, (block, source)) in zip(step.dx, inputs(of: step.node)).enumerated() {
      guard let block else { continue }
      if touches(block, step.dy), !(memory[step.node].inPlace && number == 0 && block == step.dy) {
        problems.append("\(who) writes over the gradient it reads")
      }
      expect(block, count: size(root(source)), who)
      // A gate makes it the gradient of the activation's input.
      let gated = step.gateSlope == nil ? nil : activationLeaders[root(source) - 1]
      if step.gateSlope != nil, gated == nil || consumers[root(source)] != 1 {
        problems.append("\(who) has a gate for what is no activation of its own")
      }
      write(block, .gradient(gated.map { $0 + 1 } ?? root(source), parts: 1), who)
    }
  }

  private mutating func runAddition(_ from: Int, _ into: Int) {
    func held(_ index: Int) -> Content? {
      contents.first { $0.start == plan.blocks[index].offset && $0.end == $0.start + plan.blocks[index].count }?.content
    }
    guard case .gradient(let a, let m)? = held(from), case .gradient(let b, let n)? = held(into), a == b, from != into else {
      problems.append("block \(from) is added to block \(into), which is not a gradient of the same value")
      return
    }
    write(into, .gradient(a, parts: m + n), "an addition")
  }
}
