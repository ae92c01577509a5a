import NNKernelTypes
import NNLayers

extension Rnn: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.recurrent(recurrent) }
}

extension Lstm: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.recurrent(recurrent) }
}

extension Gru: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.recurrent(recurrent) }
}

extension Recurrence.Cell {
  /// The operator's name.
  var onnxOperation: String {
    switch self {
    case .tanh, .relu: "RNN"
    case .lstm: "LSTM"
    case .gru: "GRU"
    }
  }

  /// For each gate of ONNX, in its order, the place of that gate in PyTorch's: LSTM i o f c against i f g o, GRU z r h against r z n.
  var onnxGates: [Int] {
    switch self {
    case .tanh, .relu: [0]
    case .lstm: [0, 3, 1, 2]
    case .gru: [1, 0, 2]
    }
  }
}

extension ONNXStage {
  /// ONNX has the steps first, a leading axis of directions in its weights, and both biases in one tensor.
  fileprivate func recurrent(_ layer: Recurrent) -> String {
    let directions = layer.isBoth ? 2 : 1
    let (steps, inputs) = (input.dimensions[0], input.channels)
    let gates = layer.cell.onnxGates.count
    func packed(_ name: String, _ parts: [String], _ shape: [Int]) -> String {
      let values = (0..<directions).flatMap { direction in
        parts.flatMap { regrouped("\($0)\(direction == 1 ? "_reverse" : "")", layer) }
      }
      return builder.constant(name, values, shape: [directions] + shape)
    }
    let tensors = [
      packed("W", ["weight_ih_l0"], [gates * layer.units, inputs]), packed("R", ["weight_hh_l0"], [gates * layer.units, layer.units]),
      packed("B", ["bias_ih_l0", "bias_hh_l0"], [2 * gates * layer.units]),
    ]
    var attributes: [(name: String, value: ONNXAttribute)] = [
      ("direction", .text(layer.isBoth ? "bidirectional" : "forward")), ("hidden_size", .integer(layer.units)),
    ]
    switch layer.cell {
    case .relu: attributes.append(("activations", .texts(Array(repeating: "Relu", count: directions))))
    case .gru: attributes.append(("linear_before_reset", .integer(1)))
    case .tanh, .lstm: break
    }
    // steps x directions x batch x units
    let y = add(layer.cell.onnxOperation, [transposed(x, [1, 0, 2])] + tensors, attributes)
    return reshaped(transposed(y, [2, 0, 1, 3]), [steps, directions * layer.units])
  }

  /// The rows of a tensor, gate by gate in ONNX's order.
  private func regrouped(_ name: String, _ layer: Recurrent) -> [Float] {
    guard let values = weights.first(where: { $0.spec.name == name })?.values else { return [] }
    let size = values.count / layer.cell.onnxGates.count
    return layer.cell.onnxGates.flatMap { values[$0 * size..<($0 + 1) * size] }
  }
}
