import NNKernelTypes

extension Loops {
  public static func activate(_ activation: Activation, count n: Int, x: Floats, y: MutableFloats) {
    let alpha = activation.alpha
    switch activation.kind {
    case .linear: map(n, x, y) { $0 }
    case .relu: map(n, x, y) { $0.with(0, where: $0 .< 0) }
    case .leakyRelu: map(n, x, y) { $0.with($0 * alpha, where: $0 .< 0) }
    case .elu, .gelu, .silu, .sigmoid, .tanh, .softsign, .softplus:
      // A loop of its own: closures of this size are not inlined.
      var i = 0
      while i < n {
        let count = n &- i
        let v = count >= lanes ? load(x + i) : load(x + i, count: count)
        let result = value(activation.kind, alpha, v)
        if count >= lanes { store(result, y + i) } else { store(result, y + i, count: count) }
        i &+= lanes
      }
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
    case .sigmoid: map(n, y, dy, dx) { $1 * ($0 * (1 - $0)) }
    case .tanh: map(n, y, dy, dx) { $1 * fma(V(repeating: 1), -$0, $0) }
    case .elu: map(n, sign, y, dy, dx) { ($2 * ($1 + alpha)).with($2, where: $0 .> 0) }
    case .softsign: map(n, x, dy, dx) { softsignGradient($0, $1) }
    case .gelu, .silu, .softplus:
      var i = 0
      while i < n {
        let count = n &- i
        let v = count >= lanes ? load(x + i) : load(x + i, count: count)
        let gradient = slope(activation.kind, v) * (count >= lanes ? load(dy + i) : load(dy + i, count: count))
        if count >= lanes { store(gradient, dx + i) } else { store(gradient, dx + i, count: count) }
        i &+= lanes
      }
    }
  }
}

/// f(x) of the activations that take more than a few operations; x for the others.
@_transparent func value(_ kind: Activation.Kind, _ alpha: Float, _ x: V) -> V {
  switch kind {
  case .elu: x.with(expm1(x) * alpha, where: x .< 0)
  case .gelu: x * normal(x)
  case .silu: x * sigmoid(x)
  case .sigmoid: sigmoid(x)
  case .tanh: tanh(x)
  case .softsign: x / (1 + vabs(x))
  case .softplus: softplus(x)
  case .linear, .relu, .leakyRelu: x
  }
}

/// f'(x) of those whose slope takes x and more than a few operations; 1 for the others.
@_transparent func slope(_ kind: Activation.Kind, _ x: V) -> V {
  switch kind {
  case .gelu: geluSlope(x)
  case .silu: siluSlope(x)
  case .softplus: sigmoid(x)
  case .linear, .relu, .leakyRelu, .elu, .sigmoid, .tanh, .softsign: V(repeating: 1)
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
