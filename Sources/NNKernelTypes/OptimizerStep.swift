/// One step of an optimizer, its scalars worked out: learning rate, coefficients and the bias corrections of this step.
///
/// The equations are those of PyTorch's `torch.optim` classes of the same name. g is the gradient, w the weights.
public enum OptimizerStep: Sendable {
  /// g += decay w; with momentum: m = momentum m + g (m = g in the first step), g = nesterov ? g + momentum m : m; w -= rate g.
  case sgd(rate: Float, momentum: Float, nesterov: Bool, decay: Float, isFirst: Bool)
  /// g += decay w; m, v moving averages of g and g²; w -= rate / correction1 · m / (sqrt(v / correction2) + epsilon), with correctionN = 1 - betaN^t.
  case adam(rate: Float, beta1: Float, beta2: Float, epsilon: Float, decay: Float, correction1: Float, correction2: Float)
  /// adam with w *= 1 - rate decay in place of the penalty.
  case adamw(rate: Float, beta1: Float, beta2: Float, epsilon: Float, decay: Float, correction1: Float, correction2: Float)
  /// g += decay w; m as adam; v = max(beta2 v, |g| + epsilon); w -= rate / correction1 · m / v.
  case adamax(rate: Float, beta1: Float, beta2: Float, epsilon: Float, decay: Float, correction1: Float)
  /// g += decay w; v = alpha v + (1 - alpha) g²; step = g / (sqrt(v) + epsilon); with momentum: m = momentum m + step, step = m; w -= rate step.
  case rmsprop(rate: Float, alpha: Float, epsilon: Float, decay: Float, momentum: Float)
  /// g += decay w; v += g²; w -= rate g / (sqrt(v) + epsilon). `rate` is already lr / (1 + (t - 1) lr_decay).
  case adagrad(rate: Float, epsilon: Float, decay: Float)
}
