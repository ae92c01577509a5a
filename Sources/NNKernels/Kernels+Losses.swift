import NNKernelTypes

extension Kernels {
  /// Softmax cross entropy from logits `[rows][classes]`; labels are trusted to be in `0 ..< classes`.
  ///
  /// torch.nn.functional.cross_entropy: with weights v and smoothing s a row costs (1 - s) v[label] (-log p[label]) + s / classes Σ v[c] (-log p[c]),
  /// and the mean divides by Σ v[label].
  /// - Parameter gradient: where wanted, d mean / d logits.
  /// - Returns: the sum of the rows' losses and of their labels' weights.
  public func crossEntropy(
    rows: Int, classes: Int, logits: Floats, labels: UnsafePointer<Int32>, classWeights: Floats? = nil, smoothing: Float = 0,
    gradient: MutableFloats? = nil
  ) -> LossSum {
    var weight = Double(rows)
    if let classWeights {
      weight = 0
      for i in 0..<rows { weight += Double(classWeights[Int(labels[i])]) }
    }
    let factor = weight == 0 ? 0 : Float(1 / weight)
    let total = reduce(count: rows, grain: max(1, Self.grain / max(1, classes)), work: rows * classes * 16) { start, count in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: classes + 2 * count) { scratch in
        guard let row = scratch.baseAddress else { return 0 }
        return loops.crossEntropy(
          rows: count, columns: classes, logits: logits + start * classes, labels: labels + start, classWeights: classWeights,
          smoothing: smoothing, factor: factor, gradient: gradient.map { $0 + start * classes }, scratch: row)
      }
    }
    return LossSum(total: total, weight: weight)
  }

  /// A loss over all of `[rows][columns]`, count = rows x columns, as PyTorch's with reduction mean.
  /// - Parameter gradient: where wanted, d mean / d x.
  public func loss(
    _ loss: ElementLoss, count: Int, x: Floats, target: Floats, gradient: MutableFloats? = nil
  ) -> LossSum {
    let total = reduce(count: count, work: count * 8) { loops.loss(loss, count: $1, x: x + $0, target: target + $0) }
    if let gradient {
      let factor = count == 0 ? 0 : Float(1 / Double(count))
      forEachRange(of: count, grain: Self.grain, work: count * 8) {
        loops.lossGradient(loss, factor: factor, count: $1, x: x + $0, target: target + $0, dx: gradient + $0)
      }
    }
    return LossSum(total: total, weight: Double(count))
  }

  /// One step of an optimizer over n weights.
  ///
  /// - Parameters:
  ///   - m: the first state `[count]`, zero before the first step: sgd with momentum, adam, adamw, adamax, rmsprop.
  ///   - v: the second state `[count]`, zero before the first step: adam, adamw, adamax, rmsprop, adagrad.
  ///   Where a state is not used, any pointer will do.
  public func update(
    _ step: OptimizerStep, count: Int, w: MutableFloats, gradient: Floats, m: MutableFloats, v: MutableFloats
  ) {
    forEachRange(of: count, grain: Self.grain, work: count * 4) {
      loops.update(step, count: $1, w: w + $0, gradient: gradient + $0, m: m + $0, v: v + $0)
    }
  }
}
