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
        each(n, w, gradient, m, m) { w, g, m, v in
          let penalized = fma(g, w, decay)
          let next = isFirst ? penalized : fma(penalized, m, momentum)
          return (fma(w, nesterov ? fma(penalized, next, momentum) : next, step), next, v)
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
      each(n, w, gradient, v, v) { w, g, v, other in
        let penalized = fma(g, w, decay)
        let next = fma(v, penalized, penalized)
        return (fma(w, penalized / (next.squareRoot() + epsilon), step), next, other)
      }
    }
  }

  // Adam and Adamax are spelled out: a closure of so many vectors is called, not inlined, and takes as long as all the memory traffic.

  static func adam(
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
    var i = 0
    while i < n {
      let count = n &- i < lanes ? n &- i : lanes
      let weights = readVector(w + i, count)
      let penalized = fma(readVector(gradient + i, count), weights, decay)
      let before = readVector(m + i, count)
      let first = fma(before, penalized - before, share1)
      let second = fma(readVector(v + i, count) * beta2, penalized * share2, penalized)
      writeOutput(first, m + i, count)
      writeOutput(second, v + i, count)
      writeOutput(fma(weights * shrink, first / fma(V(repeating: epsilon), second.squareRoot(), root), step), w + i, count)
      i &+= lanes
    }
  }

  static func adamax(
    _ n: Int, _ w: MutableFloats, _ gradient: Floats, _ m: MutableFloats, _ v: MutableFloats, _ step: Float, _ share1: Float,
    _ beta2: Float, _ epsilon: Float, _ decay: Float
  ) {
    var i = 0
    while i < n {
      let count = n &- i < lanes ? n &- i : lanes
      let weights = readVector(w + i, count)
      let penalized = fma(readVector(gradient + i, count), weights, decay)
      let before = readVector(m + i, count)
      let first = fma(before, penalized - before, share1)
      let second = vmax(readVector(v + i, count) * beta2, vabs(penalized) + epsilon)
      writeOutput(first, m + i, count)
      writeOutput(second, v + i, count)
      writeOutput(fma(weights, first / second, step), w + i, count)
      i &+= lanes
    }
  }

  @_transparent static func readVector(_ p: Floats, _ count: Int) -> V { count == lanes ? load(p) : load(p, count: count) }

  @_transparent static func rmsprop(
    _ n: Int, _ w: MutableFloats, _ gradient: Floats, _ m: MutableFloats, _ v: MutableFloats, _ step: Float, _ alpha: Float,
    _ share: Float, _ epsilon: Float, _ decay: Float, _ momentum: Float
  ) {
    if momentum == 0 {
      each(n, w, gradient, v, v) { w, g, v, other in
        let penalized = fma(g, w, decay)
        let next = fma(v * alpha, penalized * share, penalized)
        return (fma(w, penalized / (next.squareRoot() + epsilon), step), next, other)
      }
      return
    }
    each(n, w, gradient, m, v) { w, g, m, v in
      let penalized = fma(g, w, decay)
      let second = fma(v * alpha, penalized * share, penalized)
      let first = fma(penalized / (second.squareRoot() + epsilon), m, momentum)
      return (fma(w, first, step), first, second)
    }
  }

  /// f over n weights, their gradients and two states: it gives the next weights and states. Where both states are one buffer, the second is not written.
  @_transparent static func each(
    _ n: Int, _ w: MutableFloats, _ gradient: Floats, _ m: MutableFloats, _ v: MutableFloats, _ f: (V, V, V, V) -> (V, V, V)
  ) {
    let hasBoth = v != m
    var i = 0
    while i < n {
      let count = n &- i
      let isWhole = count >= lanes
      let (weights, first, second) = f(
        isWhole ? load(w + i) : load(w + i, count: count), isWhole ? load(gradient + i) : load(gradient + i, count: count),
        isWhole ? load(m + i) : load(m + i, count: count), isWhole ? load(v + i) : load(v + i, count: count, fill: 1))
      if isWhole {
        store(weights, w + i)
        if hasBoth { store(second, v + i) }
        store(first, m + i)
      } else {
        store(weights, w + i, count: count)
        if hasBoth { store(second, v + i, count: count) }
        store(first, m + i, count: count)
      }
      i &+= lanes
    }
  }
}
