import NNDiagnostics
import NNRecipe

/// NN361: a learning rate ten times beyond what the optimizer is used with.
struct UnusualRate {
  let network: NetworkLints

  func lint() {
    let optimizer = network.recipe.optimizer
    let usual = UnusualRate.usual(optimizer)
    guard let span = network.statements["optimizer"] else { return }
    let rate = optimizer.learningRate
    guard rate < usual.lowerBound / 10 || rate > usual.upperBound * 10 else { return }
    network.problems.warn(
      .unusualRate, "`lr \(rate.plain)` is far \(rate > usual.upperBound ? "above" : "below") what `\(optimizer.word)` is used with",
      at: span,
      "usual is \(usual.lowerBound.plain) to \(usual.upperBound.plain)",
      fixes: [.init("for example `optimizer \(optimizer.word) lr \(UnusualRate.example(optimizer))`")])
  }

  private static func usual(_ optimizer: Optimizer) -> ClosedRange<Double> {
    switch optimizer {
    case .sgd: 1e-3...1
    case .adam, .adamw, .adamax, .rmsprop: 1e-4...1e-2
    case .adagrad: 1e-3...0.1
    }
  }

  private static func example(_ optimizer: Optimizer) -> String {
    switch optimizer {
    case .sgd: "0.1"
    case .adam, .adamw, .rmsprop: "1e-3"
    case .adamax: "2e-3"
    case .adagrad: "0.01"
    }
  }
}
