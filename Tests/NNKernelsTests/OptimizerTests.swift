import NNKernels
import Testing

/// Three steps of each optimizer on one weight against its equations in `Double`, on more weights than a vector has lanes.
@Suite struct OptimizerTests {
  static let rate = 0.01
  static let names = ["sgd", "momentum", "nesterov", "adam", "adamw", "adamax", "rmsprop", "rmsprop momentum", "adagrad"]

  static func step(_ name: String, _ t: Int) -> OptimizerStep {
    let correction1 = 1 - power(0.9, t)
    let correction2 = 1 - power(0.999, t)
    switch name {
    case "sgd": return .sgd(rate: rate, momentum: 0, nesterov: false, decay: 0.1, isFirst: t == 1)
    case "momentum": return .sgd(rate: rate, momentum: 0.9, nesterov: false, decay: 0.1, isFirst: t == 1)
    case "nesterov": return .sgd(rate: rate, momentum: 0.9, nesterov: true, decay: 0.1, isFirst: t == 1)
    case "adam":
      return .adam(rate: rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.1, correction1: correction1, correction2: correction2)
    case "adamw":
      return .adamw(rate: rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.1, correction1: correction1, correction2: correction2)
    case "adamax": return .adamax(rate: rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0.1, correction1: correction1)
    case "rmsprop": return .rmsprop(rate: rate, alpha: 0.99, epsilon: 1e-8, decay: 0.1, momentum: 0)
    case "rmsprop momentum": return .rmsprop(rate: rate, alpha: 0.99, epsilon: 1e-8, decay: 0.1, momentum: 0.9)
    default: return .adagrad(rate: rate, epsilon: 1e-10, decay: 0.1)
    }
  }

  static func power(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { product, _ in product * base } }

  @Test(arguments: InstructionSet.supported, names)
  func threeSteps(set: InstructionSet, name: String) throws {
    let kernels = try Machine.kernels(set)
    let count = 37
    var w = Numbers(1).repeated(count)
    var expected = w.map { State(w: Double($0)) }
    var m = [Float](repeating: 0, count: count)
    var v = m
    for t in 1...3 {
      let gradient = Numbers(10 + t).repeated(count)
      kernels.update(Self.step(name, t), count: count, w: &w, gradient: gradient, m: &m, v: &v)
      for i in 0..<count { expected[i].advance(name, t, Double(gradient[i])) }
    }
    // The step, not the weight, is what rounds: about 1e-7 of w and 1e-6 of the steps, which are up to 0.01 (sgd: 0.03).
    for i in 0..<count { #expect(abs(Double(w[i]) - expected[i].w) < 2e-7 * abs(expected[i].w) + 3e-8) }
  }

  /// The equations of torch.optim, one weight.
  struct State {
    var w: Double
    var m = 0.0
    var v = 0.0

    mutating func advance(_ name: String, _ t: Int, _ gradient: Double) {
      let rate = 0.01
      if name == "adamw" { w *= 1 - rate * 0.1 }
      let g = name == "adamw" ? gradient : gradient + 0.1 * w
      switch name {
      case "sgd": w -= rate * g
      case "momentum", "nesterov":
        m = t == 1 ? g : 0.9 * m + g
        w -= rate * (name == "nesterov" ? g + 0.9 * m : m)
      case "adam", "adamw":
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        let size = rate / (1 - OptimizerTests.power(0.9, t))
        w -= size * m / ((v / (1 - OptimizerTests.power(0.999, t))).squareRoot() + 1e-8)
      case "adamax":
        m = 0.9 * m + 0.1 * g
        v = max(0.999 * v, abs(g) + 1e-8)
        w -= rate / (1 - OptimizerTests.power(0.9, t)) * m / v
      case "adagrad":
        v += g * g
        w -= rate * g / (v.squareRoot() + 1e-10)
      default:
        v = 0.99 * v + 0.01 * g * g
        let step = g / (v.squareRoot() + 1e-8)
        m = name == "rmsprop" ? step : 0.9 * m + step
        w -= rate * m
      }
    }
  }
}
