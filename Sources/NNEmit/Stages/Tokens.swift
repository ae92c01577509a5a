import NNLayers

/// A row of weights for each token, or with no table a 1 in its place.
struct Lookup: Operation {
  /// `[vocabulary][features]`
  var table: Tensor?

  var name: String { table == nil ? "oneHot" : "embedding" }
  var summary: String { table == nil ? "A 1 in the place of each token" : "A row of weights for each token" }

  func write(_ function: inout StageFunction) {
    let (x, y) = (function.inputs[0], function.output)
    let w = table.map { function.tensor($0, .panels(width: y.pixelStep), as: "w") }
    function.unitLoop("step", y.width) { function, step in
      function.line("let y = \(Index((step, y.pixelStep)).added(to: "y"))")
      function.line("let token = Int(x[\(Index((step, x.pixelStep)))])")
      if let w {
        function.line("y.update(from: \(w) + token &* \(y.pixelStep), count: \(y.pixelStep))")
      } else {
        function.line("y.update(repeating: 0, count: \(y.pixelStep))")
        function.line("y[token] = 1")
      }
    }
  }
}

/// A row of numbers for each step, added.
struct RowSums: Operation {
  /// `[steps][features]`
  var rows: Tensor

  var name: String { "positions" }
  var summary: String { "Plus a row for each step" }
  var readsVectors: Bool { true }

  func fuses(_ step: EpilogueStep, after steps: [EpilogueStep]) -> Bool { step != .pool }

  func write(_ function: inout StageFunction) {
    let lanes = function.lanes
    let step = function.output.pixelStep
    function.use(.load(lanes))
    let w = function.tensor(rows, .panels(width: step), as: "w")
    function.prepareEpilogue()
    function.unitLoop("step", function.output.width) { function, number in
      function.pointers(row: "0", column: number)
      function.move("x", by: Index((number, function.inputs[0].pixelStep)))
      function.move(w, by: Index((number, step)))
      function.loop("vector", step / lanes) { function, vector in
        function.line("let lane = \(Index((vector, lanes)))")
        function.store("load\(lanes)(x + lane) + load\(lanes)(\(w) + lane)", lane: "lane", lanes: lanes)
      }
    }
  }
}

/// Channels of some steps as a vector.
struct StepChoice: Operation {
  /// So many channels from `channel` on of `step`, one after the other.
  var parts: [(step: Int, channel: Int, count: Int)]

  var name: String { "step" }
  var summary: String { "Step \(parts.map { String($0.step) }.joined(separator: " and "))" }

  func write(_ function: inout StageFunction) {
    var first = 0
    for part in parts {
      let from = Index(plus: part.step * function.inputs[0].pixelStep + part.channel).added(to: "x")
      function.copy(from, to: Index(plus: first).added(to: "y"), count: part.count)
      first += part.count
    }
  }
}

// MARK: Layers

extension Embed: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    let shape = [node.node.inputShapes[0].vocabulary, node.shape.channels]
    return network.add(Lookup(table: node.tensor("weight", shape: shape, node.weights[0])), node)
  }
}

extension OneHot: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int { network.add(Lookup(table: nil), node) }
}

extension Positions: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    let rows = isLearned ? node.weights[0] : sines(node.shape).map { Float($0) }
    return network.add(RowSums(rows: node.tensor("weight", shape: node.shape.dimensions, rows)), node)
  }
}

extension First: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    network.add(StepChoice(parts: [(step: 0, channel: 0, count: node.shape.count)]), node)
  }
}

extension Last: Emittable {
  /// Behind a layer that goes both ways, the backward half ends at the first step.
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    let (end, count) = (node.node.inputShapes[0].grid.width - 1, node.shape.count)
    return network.add(
      StepChoice(parts: isOfBoth ? [(end, 0, count / 2), (0, count / 2, count / 2)] : [(step: end, channel: 0, count: count)]), node)
  }
}

extension Mean: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int { network.meanOfSteps(node) }
}
