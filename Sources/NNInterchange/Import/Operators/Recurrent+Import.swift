import NNKernelTypes
import NNLayers

extension ONNXImporter {
  /// Y (steps x directions x batch x units), Y_h (directions x batch x units) and Y_c.
  func recurrent(_ node: ImportedNode) throws(Unsayable) -> [ImportedValue] {
    let x = try node.flow()
    let isBatchFirst = node.integer("layout", 0) == 1
    guard x.shape.kind == .sequence, x.hasLayout(isBatchFirst ? [[nil], [0], [1]] : [[0], [nil], [1]]) else {
      throw layoutProblem(x, isBatchFirst ? "N x T x D" : "T x N x D")
    }
    let cell = try recurrentCell(node)
    let direction = node.text("direction", "forward")
    guard ["forward", "bidirectional"].contains(direction) else { throw Unsayable("it runs from the end to the start alone") }
    let directions = direction == "forward" ? 1 : 2
    let weights = try RecurrentWeights(node, cell, directions: directions, inputs: x.shape.channels)
    try checkStates(node, steps: x.shape.dimensions[0])
    let written = node.integer(ONNXNode.unrolledSteps, x.shape.dimensions[0])
    guard written == x.shape.dimensions[0] else { throw Unsayable("it takes \(written) of \(x.shape.dimensions[0]) steps") }
    let text = "\(cell.word) \(weights.units)" + (cell == .relu ? " relu" : "") + (directions == 2 ? " both" : "")
    let result = try add(text, x, weights.tensors)
    let all = steps(of: result, directions, weights.units)
    var values = [ImportedValue.flow(isBatchFirst ? all.transposed([2, 0, 1, 3]) ?? all : all)]
    for (place, output) in node.node.outputs.dropFirst().enumerated() {
      if output.isEmpty || readers[output] == nil {
        values.append(.unknown)
      } else if place == 0 {
        let last = try final(result, directions, weights.units)
        values.append(.flow(isBatchFirst ? last.transposed([1, 0, 2]) ?? last : last))
      } else {
        throw Unsayable("its last cell state is read")
      }
    }
    return values
  }

  private func recurrentCell(_ node: ImportedNode) throws(Unsayable) -> Recurrence.Cell {
    guard node.attribute("clip") == nil else { throw Unsayable("it clips") }
    guard node.integer("input_forget", 0) == 0 else { throw Unsayable("its input and forget gates are one") }
    var activations: [String] = []
    if case .texts(let texts)? = node.attribute("activations") { activations = texts.map { $0.lowercased() } }
    func isUsual(_ usual: [String]) -> Bool { activations.isEmpty || activations == usual || activations == usual + usual }
    switch node.operation {
    case "LSTM":
      guard isUsual(["sigmoid", "tanh", "tanh"]) else { throw Unsayable("its activations are \(activations.joined(separator: ", "))") }
      return .lstm
    case "GRU":
      guard isUsual(["sigmoid", "tanh"]) else { throw Unsayable("its activations are \(activations.joined(separator: ", "))") }
      return .gru
    case _:
      if isUsual(["tanh"]) { return .tanh }
      guard isUsual(["relu"]) else { throw Unsayable("its activations are \(activations.joined(separator: ", "))") }
      return .relu
    }
  }

  /// Sequences have one length, states begin at zero, and there are no peepholes.
  private func checkStates(_ node: ImportedNode, steps: Int) throws(Unsayable) {
    if let lengths = try node.optionalConstant(4), lengths.doubles.contains(where: { $0 != Double(steps) }) {
      throw Unsayable("its sequences have lengths of their own")
    }
    for index in 5...7 {
      guard let state = try node.optionalConstant(index) else { continue }
      guard state.doubles.allSatisfy({ $0 == 0 }) else {
        throw Unsayable(index == 7 ? "it has peepholes" : "its state does not begin at zero")
      }
    }
  }

