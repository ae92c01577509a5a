import NNDiagnostics
import NNLayers
import NNRecipe

/// Settings in the words of the language, as the summary and `render` show them.
extension Optimizer {
  /// `sgd lr 0.1 momentum 0.9 nesterov decay 1e-4`: the rate, and what is not the default.
  public var text: String { ([word, "lr \(learningRate.plain)"] + details).joined(separator: " ") }

  private var details: [String] {
    switch self {
    case .sgd(let s):
      return Self.changed("momentum", s.momentum, 0) + (s.nesterov ? ["nesterov"] : []) + Self.changed("decay", s.decay, 0)
    case .adam(let s), .adamax(let s): return Self.moments(s) + Self.changed("decay", s.decay, 0)
    case .adamw(let s): return Self.moments(s) + Self.changed("decay", s.decay, 0.01)
    case .rmsprop(let s):
      return Self.changed("alpha", s.alpha, 0.99) + Self.changed("eps", s.epsilon, 1e-8) + Self.changed("momentum", s.momentum, 0)
        + Self.changed("decay", s.decay, 0)
    case .adagrad(let s): return Self.changed("eps", s.epsilon, 1e-10) + Self.changed("decay", s.decay, 0)
    }
  }

  private static func moments(_ s: AdamSettings) -> [String] {
    changed("beta1", s.beta1, 0.9) + changed("beta2", s.beta2, 0.999) + changed("eps", s.epsilon, 1e-8)
  }

  private static func changed(_ name: String, _ value: Double, _ standard: Double) -> [String] {
    value == standard ? [] : ["\(name) \(value.plain)"]
  }
}

extension Length {
  /// `7 epochs`, `60,000 steps`
  var text: String {
    switch self {
    case .epochs(let count): counted(count, "epoch")
    case .steps(let count): counted(count, "step")
    }
  }
}

extension Loss {
  /// `cross_entropy smooth 0.1`
  public var text: String {
    switch self {
    case .crossEntropy(let smooth): smooth == 0 ? word : "\(word) smooth \(smooth.plain)"
    case .huber(let delta): "\(word) delta \(delta.plain)"
    case .binaryCrossEntropy, .meanSquaredError, .meanAbsoluteError, .hinge: word
    }
  }
}

extension Shape {
  /// As the `input` statement writes it: `84x84x1`, `seq 100x1`, `text 30 vocab 37`.
  public var statementText: String {
    switch self {
    case .vector, .image: "\(self)"
    case .sequence: "seq \(self)"
    case .tokens(let steps, let vocabulary): "text \(steps) vocab \(vocabulary)"
    }
  }
}
