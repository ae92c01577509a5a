import NNKernelTypes

extension Loops {
  public static func activate(_ activation: Activation, count n: Int, x: Floats, y: MutableFloats) {
    let alpha = activation.alpha
    switch activation.kind {
    case .linear: map(n, x, y) { $0 }
    case .relu: map(n, x, y) { $0.with(0, where: $0 .< 0) }
    case .leakyRelu: map(n, x, y) { $0.with($0 * alpha, where: $0 .< 0) }
    case .elu: map(n, x, y) { $0.with(expm1($0) * alpha, where: $0 .< 0) }
    case .gelu: map(n, x, y) { $0 * normal($0) }
    case .silu: map(n, x, y) { $0 * sigmoid($0) }
    case .sigmoid: map(n, x, y) { sigmoid($0) }
    case .tanh: map(n, x, y) { tanh($0) }
    case .softsign: map(n, x, y) { $0 / (1 + vabs($0)) }
    case .softplus: map(n, x, y) { softplus($0) }
    }
  }

  public static func activateBackward(
    _ activation: Activation, count n: Int, x: Floats, y: Floats, dy: Floats, dx: MutableFloats
  ) {
    let alpha = activation.alpha
    // Where the sign of y is that of x, y serves, and x need not be kept.
    let sign = activation.backwardReadsInput ? x : y
    switch activation.kind {
    case .linear: map(n, dy, dx) { $0 }
    case .relu: map(n, sign, dy, dx) { V().with($1, where: $0 .> 0) }
    case .leakyRelu: map(n, sign, dy, dx) { ($1 * alpha).with($1, where: $0 .> 0) }
    case .elu: map(n, sign, y, dy, dx) { ($2 * ($1 + alpha)).with($2, where: $0 .> 0) }
    case .gelu: map(n, x, dy, dx) { $1 * geluSlope($0) }
    case .silu: map(n, x, dy, dx) { $1 * siluSlope($0) }
    case .sigmoid: map(n, y, dy, dx) { $1 * ($0 * (1 - $0)) }
    case .tanh: map(n, y, dy, dx) { $1 * fma(V(repeating: 1), -$0, $0) }
    case .softsign: map(n, x, dy, dx) { softsignGradient($0, $1) }
    case .softplus: map(n, x, dy, dx) { $1 * sigmoid($0) }
    }
  }
}

/// Φ(x) + x φ(x)
@_transparent func geluSlope(_ x: V) -> V {
  let density = bell(x) * 0.3989422804014327
  return fma(normal(x), x, density)
}

/// s (1 + x (1 - s)) with s = sigmoid x
@_transparent func siluSlope(_ x: V) -> V {
  let s = sigmoid(x)
  return s * fma(V(repeating: 1), x, 1 - s)
}

@_transparent func softsignGradient(_ x: V, _ dy: V) -> V {
  let d = 1 + vabs(x)
  return dy / (d * d)
}
