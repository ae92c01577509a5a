import NNDiagnostics
import NNKernels
import NNRecipe

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An optimizer with what it remembers. Definitions, defaults and the order of operations are those of `torch.optim`; the loops are the
/// kernels'.
public final class OptimizerState {
  public let optimizer: Optimizer
  /// Steps made.
  public private(set) var steps = 0
  private let count: Int
  /// Numbers that are remembered.
  public var stateCount: Int { (m?.count ?? 0) + (v?.count ?? 0) }
  /// First and second state, laid out as the weights; nil where the optimizer has none.
  private let m: Arena?
  private let v: Arena?

  /// - Parameter count: numbers in the trained area of the weights.
  /// - Throws: NN310 where the machine has too little memory.
  public init(_ optimizer: Optimizer, count: Int) throws(Diagnostic) {
    self.optimizer = optimizer
    self.count = count
    m = optimizer.hasFirstState ? try Arena(count: count) : nil
    v = optimizer.hasSecondState ? try Arena(count: count) : nil
  }

  /// One step: changes the weights by their gradients.
  public func update(
    weights: UnsafeMutablePointer<Float>, gradients: UnsafeMutablePointer<Float>, learningRate: Double, kernels: Kernels
  ) {
    steps += 1
    kernels.update(
      scalars(learningRate), count: count, w: weights, gradient: UnsafePointer(gradients), m: m?.base ?? gradients,
      v: v?.base ?? gradients)
  }

  /// What it remembers. Setting it wants as many numbers as there are.
  var memory: OptimizerMemory {
    get { OptimizerMemory(steps: steps, first: m?.copy(count) ?? [], second: v?.copy(count) ?? []) }
    set {
      steps = newValue.steps
      m?.fill(from: newValue.first)
      v?.fill(from: newValue.second)
    }
  }

  private func scalars(_ rate: Double) -> OptimizerStep {
    switch optimizer {
    case .sgd(let s): .sgd(rate: rate, momentum: s.momentum, nesterov: s.nesterov, decay: s.decay, isFirst: steps == 1)
    case .adam(let s):
      .adam(
        rate: rate, beta1: s.beta1, beta2: s.beta2, epsilon: s.epsilon, decay: s.decay, correction1: correction(s.beta1),
        correction2: correction(s.beta2))
    case .adamw(let s):
      .adamw(
        rate: rate, beta1: s.beta1, beta2: s.beta2, epsilon: s.epsilon, decay: s.decay, correction1: correction(s.beta1),
        correction2: correction(s.beta2))
    case .adamax(let s):
      .adamax(
        rate: rate, beta1: s.beta1, beta2: s.beta2, epsilon: s.epsilon, decay: s.decay, correction1: correction(s.beta1))
    case .rmsprop(let s):
      .rmsprop(rate: rate, alpha: s.alpha, epsilon: s.epsilon, decay: s.decay, momentum: s.momentum)
    case .adagrad(let s): .adagrad(rate: rate, epsilon: s.epsilon, decay: s.decay)
    }
  }

  /// 1 - beta^t
  private func correction(_ beta: Double) -> Double { 1 - pow(beta, Double(steps)) }
}

extension Optimizer {
  fileprivate var hasFirstState: Bool {
    switch self {
    case .sgd(let s): s.momentum != 0
    case .adam, .adamw, .adamax: true
    case .rmsprop(let s): s.momentum != 0
    case .adagrad: false
    }
  }

  fileprivate var hasSecondState: Bool {
    switch self {
    case .sgd: false
    case .adam, .adamw, .adamax, .rmsprop, .adagrad: true
    }
  }
}
