import NNDiagnostics
import NNGraph
import NNLayers

/// What inference makes of the weights once: normalisations worked into the weights before them, and the orders in which kernels read them.
final class PreparedArena {
  private let arena: Arena
  private let plan: Plan
  private let model: Model
  private let parameters: Parameters
  /// By forward step: where its prepared weights begin; nil where it has none.
  private let offsets: [Int?]
  /// By forward step: where its folded weights begin.
  private let foldedOffsets: [Int?]

  /// - Throws: NN310 where the machine has too little memory.
  init(_ plan: Plan, _ model: Model, _ parameters: Parameters) throws(Diagnostic) {
    var size = 0
    var offsets: [Int?] = []
    var foldedOffsets: [Int?] = []
    for step in plan.forward {
      let node = model.nodes[step.nodes[0]]
      let count = model.memory(of: step.nodes[0], lookup: step.lookup, batch: plan.batch, .inference).prepared
      offsets.append(count > 0 ? size : nil)
      size += (count + 15) / 16 * 16
      let folds = step.fused.norm != nil
      foldedOffsets.append(folds ? size : nil)
      if folds { size += (node.weights[0].count + 15) / 16 * 16 + 3 * ((node.output.channels + 15) / 16 * 16) }
    }
    self.plan = plan
    self.model = model
    self.parameters = parameters
    self.offsets = offsets
    self.foldedOffsets = foldedOffsets
    arena = try Arena(count: size, isStreamed: true)
  }

  func pointer(_ step: Int) -> UnsafeMutablePointer<Float>? { offsets[step].map { arena.base + $0 } }

  /// Weights and bias of a step with a folded normalisation.
  func folded(_ step: Int) -> (weights: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>)? {
    guard let offset = foldedOffsets[step] else { return nil }
    let weights = arena.base + offset
    return (weights, weights + (model.nodes[plan.forward[step].nodes[0]].weights[0].count + 15) / 16 * 16)
  }

  /// Works the normalisations of the present weights into those before them: w scale, and bias scale + shift.
  func foldNorms() {
    for (number, step) in plan.forward.enumerated() {
      guard let norm = step.fused.norm, let (weights, bias) = folded(number),
        let scaling = model.nodes[norm].layer as? any ChannelScaling
      else { continue }
      let node = step.nodes[0]
      let channels = model.nodes[node].output.channels
      let padded = (channels + 15) / 16 * 16
      let (scale, shift) = (bias + padded, bias + 2 * padded)
      scaling.scaleAndShift(
        weights: parameters.layout.ofNode[norm].map(parameters.pointer), channels: channels, scale: scale, shift: shift)
      let tensors = parameters.layout.ofNode[node].map(parameters.pointer)
      for row in stride(from: 0, to: model.nodes[node].weights[0].count, by: channels) {
        for c in 0..<channels { weights[row + c] = tensors[0][row + c] * scale[c] }
      }
      for c in 0..<channels { bias[c] = (tensors.count > 1 ? tensors[1][c] * scale[c] : 0) + shift[c] }
    }
  }
}
