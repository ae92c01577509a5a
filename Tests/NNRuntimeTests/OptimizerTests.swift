import NNRecipe
import Testing

@testable import NNRuntime

@Suite("Optimizers")
struct OptimizerTests {
  private static func adam(_ rate: Double, _ change: (inout AdamSettings) -> Void = { _ in }) -> AdamSettings {
    var settings = AdamSettings(learningRate: rate)
    change(&settings)
    return settings
  }

  private static let decaying = adam(0.01) { (s: inout AdamSettings) in (s.beta1, s.beta2, s.decay) = (0.8, 0.99, 0.1) }

  /// As in `Tests/Reference/optimizers.py`.
  static let optimizers: [(String, Optimizer)] = {
    var (decay, momentum, nesterov) = (SGDSettings(learningRate: 0.1), SGDSettings(learningRate: 0.1), SGDSettings(learningRate: 0.1))
    decay.decay = 0.01
    momentum.momentum = 0.9
    (nesterov.momentum, nesterov.nesterov, nesterov.decay) = (0.9, true, 1e-3)
    var decayingAdam = decaying
    decayingAdam.epsilon = 1e-6
    var rmsprop = RMSpropSettings(learningRate: 0.01)
    (rmsprop.alpha, rmsprop.momentum, rmsprop.decay) = (0.9, 0.5, 0.1)
    var adagrad = AdagradSettings(learningRate: 0.1)
    adagrad.decay = 0.1
    return [
      ("sgd", .sgd(SGDSettings(learningRate: 0.1))), ("sgd decay", .sgd(decay)), ("sgd momentum", .sgd(momentum)),
      ("sgd nesterov", .sgd(nesterov)), ("adam", .adam(adam(0.01))), ("adam decay", .adam(decayingAdam)),
      ("adamw", .adamw(adam(0.01) { $0.decay = 0.01 })), ("adamax", .adamax(adam(0.002))), ("adamax decay", .adamax(decaying)),
      ("rmsprop", .rmsprop(RMSpropSettings(learningRate: 0.01))), ("rmsprop momentum", .rmsprop(rmsprop)),
      ("adagrad", .adagrad(AdagradSettings(learningRate: 0.1))), ("adagrad decay", .adagrad(adagrad)),
    ]
  }()

  @Test("agree with PyTorch's over 20 steps", arguments: optimizers)
  func pytorch(name: String, optimizer: Optimizer) throws {
    let numbers = try reference("optimizers", as: OptimizerReference.self)
    let expected = try #require(numbers.optimizers[name])
    let state = try OptimizerState(optimizer, count: numbers.weights.count)
    var weights = numbers.weights
    for (step, gradient) in numbers.gradients.enumerated() {
      var gradient = gradient
      state.update(weights: &weights, gradients: &gradient, learningRate: optimizer.learningRate, kernels: kernels)
      for (weight, value) in zip(weights, expected[step]) {
        // Single precision with operations in another order: a few units in the last place of the largest weight, per step.
        #expect(abs(weight - value) < 2e-6, "step \(step)")
      }
    }
  }

  @Test("Clipping agrees with PyTorch's")
  func clipping() throws {
    let numbers = try reference("optimizers", as: OptimizerReference.self)
    for (clip, expected) in [(Clip.norm(1), numbers.clipNorm), (.value(0.5), numbers.clipValue)] {
      for (gradient, clipped) in zip(numbers.gradients, expected) {
        var result = gradient
        clip.apply(to: &result, count: result.count, kernels: kernels)
        for (value, wanted) in zip(result, clipped) { #expect(abs(value - wanted) < 1e-6) }
      }
    }
  }
}
