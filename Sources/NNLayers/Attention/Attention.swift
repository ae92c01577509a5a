import NNKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Self-attention of several heads: every step gets a mixture of all steps, weighted by how well its query fits their keys.
///
/// Q, K, V = x W + b; per head P = softmax(Q Kᵀ / √(D / heads)) and P V; the heads side by side go through the output projection. With `causal` a step
/// sees itself and what came before. The gradient goes back through both projections and the softmax. Source: Vaswani et al. 2017;
/// torch.nn.MultiheadAttention on (x, x, x), batch first.
package struct Attention: Layer {
  package static let signature = Signature(
    "attention", "self-attention: every step gets a weighted mixture of all steps",
    named: [Parameter("heads", "independent mixtures; they share the features evenly", .integer(1...1 << 16), default: .integer(1))],
    flags: [Flag("causal", "a step sees itself and what came before")], takes: [.sequence],
    example: .init("attention heads 4 causal", on: .sequence(steps: 64, features: 32), gives: .sequence(steps: 64, features: 32)))

  package let heads: Int
  package let isCausal: Bool

  package init(_ arguments: Arguments) throws(LayerProblem) {
    heads = arguments.integer("heads") ?? 1
    isCausal = arguments.has("causal")
  }

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape {
    guard case .sequence(let steps, let features) = inputs[0] else { throw .kind(needs: [.sequence], input: inputs[0]) }
    guard features % heads == 0 else { throw .divide(argument: "heads", value: heads, what: "features", count: features) }
    _ = try product([4, features, features], limit: Shape.largestCount)
    _ = try product([heads, steps, steps], limit: Shape.largestCount)
    _ = try product([4, steps, features, max(features, steps)], limit: largestWork)
    return inputs[0]
  }

  /// PyTorch: in_proj_weight [3 D, D] (queries, keys, values), in_proj_bias, out_proj.weight [D, D], out_proj.bias; in memory [in][out].
  package func weights(for inputs: [Shape]) -> [WeightSpec] {
    let features = inputs[0].channels
    return [
      WeightSpec("in_proj_weight", shape: [3 * features, features], order: [1, 0], role: .kernel, fanIn: features, fanOut: features),
      WeightSpec("in_proj_bias", shape: [3 * features], role: .bias, fanIn: features),
      WeightSpec("out_proj.weight", shape: [features, features], order: [1, 0], role: .kernel, fanIn: features, fanOut: features),
      WeightSpec("out_proj.bias", shape: [features], role: .bias, fanIn: features),
    ]
  }

  /// Projections, scores and mixtures; a causal one is counted in full.
  package func macs(for inputs: [Shape]) -> Int {
    let (steps, features) = (inputs[0].dimensions[0], inputs[0].channels)
    return 4 * steps * features * features + 2 * steps * steps * features
  }

  private func geometry(_ input: Shape) -> AttentionGeometry {
    AttentionGeometry(steps: input.dimensions[0], heads: heads, width: input.channels / heads, isCausal: isCausal)
  }

  /// The formula above, step by step.
  package func reference(_ call: ReferenceCall) -> [Double] {
    let g = geometry(call.inputs[0])
    let features = g.features
    func projected(_ x: [Double], _ w: [Double], _ bias: [Double]) -> [Double] {
      var y: [Double] = []
      for row in 0..<x.count / features {
        let start = y.count
        y += bias
        for i in 0..<features { addProducts(bias.count, x[row * features + i], w, i * bias.count, &y, start) }
      }
      return y
    }
    let qkv = projected(call.x[0], call.weights[0], call.weights[1])
    var mixed = [Double](repeating: 0, count: call.x[0].count)
    for place in 0..<call.pass.batch * g.steps {
      let (example, step) = (place / g.steps * g.steps, place % g.steps)
      for head in 0..<heads {
        let seen = isCausal ? step + 1 : g.steps
        let weights = (0..<seen).map { other in
          exp(
            (0..<g.width).reduce(0) {
              $0 + qkv[place * 3 * features + head * g.width + $1] * qkv[(example + other) * 3 * features + features + head * g.width + $1]
            } / Double(g.width).squareRoot())
        }
        let total = weights.reduce(0, +)
        for other in 0..<seen {
          let values = (example + other) * 3 * features + 2 * features + head * g.width
          addProducts(g.width, weights[other] / total, qkv, values, &mixed, place * features + head * g.width)
        }
      }
    }
    return projected(mixed, call.weights[2], call.weights[3])
  }

  /// Saved in training: Q, K and V, the mixtures, the softmax of every head. In inference the same, in scratch.
  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    let g = geometry(inputs[0])
    let count = batch * inputs[0].count
    let kept = 3 * count + count + batch * heads * g.steps * g.steps
    return switch pass {
    case .inference: LayerMemory(scratch: kept, readsY: false)
    case .training:
      LayerMemory(
        saved: kept, scratch: 3 * count + count + Kernels.attentionScratch(g, batch: batch), readsY: false)
    }
  }

  package func forward(_ call: ForwardCall) {
    let g = geometry(call.inputs[0])
    let (rows, features) = (call.pass.batch * g.steps, g.features)
    let qkv = call.pass.mode == .training ? call.saved : call.scratch
    let mixed = qkv + 3 * rows * features
    call.kernels.fullyConnectedForward(
      rows: rows, inputs: features, outputs: 3 * features, x: call.x[0], w: call.weights[0], epilogue: Epilogue(bias: call.weights[1]),
      y: qkv)
    call.kernels.attentionForward(g, batch: call.pass.batch, qkv: qkv, p: mixed + rows * features, y: mixed)
    call.kernels.fullyConnectedForward(
      rows: rows, inputs: features, outputs: features, x: mixed, w: call.weights[2], epilogue: Epilogue(bias: call.weights[3]), y: call.y)
  }

  package func backward(_ call: BackwardCall) {
    let g = geometry(call.inputs[0])
    let (rows, features) = (call.pass.batch * g.steps, g.features)
    let mixed = call.saved + 3 * rows * features
    let dqkv = call.scratch
    let dmixed = dqkv + 3 * rows * features
    let kernels = call.kernels
    kernels.fullyConnectedWeightGradient(
      rows: rows, inputs: features, outputs: features, x: mixed, dy: call.dy, dw: call.dweights[2], dbias: call.dweights[3])
    kernels.fullyConnectedInputGradient(rows: rows, inputs: features, outputs: features, dy: call.dy, w: call.weights[2], dx: dmixed)
    kernels.attentionBackward(
      g, batch: call.pass.batch, qkv: call.saved, p: mixed + rows * features, dy: dmixed, dqkv: dqkv,
      scratch: dmixed + rows * features)
    kernels.fullyConnectedWeightGradient(
      rows: rows, inputs: features, outputs: 3 * features, x: call.x[0], dy: dqkv, dw: call.dweights[0], dbias: call.dweights[1])
    if let dx = call.dx[0] {
      kernels.fullyConnectedInputGradient(rows: rows, inputs: features, outputs: 3 * features, dy: dqkv, w: call.weights[0], dx: dx)
    }
  }
}
