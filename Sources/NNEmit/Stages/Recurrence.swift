import NNKernelTypes
import NNLayers

/// The steps of a recurrent cell in one direction, from the projections of all its inputs.
///
/// What the inputs add to the gates is worked out before, for all steps at once; what is left is the product with the state of the step before.
/// Every gate has the room of whole vectors.
struct RecurrentSteps: Operation {
  var cell: Recurrence.Cell
  var units: Int
  var isReverse: Bool
  /// `[units][gates][unitStep]`, of the state.
  var weights: Tensor
  /// gru: of the state's part of the third gate.
  var bias: Tensor?
  /// Begins with the state that the run before ended with, not with zeros.
  var isCarried = false

  var name: String { "recurrence" }
  var summary: String { "\(cell.word) of \(units) units\(isReverse ? ", from the last step to the first" : "")" }
  var readsVectors: Bool { true }

  func write(_ function: inout StageFunction) {
    let (x, y) = (function.inputs[0], function.output)
    let lanes = function.lanes
    let columns = weights.columns
    let wide = function.processor.vectorLanes(dividing: columns)
    let vectors = Helper.Vectors(count: [4, 2, 1].first { columns / wide % $0 == 0 } ?? 1, lanes: wide)
    let chains = [4, 2, 1].first { units % $0 == 0 } ?? 1
    for helper in [Helper.dot(chains: chains, vectors), .store(wide), .store(lanes), .load(lanes)] { function.use(helper) }
    let w = function.tensor(weights, .panels(width: vectors.channels), as: "w")
    if let bias { _ = function.tensor(bias, .panels(width: y.pixelStep), as: "bias") }
    function.scratch = columns + (isCarried ? 0 : 2 * y.pixelStep)
    function.carried = isCarried ? 2 * y.pixelStep : 0
    function.line("let gates = scratch")
    function.line("let state = \(isCarried ? "carried" : "scratch + \(columns)")")
    if cell == .lstm { function.line("let cell = state + \(y.pixelStep)") }
    if !isCarried { function.line("state.update(repeating: 0, count: \(2 * y.pixelStep))") }
    function.block("for \(isReverse ? "step in (0..<\(y.width)).reversed()" : "step in 0..<\(y.width)")") { function in
      function.line("let x = \(Index(("step", x.pixelStep)).added(to: "x"))")
      function.line("let y = \(Index(("step", y.pixelStep)).added(to: "y"))")
      function.loop("panel", columns / vectors.channels) { function, panel in
        function.move("gates", by: Index((panel, vectors.channels)))
        function.move(w, by: Index((panel, units * vectors.channels)))
        function.call(
          "dot\(chains)x\(vectors.channels)(rows: 1, rowStep: 0, taps: 1, tapStep: 0, run: \(units), state, \(w))", parameters: "sum, lane"
        ) {
          $0.line("store(sum, gates + lane)")
        }
      }
      function.loop("vector", y.pixelStep / lanes) { function, vector in
        function.line("let lane = \(Index((vector, lanes)))")
        writeCell(&function, lanes)
        function.line("store(new, state + lane)")
        function.line("store(new, y + lane)")
      }
    }
  }

  /// PyTorch's equations, for one vector of units.
  private func writeCell(_ function: inout StageFunction, _ lanes: Int) {
    let step = weights.columns / cell.gateCount
    func sum(_ gate: Int) -> String {
      let place = Index(("lane", 1), plus: gate * step)
      return "\(load(place.added(to: "x"), lanes)) + \(load(place.added(to: "gates"), lanes))"
    }
    func use(_ kinds: Activation.Kind...) { for kind in kinds { function.use(.activation(kind, lanes)) } }
    switch cell {
    case .tanh:
      use(.tanh)
      function.line("let new = tanh(\(sum(0)))")
    case .relu:
      use(.relu)
      function.line("let new = relu(\(sum(0)))")
    case .lstm:
      use(.tanh, .sigmoid)
      function.line("let input = sigmoid(\(sum(0)))")
      function.line("let forget = sigmoid(\(sum(1)))")
      function.line("let candidate = tanh(\(sum(2)))")
      function.line("let output = sigmoid(\(sum(3)))")
      function.line("let memory = forget * \(load("cell + lane", lanes)) + input * candidate")
      function.line("store(memory, cell + lane)")
      function.line("let new = output * tanh(memory)")
    case .gru:
      use(.tanh, .sigmoid)
      let place = Index(("lane", 1), plus: 2 * step)
      function.line("let reset = sigmoid(\(sum(0)))")
      function.line("let update = sigmoid(\(sum(1)))")
      function.line("let hidden = \(load(place.added(to: "gates"), lanes)) + \(load("bias + lane", lanes))")
      function.line("let candidate = tanh(\(load(place.added(to: "x"), lanes)) + reset * hidden)")
      function.line("let new = (1 - update) * candidate + update * \(load("state + lane", lanes))")
    }
  }

