import NNKernels
import NNRecipe

/// What a batch of outputs is compared with; pointers are valid during the call only.
package enum LossTargets {
  /// `[rows]`, each below the number of columns.
  case labels(UnsafePointer<Int32>)
  /// `[rows][columns]`
  case values(UnsafePointer<Float>)
}

extension Loss {
  /// The loss of a batch of outputs x `[rows][columns]`, as `reference` defines it.
  ///
  /// - Parameters:
  ///   - targets: labels for `cross_entropy`, values for the others; the other kind gives an empty sum and a gradient of zeros.
  ///   - classWeights: `[columns]`, for `cross_entropy` alone; nil where all classes count the same.
  ///   - gradient: where wanted, the derivative of the mean by x `[rows][columns]`.
  /// - Returns: the sum, and what to divide it by; sums of several batches may be added.
  package func evaluate(
    rows: Int, columns: Int, x: Floats, targets: LossTargets, classWeights: Floats? = nil, gradient: MutableFloats?, kernels: Kernels
  ) -> LossSum {
    switch (elementLoss, targets) {
    case (nil, .labels(let labels)):
      return kernels.crossEntropy(
        rows: rows, classes: columns, logits: x, labels: labels, classWeights: classWeights, smoothing: smoothing, gradient: gradient)
    case (let loss?, .values(let values)):
      return kernels.loss(loss, count: rows * columns, x: x, target: values, gradient: gradient)
    case (nil, .values), (_?, .labels):
      if let gradient { kernels.fill(count: rows * columns, y: gradient) }
      return LossSum()
    }
  }

  private var smoothing: Float { if case .crossEntropy(let smooth) = self { Float(smooth) } else { 0 } }

  /// nil for `cross_entropy`, which goes by rows.
  private var elementLoss: ElementLoss? {
    switch self {
    case .crossEntropy: nil
    case .binaryCrossEntropy: .binaryCrossEntropy
    case .meanSquaredError: .meanSquared
    case .meanAbsoluteError: .meanAbsolute
    case .huber(let delta): .huber(delta: Float(delta))
    case .hinge: .hinge
    }
  }
}
