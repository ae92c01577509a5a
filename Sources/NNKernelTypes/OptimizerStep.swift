/// One step of an optimizer, its scalars worked out: learning rate, coefficients and the bias corrections of this step.
///
/// Scalars are double, as in PyTorch: 1 - beta2 in single precision would be off by 1e-5.
///
/// The equations are those of PyTorch's `torch.optim` classes of the same name. g is the gradient, w the weights.
public enum OptimizerStep: Sendable {
  /// g += decay w; with momentum: m = momentum m + g (m = g in the first step), g = nesterov ? g + momentum m : m; w -= rate g.
  case sgd(rate: Double, momentum: Double, nesterov: Bool, decay: Double, isFirst: Bool)
  /// g += decay w; m, v moving averages of g and g²; w -= rate / correction1 · m / (sqrt(v / correction2) + epsilon), with correctionN = 1 - betaN^t.
  case adam(rate: Double, beta1: Double, beta2: Double, epsilon: Double, decay: Double, correction1: Double, correction2: Double)
  /// adam with w *= 1 - rate decay in place of the penalty.
  case adamw(rate: Double, beta1: Double, beta2: Double, epsilon: Double, decay: Double, correction1: Double, correction2: Double)
  /// g += decay w; m as adam; v = max(beta2 v, |g| + epsilon); w -= rate / correction1 · m / v.
  case adamax(rate: Double, beta1: Double, beta2: Double, epsilon: Double, decay: Double, correction1: Double)
  /// g += decay w; v = alpha v + (1 - alpha) g²; step = g / (sqrt(v) + epsilon); with momentum: m = momentum m + step, step = m; w -= rate step.
  case rmsprop(rate: Double, alpha: Double, epsilon: Double, decay: Double, momentum: Double)
  /// g += decay w; v += g²; w -= rate g / (sqrt(v) + epsilon). `rate` is already lr / (1 + (t - 1) lr_decay).
  case adagrad(rate: Double, epsilon: Double, decay: Double)
}