  private func load(_ place: String, _ lanes: Int) -> String { "load\(lanes)(\(place))" }
}

extension Recurrence.Cell {
  fileprivate var word: String {
    switch self {
    case .tanh: "tanh network"
    case .relu: "relu network"
    case .lstm: "Long short-term memory"
    case .gru: "Gated recurrent unit"
    }
  }

  /// Products with the input, and with the state, per unit.
  fileprivate var gateCount: Int {
    switch self {
    case .tanh, .relu: 1
    case .gru: 3
    case .lstm: 4
    }
  }
}

// MARK: Layers

extension Rnn: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int { network.recur(recurrent, node) }
}

extension Lstm: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int { network.recur(recurrent, node) }
}

extension Gru: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int { network.recur(recurrent, node) }
}

extension EmittedNetwork {
  /// Each direction is a projection of all inputs and a run over the steps; two stand side by side.
  fileprivate mutating func recur(_ layer: Recurrent, _ node: EmittedNode) -> Int {
    let values = (0..<(layer.isBoth ? 2 : 1)).map { direction(layer, node, isReverse: $0 == 1) }
    return values.count == 1 ? values[0] : add(Concatenation(), node, inputs: values)
  }

  private mutating func direction(_ layer: Recurrent, _ node: EmittedNode, isReverse: Bool) -> Int {
    let input = node.node.inputShapes[0].grid
    let (units, gates) = (layer.units, layer.cell.gateCount)
    let w = Array(node.weights[(isReverse ? 4 : 0)...].prefix(4))
    let end = isReverse ? "_reverse" : ""
    // 16 numbers are whole vectors of every processor.
    let room = roundedUp(units, to: 16)
    func spread(_ values: [Float]) -> [Float] {
      stride(from: 0, to: values.count, by: units).flatMap { start in
        values[start..<start + units] + [Float](repeating: 0, count: room - units)
      }
    }
    // The state's bias belongs to the sums, but for the third gate of gru, where it is multiplied.
    var bias = zip(w[2], w[3]).map { $0 + $1 }
    if layer.cell == .gru { bias.replaceSubrange((2 * units)..., with: w[2][(2 * units)...]) }
    let columns = gates * room
    let geometry = ConvGeometry(
      inHeight: 1, inWidth: input.width, inChannels: input.channels, outChannels: columns, kernelHeight: 1, kernelWidth: 1)
    let projection = add(
      Convolution(geometry, node.tensor("weight_ih_l0\(end)", shape: [1, 1, input.channels, columns], spread(w[0]))), node,
      shape: .sequence(steps: input.width, features: columns))
    let shift = EpilogueStep.shift(node.tensor("bias_l0\(end)", shape: [columns], spread(bias)))
    let projected = apply([shift], to: projection, node, shape: .sequence(steps: input.width, features: columns))
    let steps = RecurrentSteps(
      cell: layer.cell, units: units, isReverse: isReverse,
      weights: node.tensor("weight_hh_l0\(end)", shape: [units, columns], spread(w[1])),
      bias: layer.cell == .gru ? node.tensor("bias_hh_l0\(end)", shape: [units], Array(w[3][(2 * units)...])) : nil,
      isCarried: carriesStates)
    return add(steps, node, inputs: [projected], shape: .sequence(steps: input.width, features: units))
  }
}