  private func steps(of x: Flow, _ directions: Int, _ units: Int) -> Flow {
    var result = x
    let parts = [newAtom(directions), newAtom(units)]
    result.canonical[1] = parts
    result.axes = [x.axes[1], [parts[0]], x.axes[0], [parts[1]]]
    return result
  }

  private func final(_ x: Flow, _ directions: Int, _ units: Int) throws(Unsayable) -> Flow {
    var result = try add("last", x)
    let parts = [newAtom(directions), newAtom(units)]
    result.canonical[0] = parts
    result.axes = [[parts[0]], result.axes[0], [parts[1]]]
    return result
  }

  /// The last step of one direction and the first step of the other, side by side: the final states.
  func lastOfBoth(_ flows: [Flow], _ axis: Int) throws(Unsayable) -> Flow? {
    if let whole = Flow.joining(flows, axis) { return whole }
    guard flows.count == 2, axis == 1, flows.allSatisfy({ $0.picked.count == 1 && $0.axes.count == 2 }), flows[0].picked.values.first == 0,
      flows[1].picked.values.first == 1, flows.allSatisfy({ $0.picked.keys.first?.size == 2 }), let end = stage(flows[0].source),
      let start = stage(flows[1].source), end.text == "last", start.text == "first", let plain = end.inputs.first.flatMap(stage),
      plain.word == "reshape", let sequence = plain.inputs.first, sequence == start.inputs.first, let recurrent = stage(sequence),
      recurrent.text.hasSuffix(" both")
    else { return nil }
    return try add("last", flow(sequence, recurrent.shape))
  }
}

extension Recurrence.Cell {
  fileprivate var word: String {
    switch self {
    case .tanh, .relu: "rnn"
    case .lstm: "lstm"
    case .gru: "gru"
    }
  }
}

/// W, R and B of a recurrent node as PyTorch's tensors, gate by gate in its order.
private struct RecurrentWeights {
  let units: Int
  var tensors: [(name: String, values: [Float])] = []

  init(_ node: ImportedNode, _ cell: Recurrence.Cell, directions: Int, inputs: Int) throws(Unsayable) {
    // For each gate of ONNX its place in PyTorch's order.
    let gates = cell.onnxGates
    let (w, r) = (try node.weights(1, rank: 3), try node.weights(2, rank: 3))
    let units = r.shape[2]
    self.units = units
    guard units > 0, w.shape == [directions, gates.count * units, inputs], r.shape == [directions, gates.count * units, units] else {
      throw Unsayable("its weights are \(w.shape) and \(r.shape)")
    }
    let count = gates.count * units
    let b = try node.vector(3, count: directions * 2 * count) ?? [Float](repeating: 0, count: directions * 2 * count)
    guard cell != .gru || node.integer("linear_before_reset", 0) != 0 else {
      throw Unsayable("its reset gate works before the product with the state (`linear_before_reset` 0); that of `gru` works behind it")
    }
    for direction in 0..<directions {
      let suffix = direction == 0 ? "" : "_reverse"
      let biases = Array(b[direction * 2 * count..<(direction + 1) * 2 * count])
      tensors += [
        ("weight_ih_l0\(suffix)", Self.regrouped(w.values[direction * count * inputs..<(direction + 1) * count * inputs], gates)),
        ("weight_hh_l0\(suffix)", Self.regrouped(r.values[direction * count * units..<(direction + 1) * count * units], gates)),
        ("bias_ih_l0\(suffix)", Self.regrouped(biases[..<count], gates)), ("bias_hh_l0\(suffix)", Self.regrouped(biases[count...], gates)),
      ]
    }
  }

  /// The rows of a tensor, gate by gate in PyTorch's order.
  private static func regrouped(_ values: ArraySlice<Float>, _ gates: [Int]) -> [Float] {
    let size = values.count / gates.count
    return gates.indices.flatMap { gate -> ArraySlice<Float> in
      let place = gates.firstIndex(of: gate) ?? gate
      return values[values.startIndex + place * size..<values.startIndex + (place + 1) * size]
    }
  }
}
