import NNKernels

/// Batch normalisation: each channel is centred and scaled over the batch (and all its pixels or steps), then scaled and shifted.
///
/// y = (x - mean) / sqrt(variance + eps) * weight + bias. Training takes mean and biased variance from the batch and moves the running values by
/// `momentum` towards them (the variance unbiased); inference takes the running values. Source: Ioffe and Szegedy 2015; torch.nn.BatchNorm2d.
package struct BatchNorm: ChannelScaling {
  package static let signature = Signature(
    "bn", "batch normalisation: every channel gets mean 0 and variance 1 over the batch, then a scale and a shift",
    named: [
      Parameter("momentum", "weight of the new batch in the running values", .number(0...1, percent: true), default: .number(0.1)),
      Parameter("eps", "added to the variance", .number(0...1, percent: false), default: .number(1e-5)),
    ],
    takes: [.vector, .image, .sequence],
    example: .init("bn", on: .image(height: 4, width: 4, channels: 8), gives: .image(height: 4, width: 4, channels: 8)))

  package let momentum: Double
  package let epsilon: Double

  package init(_ arguments: Arguments) throws(LayerProblem) {
    momentum = arguments.number("momentum") ?? 0.1
    epsilon = arguments.number("eps") ?? 1e-5
  }

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape { try inputs[0].of(Self.signature.takes) }

  package func weights(for inputs: [Shape]) -> [WeightSpec] {
    let channels = inputs[0].channels
    return [
      WeightSpec("weight", shape: [channels], role: .scale), WeightSpec("bias", shape: [channels], role: .bias),
      WeightSpec("running_mean", shape: [channels], role: .running(0)), WeightSpec("running_var", shape: [channels], role: .running(1)),
    ]
  }

  package func macs(for inputs: [Shape]) -> Int { 0 }

  /// Two passes over each channel: its mean, then its variance.
  package func reference(_ call: ReferenceCall) -> [Double] {
    let channels = call.inputs[0].channels
    var y = call.x[0]
    for c in 0..<channels {
      let places = stride(from: c, to: y.count, by: channels)
      var (mean, variance) = (call.weights[2][c], call.weights[3][c])
      if call.pass.mode == .training {
        let count = Double(y.count / channels)
        mean = places.reduce(0) { $0 + y[$1] } / count
        variance = places.reduce(0) { $0 + (y[$1] - mean) * (y[$1] - mean) } / count
      }
      let scale = call.weights[0][c] / (variance + epsilon).squareRoot()
      for place in places { y[place] = (y[place] - mean) * scale + call.weights[1][c] }
    }
    return y
  }

  /// Saved: mean and 1 / deviation of every channel.
  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    let channels = inputs[0].channels
    return switch pass {
    case .training: LayerMemory(saved: 2 * channels, scratch: 4 * channels, readsY: false)
    case .inference: LayerMemory(scratch: channels, readsY: false, prepared: channels)
    }
  }

  package func forward(_ call: ForwardCall) {
    let channels = call.inputs[0].channels
    let rows = call.pass.batch * (call.inputs[0].count / channels)
    let w = call.weights
    switch call.pass.mode {
    case .training:
      call.kernels.batchNormForward(
        rows: rows, channels: channels, epsilon: Float(epsilon), momentum: Float(momentum), x: call.x[0], scale: w[0], shift: w[1],
        runningMean: w[2], runningVariance: w[3], y: call.y, mean: call.saved, rstd: call.saved + channels)
    case .inference:
      let prepared = call.preparedWeights
      call.kernels.batchNormInference(
        rows: rows, channels: channels, epsilon: Float(epsilon), x: call.x[0], scale: w[0], shift: w[1], runningMean: w[2],
        runningVariance: w[3], y: call.y, rstd: prepared?.memory ?? call.scratch, isPrepared: prepared.map { !$0.areNew } ?? false)
    }
  }

  package func backward(_ call: BackwardCall) {
    let channels = call.inputs[0].channels
    call.kernels.batchNormBackward(
      rows: call.pass.batch * (call.inputs[0].count / channels), channels: channels, x: call.x[0], scale: call.weights[0],
      mean: call.saved, rstd: call.saved + channels, dy: call.dy, dx: call.dx[0], dscale: call.dweights[0],
      dshift: call.dweights[1], scratch: call.scratch)
  }

  package func scaleAndShift(
    weights: [UnsafeMutablePointer<Float>], channels: Int, scale: UnsafeMutablePointer<Float>, shift: UnsafeMutablePointer<Float>
  ) {
    for c in 0..<channels {
      let factor = Double(weights[0][c]) / (Double(weights[3][c]) + epsilon).squareRoot()
      scale[c] = Float(factor)
      shift[c] = Float(Double(weights[1][c]) - Double(weights[2][c]) * factor)
    }
  }
}
