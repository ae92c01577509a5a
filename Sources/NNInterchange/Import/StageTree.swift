import NNSyntax

/// Stages as the language nests them.
indirect enum StageTree: Equatable {
  case stage(Int)
  case residual(body: [StageTree], via: [StageTree]?)
  case branch(join: String, [[StageTree]])
  /// `as skip1`, behind the stage before it.
  case label(Int)
  /// `add skip1`
  case join(String, label: Int)

  /// Stages with weights in the order in which a file names them.
  var stages: [Int] {
    switch self {
    case .stage(let index): [index]
    case .residual(let body, let via): body.flatMap(\.stages) + (via ?? []).flatMap(\.stages)
    case .branch(_, let groups): groups.flatMap { $0.flatMap(\.stages) }
    case .label, .join: []
    }
  }
}

/// Finds `res` and `branch` in a graph of stages.
///
/// Stages and joins are points, and what lies between two of them an edge. A point with one way in and one way out is drawn into its edge, and edges that
/// lead from one point to one join become a branch, until one edge is left (Valdes, Tarjan and Lawler 1982: series-parallel graphs). What
/// is left over otherwise is said with labels.
struct StageTreeBuilder {
  private struct Edge {
    var from: Flow.Source
    var to: Flow.Source
    /// Which input of a join it is.
    var port: Int
    var trees: [StageTree]
    /// How many groups stand inside of one another in it.
    var nesting = 0
  }

  private let stages: [ImportedStage]
  private var edges: [Edge] = []
  private let output: Flow.Source

  /// - Parameter output: what the network gives; stages that it does not depend on are left out.
  init(_ stages: [ImportedStage], output: Flow.Source) {
    self.stages = stages
    self.output = output
    var needed: Set<Flow.Source> = [output]
    for index in stages.indices.reversed() where needed.contains(.stage(index)) { needed.formUnion(stages[index].inputs) }
    for (index, stage) in stages.enumerated() where needed.contains(.stage(index)) {
      for (port, input) in stage.inputs.enumerated() {
        edges.append(Edge(from: input, to: .stage(index), port: port, trees: stage.isJoin ? [] : [.stage(index)]))
      }
    }
  }

  /// Why no tree of groups and labels says the graph, with the index of a join.
  enum Problem: Error {
    /// Its ways cross others.
    case crosses(join: Int)
    /// The groups that it ends stand deeper than a file may have them.
    case isTooDeep(join: Int)
  }

  func trees() throws(Problem) -> [StageTree] {
    if output == .input { return [] }
    var builder = self
    try builder.reduce()
    if builder.edges.count == 1 { return builder.edges[0].trees }
    return try builder.labelled()
  }

  private mutating func reduce() throws(Problem) {
    while try reduceParallel() || reduceSeries() {}
  }

  /// All ways into a join that begin at one point are a branch.
  private mutating func reduceParallel() throws(Problem) -> Bool {
    var ways: [Int: [Edge]] = [:]
    for edge in edges {
      if case .stage(let index) = edge.to, stages[index].isJoin { ways[index, default: []].append(edge) }
    }
    let complete = ways.filter { index, ways in
      ways.count > 1 && ways.count == stages[index].inputs.count && ways.allSatisfy { $0.from == ways[0].from }
    }
    guard !complete.isEmpty else { return false }
    edges.removeAll { if case .stage(let index) = $0.to { complete[index] != nil } else { false } }
    for (index, ways) in complete.sorted(by: { $0.key < $1.key }) {
      let groups = ways.sorted { $0.port < $1.port }.map(\.trees)
      let nesting = ways.reduce(0) { max($0, $1.nesting) } + 1
      guard nesting <= Limits.nesting else { throw .isTooDeep(join: index) }
      edges.append(
        Edge(from: ways[0].from, to: .stage(index), port: 0, trees: [branch(stages[index].text, groups)], nesting: nesting))
    }
    return true
  }

