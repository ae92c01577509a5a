import NNKernelTypes

extension Loops {
  /// One step over n weights; `m` and `v` are the optimizer's two states, of which sgd uses m, rmsprop both, adagrad v.
  public static func update(
    _ step: OptimizerStep, count n: Int, w: MutableFloats, gradient: Floats, m: MutableFloats, v: MutableFloats
  ) {
    switch step {
    case .sgd(let rate, let momentum, let nesterov, let decay, let isFirst):
      let decay = Float(decay)
      let step = Float(-rate)
      if momentum == 0 {
        map(n, w, gradient, w) { w, g in fma(w, fma(g, w, decay), step) }
      } else {
        let momentum = Float(momentum)
        each(n, w, gradient, m, m) { w, g, m, _ in
          let penalized = fma(g, w, decay)
          m = isFirst ? penalized : fma(penalized, m, momentum)
          w = fma(w, nesterov ? fma(penalized, m, momentum) : m, step)
        }
      }
    case .adam(let rate, let beta1, let beta2, let epsilon, let decay, let correction1, let correction2):
      adam(n, w, gradient, m, v, rate / correction1, beta1, beta2, epsilon, decay, 1, correction2)
    case .adamw(let rate, let beta1, let beta2, let epsilon, let decay, let correction1, let correction2):
      adam(n, w, gradient, m, v, rate / correction1, beta1, beta2, epsilon, 0, 1 - rate * decay, correction2)
    case .adamax(let rate, let beta1, let beta2, let epsilon, let decay, let correction1):
      adamax(n, w, gradient, m, v, Float(-rate / correction1), Float(1 - beta1), Float(beta2), Float(epsilon), Float(decay))
    case .rmsprop(let rate, let alpha, let epsilon, let decay, let momentum):
      rmsprop(
        n, w, gradient, m, v, Float(-rate), Float(alpha), Float(1 - alpha), Float(epsilon), Float(decay), Float(momentum))
    case .adagrad(let rate, let epsilon, let decay):
      let decay = Float(decay)
      let step = Float(-rate)
      let epsilon = Float(epsilon)
      each(n, w, gradient, v, v) { w, g, v, _ in
        let penalized = fma(g, w, decay)
        v = fma(v, penalized, penalized)
        w = fma(w, penalized / (v.squareRoot() + epsilon), step)
      }
    }
  }

  @_transparent static func adam(
    _ n: Int, _ w: MutableFloats, _ gradient: Floats, _ m: MutableFloats, _ v: MutableFloats, _ size: Double, _ beta1: Double,
    _ beta2: Double, _ epsilon: Double, _ decay: Double, _ shrink: Double, _ correction2: Double
  ) {
    let step = Float(-size)
    let epsilon = Float(epsilon)
    let decay = Float(decay)
    let shrink = Float(shrink)
    let root = Float(1 / correction2.squareRoot())
    let share1 = Float(1 - beta1)
    let share2 = Float(1 - beta2)
    let beta2 = Float(beta2)
    each(n, w, gradient, m, v) { w, g, m, v in
      let penalized = fma(g, w, decay)
      m = fma(m, penalized - m, share1)
      v = fma(v * beta2, penalized * share2, penalized)
      w = fma(w * shrink, m / fma(V(repeating: epsilon), v.squareRoot(), root), step)
    }
  }

  @_transparent static func adamax(
    _ n: Int, _ w: MutableFloats, _ gradient: Floats, _ m: MutableFloats, _ v: MutableFloats, _ step: Float, _ share1: Float,
    _ beta2: Float, _ epsilon: Float, _ decay: Float
  ) {
    each(n, w, gradient, m, v) { w, g, m, v in
      let penalized = fma(g, w, decay)
      m = fma(m, penalized - m, share1)
      v = vmax(v * beta2, vabs(penalized) + epsilon)
      w = fma(w, m / v, step)
    }
  }

  @_transparent static func rmsprop(
    _ n: Int, _ w: MutableFloats, _ gradient: Floats, _ m: MutableFloats, _ v: MutableFloats, _ step: Float, _ alpha: Float,
    _ share: Float, _ epsilon: Float, _ decay: Float, _ momentum: Float
  ) {
    if momentum == 0 {
      each(n, w, gradient, v, v) { w, g, v, _ in
        let penalized = fma(g, w, decay)
        v = fma(v * alpha, penalized * share, penalized)
        w = fma(w, penalized / (v.squareRoot() + epsilon), step)
      }
      return
    }
    each(n, w, gradient, m, v) { w, g, m, v in
      let penalized = fma(g, w, decay)
      v = fma(v * alpha, penalized * share, penalized)
      m = fma(penalized / (v.squareRoot() + epsilon), m, momentum)
      w = fma(w, m, step)
    }
  }

  /// f over n weights, their gradients and two states, vectors first; where both states are one buffer, f leaves the second alone.
  @_transparent static func each(
    _ n: Int, _ w: MutableFloats, _ gradient: Floats, _ m: MutableFloats, _ v: MutableFloats,
    _ f: (inout V, V, inout V, inout V) -> Void
  ) {
    var i = 0
    while i < n {
      let count = n &- i
      let isWhole = count >= lanes
      var weights = isWhole ? load(w + i) : load(w + i, count: count)
      var first = isWhole ? load(m + i) : load(m + i, count: count)
      var second = isWhole ? load(v + i) : load(v + i, count: count, fill: 1)
      f(&weights, isWhole ? load(gradient + i) : load(gradient + i, count: count), &first, &second)
      if isWhole {
        store(weights, w + i)
        if v != m { store(second, v + i) }
        store(first, m + i)
      } else {
        store(weights, w + i, count: count)
        if v != m { store(second, v + i, count: count) }
        store(first, m + i, count: count)
      }
      i &+= lanes
    }
  }
}
