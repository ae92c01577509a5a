import NNKernels

/// A fully connected layer: y = W x + b. An image is flattened, a sequence is done step by step.
///
/// The gradients are Wᵀ dy for x, the outer product of dy and x summed over the batch for W, and the sum of dy for b.
/// After an image W is stored for PyTorch's order of a flattened image (C, H, W). Source: torch.nn.Linear.
package struct FullyConnected: Layer {
  package static let signature = Signature(
    "fc", "fully connected layer: every output is a weighted sum of all inputs",
    positional: [Parameter("outputs", "numbers that come out", .integer(1...Int(Int32.max)))],
    flags: [Flag("nobias", "no bias is added")], takesActivation: true, takes: [.vector, .image, .sequence],
    example: .init("fc 10", on: .image(height: 7, width: 7, channels: 64), gives: .vector(10)))

  let outputs: Int
  let hasBias: Bool

  package init(_ arguments: Arguments) throws(LayerProblem) {
    outputs = try arguments.required("outputs", arguments.integer("outputs"))
    hasBias = !arguments.has("nobias")
  }

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape {
    _ = try product([features(of: inputs[0]), outputs], limit: Shape.largestCount)
    switch inputs[0] {
    case .vector, .image: return .vector(outputs)
    case .sequence(let steps, _):
      _ = try product([inputs[0].count, outputs], limit: largestWork)
      return try Shape.sequence(steps: steps, features: outputs).checked()
    case .tokens: throw .kind(needs: Self.signature.takes, input: inputs[0])
    }
  }

  /// Numbers that go into each output.
  private func features(of input: Shape) -> Int { if case .sequence(_, let features) = input { features } else { input.count } }

  /// PyTorch: weight [out, in], in memory [in][out]; after an image [out, C, H, W], in memory [H][W][C][out].
  package func weights(for inputs: [Shape]) -> [WeightSpec] {
    let features = features(of: inputs[0])
    var weight = WeightSpec(
      "weight", shape: [outputs, features], order: [1, 0], role: .kernel, fanIn: features, fanOut: outputs)
    if case .image(let height, let width, let channels) = inputs[0] {
      weight.view = [outputs, channels, height, width]
      weight.order = [2, 3, 1, 0]
    }
    return [weight] + (hasBias ? [WeightSpec("bias", shape: [outputs], role: .bias, fanIn: features)] : [])
  }

  package func macs(for inputs: [Shape]) -> Int { inputs[0].count * outputs }

  /// y[o] = b[o] + sum over i of x[i] w[i, o], for every row (example or step).
  package func reference(_ call: ReferenceCall) -> [Double] {
    let features = features(of: call.inputs[0])
    let bias = hasBias ? call.weights[1] : [Double](repeating: 0, count: outputs)
    var y: [Double] = []
    for row in 0..<call.x[0].count / features {
      y += bias
      for i in 0..<features { addProducts(outputs, call.x[0][row * features + i], call.weights[0], i * outputs, &y, row * outputs) }
    }
    return y
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    LayerMemory(
      readsY: false, fusesActivation: true, foldsScale: true,
      prepared: pass == .inference ? Kernels.gemmPreparedCount(n: outputs, k: features(of: inputs[0])) : 0)
  }

  package func forward(_ call: ForwardCall) {
    let features = features(of: call.inputs[0])
    call.kernels.fullyConnectedForward(
      rows: call.pass.batch * (call.inputs[0].count / features), inputs: features, outputs: outputs, x: call.x[0], w: call.weights[0],
      epilogue: Epilogue(
        bias: call.fused.bias ?? (hasBias ? Floats(call.weights[1]) : nil), activation: call.fused.activation),
      prepared: call.preparedWeights, y: call.y)
  }

  package func backward(_ call: BackwardCall) {
    let features = features(of: call.inputs[0])
    let rows = call.pass.batch * (call.inputs[0].count / features)
    call.kernels.fullyConnectedWeightGradient(
      rows: rows, inputs: features, outputs: outputs, x: call.x[0], dy: call.dy, dw: call.dweights[0],
      dbias: hasBias ? call.dweights[1] : nil)
    if let dx = call.dx[0] {
      call.kernels.fullyConnectedInputGradient(
        rows: rows, inputs: features, outputs: outputs, dy: call.dy, w: call.weights[0], dx: dx)
    }
  }
}
