import NNKernels
import NNRecipe

extension Clip {
  /// Limits gradients that lie one after the other.
  func apply(to gradients: UnsafeMutablePointer<Float>, count: Int, kernels: Kernels) {
    switch self {
    case .norm(let limit):
      // torch.nn.utils.clip_grad_norm_: its epsilon keeps a zero norm from dividing.
      let norm = kernels.sumOfSquares(count: count, x: UnsafePointer(gradients)).squareRoot()
      let factor = limit / (norm + 1e-6)
      if factor < 1 { kernels.scale(count: count, factor: Float(factor), x: UnsafePointer(gradients), y: gradients) }
    case .value(let limit):
      kernels.clamp(count: count, low: -Float(limit), high: Float(limit), x: UnsafePointer(gradients), y: gradients)
    }
  }
}
