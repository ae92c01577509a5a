import NNKernelTypes

extension Loops {
  /// The sum of the losses of n outputs against their targets.
  public static func loss(_ loss: ElementLoss, count n: Int, x: Floats, target: Floats) -> Double {
    inBlocks(n) { from, size in
      let x = x + from
      let t = target + from
      switch loss {
      case .binaryCrossEntropy: return Double(total(size, x, t) { softplus($0) - $0 * $1 })
      case .meanSquared: return Double(total(size, x, t) { ($0 - $1) * ($0 - $1) })
      case .meanAbsolute: return Double(total(size, x, t) { vabs($0 - $1) })
      case .huber(let delta): return Double(total(size, x, t) { huber($0 - $1, delta) })
      case .hinge: return Double(total(size, x, t) { positive(1 - $0 * $1) })
      }
    }
  }

  /// dx = d loss / d x times `factor`.
  public static func lossGradient(
    _ loss: ElementLoss, factor: Float, count n: Int, x: Floats, target: Floats, dx: MutableFloats
  ) {
    switch loss {
    case .binaryCrossEntropy: map(n, x, target, dx) { (sigmoid($0) - $1) * factor }
    case .meanSquared: map(n, x, target, dx) { ($0 - $1) * (2 * factor) }
    case .meanAbsolute: map(n, x, target, dx) { sign($0 - $1) * factor }
    case .huber(let delta): map(n, x, target, dx) { limited($0 - $1, delta) * factor }
    case .hinge: map(n, x, target, dx) { (-$1 * factor).with(0, where: $0 * $1 .>= 1) }
    }
  }
}

/// max(x, 0), NaN kept.
@_transparent func positive(_ x: V) -> V { x.with(0, where: x .< 0) }

@_transparent func sign(_ d: V) -> V {
  let up = d.with(1, where: d .> 0)
  return up.with(-1, where: d .< 0)
}

/// d cut to -delta ... delta, NaN kept.
@_transparent func limited(_ d: V, _ delta: Float) -> V {
  let low = d.with(-delta, where: d .< -delta)
  return low.with(delta, where: d .> delta)
}

@_transparent func huber(_ d: V, _ delta: Float) -> V {
  let a = vabs(d)
  let far = (a - 0.5 * delta) * delta
  let near = 0.5 * (d * d)
  return near.with(far, where: a .> delta)
}
