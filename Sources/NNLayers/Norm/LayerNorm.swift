import NNKernels

/// Layer normalisation over the last axis: the channels of each pixel or step, or all numbers of a vector.
///
/// y = (x - mean) / sqrt(variance + eps) * weight + bias with the biased variance, in training and inference alike.
/// Source: Ba, Kiros and Hinton 2016; torch.nn.LayerNorm of the last axis.
package struct LayerNorm: Layer {
  package static let signature = Signature(
    "layernorm", "layer normalisation: the last axis gets mean 0 and variance 1, then a scale and a shift",
    named: [Parameter("eps", "added to the variance", .number(0...1, percent: false), default: .number(1e-5))],
    takes: [.vector, .image, .sequence],
    example: .init("layernorm", on: .sequence(steps: 10, features: 16), gives: .sequence(steps: 10, features: 16)))

  package let epsilon: Double

  package init(_ arguments: Arguments) throws(LayerProblem) { epsilon = arguments.number("eps") ?? 1e-5 }

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape { try inputs[0].of(Self.signature.takes) }

  package func weights(for inputs: [Shape]) -> [WeightSpec] {
    let channels = inputs[0].channels
    return [WeightSpec("weight", shape: [channels], role: .scale), WeightSpec("bias", shape: [channels], role: .bias)]
  }

  package func macs(for inputs: [Shape]) -> Int { 0 }

  /// Row by row: the mean, then the variance.
  package func reference(_ call: ReferenceCall) -> [Double] {
    let channels = call.inputs[0].channels
    var y = call.x[0]
    for first in stride(from: 0, to: y.count, by: channels) {
      let row = first..<first + channels
      let mean = row.reduce(0) { $0 + y[$1] } / Double(channels)
      let variance = row.reduce(0) { $0 + (y[$1] - mean) * (y[$1] - mean) } / Double(channels)
      let scale = 1 / (variance + epsilon).squareRoot()
      for place in row { y[place] = (y[place] - mean) * scale * call.weights[0][place - first] + call.weights[1][place - first] }
    }
    return y
  }

  /// Saved: mean and 1 / deviation of every row.
  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    LayerMemory(saved: 2 * batch * (inputs[0].count / inputs[0].channels), readsY: false)
  }

  package func forward(_ call: ForwardCall) {
    let channels = call.inputs[0].channels
    let rows = call.pass.batch * (call.inputs[0].count / channels)
    call.kernels.layerNormForward(
      rows: rows, columns: channels, epsilon: Float(epsilon), x: call.x[0], scale: call.weights[0], shift: call.weights[1], y: call.y,
      mean: call.saved, rstd: call.saved + rows)
  }

  package func backward(_ call: BackwardCall) {
    let channels = call.inputs[0].channels
    let rows = call.pass.batch * (call.inputs[0].count / channels)
    call.kernels.layerNormBackward(
      rows: rows, columns: channels, x: call.x[0], scale: call.weights[0], mean: call.saved, rstd: call.saved + rows, dy: call.dy,
      dx: call.dx[0], dscale: call.dweights[0], dshift: call.dweights[1])
  }
}
