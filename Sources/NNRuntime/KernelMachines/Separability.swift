import NNKernels
import NNLayers

/// Whether a straight line, or a hyperplane, has every two classes of examples on its two sides.
public struct Separability: Sendable, Equatable {
  public enum Answer: Sendable, Equatable {
    /// Between the two sides lie so many units.
    case separable(margin: Double)
    /// No hyperplane has a margin of so many units or more; the best one found leaves so many examples right.
    case inseparable(margin: Double, right: Int, count: Int)
    /// The search was ended.
    case unknown(right: Int, count: Int)
  }

  public var first: Int
  public var second: Int
  public var answer: Answer

  /// The price at which a machine is as good as one that allows no mistake.
  static let cost = 1e4
  /// More work than this is not worth an answer.
  private static let mostWork = 30_000_000

  /// For every two classes, by machines to which a mistake is dear. Where the best of them still has an example inside, its objective is more than
  /// `cost`, so that a separating one would have |w|² > 2 `cost`: a margin below 2 / sqrt(2 `cost`).
  ///
  /// - Parameter x: `[count][features]`, best in units of their deviation.
  public static func ofPairs(
    _ x: [Float], features: Int, labels: [Int32], classes: Int, kernels: Kernels
  ) throws(LayerProblem) -> [Separability] {
    let layer = try Svm(
      Arguments(values: ["kernel": .word("linear"), "C": .number(cost), "classes": .integer(max(2, classes))]))
    var settings = KernelMachine.Settings()
    settings.mostIterations = mostWork / max(1, labels.count)
    let machine = KernelMachine(layer, x, features: features, labels: labels, settings: settings, kernels: kernels)
    return machine.parts.map { Separability($0, cost: cost) }
  }

  /// What one machine says of its two classes.
  init(_ part: KernelMachine.Part, cost: Double) {
    first = part.positive
    second = part.negative ?? part.positive
    if part.separates {
      answer = .separable(margin: part.margin)
    } else if part.isConverged {
      answer = .inseparable(margin: 2 / (2 * cost).squareRoot(), right: part.right, count: part.count)
    } else {
      answer = .unknown(right: part.right, count: part.count)
    }
  }
}
