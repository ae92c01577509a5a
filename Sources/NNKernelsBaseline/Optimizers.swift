import NNKernelTypes

extension Loops {
  /// One step over n weights; `m` and `v` are the optimizer's two states, of which sgd uses m, rmsprop both, adagrad v.
  public static func update(
    _ step: OptimizerStep, count n: Int, w: MutableFloats, gradient: Floats, m: MutableFloats, v: MutableFloats
  ) {
    switch step {
    case .sgd(let rate, let momentum, let nesterov, let decay, let isFirst):
      if momentum == 0 {
        map(n, w, gradient, w) { w, g in fma(w, fma(g, w, decay), -rate) }
      } else {
        momentumStep(n, w, gradient, m, rate, momentum, nesterov, decay, isFirst)
      }
    case .adam(let rate, let beta1, let beta2, let epsilon, let decay, let correction1, let correction2):
      adamStep(n, w, gradient, m, v, rate, beta1, beta2, epsilon, decay, 1, correction1, correction2)
    case .adamw(let rate, let beta1, let beta2, let epsilon, let decay, let correction1, let correction2):
      adamStep(n, w, gradient, m, v, rate, beta1, beta2, epsilon, 0, 1 - rate * decay, correction1, correction2)
    case .adamax(let rate, let beta1, let beta2, let epsilon, let decay, let correction1):
      let size = rate / correction1
      each(n, w, gradient, m, v) { w, g, m, v in
        let penalized = fma(g, w, decay)
        m = fma(m, penalized - m, 1 - beta1)
        v = vmax(v * beta2, vabs(penalized) + epsilon)
        w = fma(w, m / v, -size)
      }
    case .rmsprop(let rate, let alpha, let epsilon, let decay, let momentum):
      each(n, w, gradient, m, v) { w, g, m, v in
        let penalized = fma(g, w, decay)
        v = fma(v * alpha, penalized * (1 - alpha), penalized)
        let step = penalized / (v.squareRoot() + epsilon)
        m = fma(step, m, momentum)
        w = fma(w, m, -rate)
      }
    case .adagrad(let rate, let epsilon, let decay):
      each(n, w, gradient, v, v) { w, g, v, _ in
        let penalized = fma(g, w, decay)
        v = fma(v, penalized, penalized)
        w = fma(w, penalized / (v.squareRoot() + epsilon), -rate)
      }
    }
  }

  @inline(__always) static func momentumStep(
    _ n: Int, _ w: MutableFloats, _ gradient: Floats, _ m: MutableFloats, _ rate: Float, _ momentum: Float, _ nesterov: Bool,
    _ decay: Float, _ isFirst: Bool
  ) {
    each(n, w, gradient, m, m) { w, g, m, _ in
      let penalized = fma(g, w, decay)
      m = isFirst ? penalized : fma(penalized, m, momentum)
      w = fma(w, nesterov ? fma(penalized, m, momentum) : m, -rate)
    }
  }

  @inline(__always) static func adamStep(
    _ n: Int, _ w: MutableFloats, _ gradient: Floats, _ m: MutableFloats, _ v: MutableFloats, _ rate: Float, _ beta1: Float,
    _ beta2: Float, _ epsilon: Float, _ decay: Float, _ shrink: Float, _ correction1: Float, _ correction2: Float
  ) {
    let size = rate / correction1
    let root = correction2.squareRoot()
    each(n, w, gradient, m, v) { w, g, m, v in
      let penalized = fma(g, w, decay)
      m = fma(m, penalized - m, 1 - beta1)
      v = fma(v * beta2, penalized * (1 - beta2), penalized)
      w = fma(w * shrink, m / (v.squareRoot() / root + epsilon), -size)
    }
  }

  /// f over n weights, their gradients and two states, vectors first; where both states are one buffer, f leaves the second alone.
  @inline(__always) static func each(
    _ n: Int, _ w: MutableFloats, _ gradient: Floats, _ m: MutableFloats, _ v: MutableFloats,
    _ f: (inout V, V, inout V, inout V) -> Void
  ) {
    var i = 0
    while i &+ lanes <= n {
      var weights = load(w + i)
      var first = load(m + i)
      var second = load(v + i)
      f(&weights, load(gradient + i), &first, &second)
      store(weights, w + i)
      if v != m { store(second, v + i) }
      store(first, m + i)
      i &+= lanes
    }
    if i < n {
      let rest = n &- i
      var weights = load(w + i, count: rest)
      var first = load(m + i, count: rest)
      var second = load(v + i, count: rest, fill: 1)
      f(&weights, load(gradient + i, count: rest), &first, &second)
      store(weights, w + i, count: rest)
      if v != m { store(second, v + i, count: rest) }
      store(first, m + i, count: rest)
    }
  }
}
