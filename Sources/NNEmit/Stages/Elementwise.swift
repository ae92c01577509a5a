import NNLayers

/// Nothing but what is fused onto it: functions of single numbers, sums and products of two values.
struct Elementwise: Operation {
  var name: String { "elementwise" }
  var summary: String { "Number by number" }
  var readsVectors: Bool { true }

  func fuses(_ step: EpilogueStep, after steps: [EpilogueStep]) -> Bool { step != .pool }

  func write(_ function: inout StageFunction) {
    let x = function.inputs[0]
    let y = function.output
    let lanes = function.lanes
    function.use(.load(lanes))
    function.prepareEpilogue()
    function.unitLoop("row", y.height) { function, row in
      function.loop("column", y.width) { function, column in
        function.pointers(row: row, column: column)
        function.move("x", by: Index((row, x.rowStep), (column, x.pixelStep)))
        function.vectorLoop(y.pixelStep, lanes: lanes) { function, lane in
          function.store("load\(lanes)(\(Index((lane, 1)).added(to: "x")))", lane: lane, lanes: lanes)
        }
      }
    }
  }
}

// MARK: Layers

extension Pointwise where Self: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    kernel.kind == .linear ? node.inputs[0] : network.apply([.activation(kernel)], to: node.inputs[0], node)
  }
}

extension Linear: Emittable {}
extension Relu: Emittable {}
extension LeakyRelu: Emittable {}
extension Elu: Emittable {}
extension Gelu: Emittable {}
extension Silu: Emittable {}
extension Sigmoid: Emittable {}
extension Tanh: Emittable {}
extension Softsign: Emittable {}
extension Softplus: Emittable {}

extension Dropout: Emittable {
  /// Nothing is dropped outside of training.
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int { node.inputs[0] }
}

extension BatchNorm: Emittable {
  /// Outside of training a scale and a shift per channel, which most stages before it can take into their weights.
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    let w = node.weights.map { $0.map(Double.init) }
    let scale = zip(w[0], w[3]).map { $0 / ($1 + epsilon).squareRoot() }
    let shift = zip(zip(w[1], w[2]), scale).map { $0.0 - $0.1 * $1 }
    let steps: [EpilogueStep] = [
      .scale(node.tensor("scale", shape: [scale.count], scale.map { Float($0) })),
      .shift(node.tensor("shift", shape: [shift.count], shift.map { Float($0) })),
    ]
    return network.apply(steps, to: node.inputs[0], node)
  }
}

extension Add: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int { network.join(node) { .add(value: $0) } }
}

extension Mul: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int { network.join(node) { .multiply(value: $0) } }
}

extension EmittedNetwork {
  /// All inputs of a node joined number by number, on the one that is made last.
  fileprivate mutating func join(_ node: EmittedNode, _ step: (Int) -> EpilogueStep) -> Int {
    var others = node.inputs
    let base = madeLast(others)
    if let place = others.firstIndex(of: base) { others.remove(at: place) }
    return apply(others.map(step), to: base, node)
  }
}