  /// Every point with one way in and one way out goes into its edge.
  private mutating func reduceSeries() -> Bool {
    // How many edges lead to each stage and on from it, and the last of them.
    var into = [(count: Int, edge: Int)](repeating: (0, 0), count: stages.count)
    var out = into
    for (number, edge) in edges.enumerated() {
      if case .stage(let index) = edge.to { into[index] = (into[index].count + 1, number) }
      if case .stage(let index) = edge.from { out[index] = (out[index].count + 1, number) }
    }
    var drawnIn: Set<Int> = []
    for index in stages.indices where .stage(index) != output {
      let (first, second) = (into[index].edge, out[index].edge)
      guard into[index].count == 1, out[index].count == 1, !isOpenJoin(index, way: first) else { continue }
      edges[first].trees += edges[second].trees
      edges[first].nesting = max(edges[first].nesting, edges[second].nesting)
      (edges[first].to, edges[first].port) = (edges[second].to, edges[second].port)
      if case .stage(let next) = edges[second].to, into[next].edge == second { into[next].edge = first }
      drawnIn.insert(second)
    }
    edges = edges.indices.filter { !drawnIn.contains($0) }.map { edges[$0] }
    return !drawnIn.isEmpty
  }

  /// A join that has not become a branch yet.
  private func isOpenJoin(_ index: Int, way: Int) -> Bool {
    stages[index].isJoin && edges[way].trees.isEmpty && stages[index].inputs.count > 1
  }

  private func branch(_ join: String, _ groups: [[StageTree]]) -> StageTree {
    guard join == "add", groups.count == 2 else { return .branch(join: join, groups) }
    if groups[0].isEmpty != groups[1].isEmpty { return .residual(body: groups[0] + groups[1], via: nil) }
    for (body, via) in [(groups[0], groups[1]), (groups[1], groups[0])] where isProjection(via) && body.count > via.count {
      return .residual(body: body, via: via)
    }
    return .branch(join: join, groups)
  }

  /// A 1x1 convolution, and perhaps a norm behind it.
  private func isProjection(_ trees: [StageTree]) -> Bool {
    let texts = trees.map { tree in if case .stage(let index) = tree { stages[index].text } else { "" } }
    guard let first = texts.first, first.hasPrefix("conv 1x1x") || first.hasPrefix("fc ") else { return false }
    return texts.count == 1 || texts.count == 2 && texts[1].hasPrefix("bn")
  }

  // MARK: Labels

  /// One way through all points; what leads past some of them is named and joined later.
  private func labelled() throws(Problem) -> [StageTree] {
    var trees: [StageTree] = []
    var visited: Set<Flow.Source> = [.input]
    var labels: [Flow.Source: Int] = [:]
    var places: [Flow.Source: Int] = [.input: 0]
    var point = Flow.Source.input
    while point != output {
      let ways = edges.filter { $0.from == point && !visited.contains($0.to) }
      // What is not empty can only be on the way itself; a join is entered when its other inputs are known.
      let next = ways.first { !$0.trees.isEmpty && !isOpen($0.to) } ?? ways.first { isReady($0, visited) }
      guard let way = next, ways.filter({ !$0.trees.isEmpty }).count <= 1 || next.map({ $0.trees.isEmpty }) == false,
        ways.count(where: { !$0.trees.isEmpty && $0.to != way.to }) == 0
      else { throw .crosses(join: stages.indices.first { stages[$0].isJoin && !visited.contains(.stage($0)) } ?? 0) }
      trees += way.trees
      if case .stage(let index) = way.to, stages[index].isJoin, isOpen(way.to) {
        let others = edges.filter { $0.to == way.to && !($0.from == way.from && $0.port == way.port) }.sorted { $0.port < $1.port }
        // The running value comes first.
        guard others.allSatisfy({ $0.trees.isEmpty }), stages[index].text != "concat" || way.port == 0 else {
          throw .crosses(join: index)
        }
        for other in others {
          let label = labels[other.from] ?? labels.count + 1
          labels[other.from] = label
          trees.append(.join(stages[index].text, label: label))
        }
      }
      point = way.to
      visited.insert(point)
      places[point] = trees.count
    }
    guard labels[.input] == nil else { throw .crosses(join: stages.indices.first { stages[$0].isJoin } ?? 0) }
    for (source, label) in labels.sorted(by: { (places[$0.key] ?? 0) > (places[$1.key] ?? 0) }) {
      trees.insert(.label(label), at: places[source] ?? 0)
    }
    return trees
  }

  /// Whether several ways lead to it still.
  private func isOpen(_ point: Flow.Source) -> Bool { edges.count { $0.to == point } > 1 }

  /// All other inputs of the join lie on the way that is behind.
  private func isReady(_ way: Edge, _ visited: Set<Flow.Source>) -> Bool {
    edges.filter { $0.to == way.to && !($0.from == way.from && $0.port == way.port) }.allSatisfy {
      visited.contains($0.from) && $0.trees.isEmpty
    }
  }
}
