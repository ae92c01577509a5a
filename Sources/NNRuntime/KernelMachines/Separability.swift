import NNKernels
import NNLayers

/// Whether a straight line, or a hyperplane, has every two classes of examples on its two sides.
public struct Separability: Sendable, Equatable {
  /// In the units of the inputs as the machine sees them.
  public enum Answer: Sendable, Equatable {
    /// Between the two sides lie so many units.
    case separable(margin: Double)
    /// No hyperplane has a margin of more units.
    case inseparable(above: Double)
  }

  /// The number of a class.
  public var first: Int
  /// The number of the other.
  public var second: Int
  public var answer: Answer

  /// The price at which a machine is as good as one that allows no mistake.
  private static let cost = 1e4
  /// More work than this is not worth a sharper answer.
  private static let mostWork = 30_000_000

  /// For every two classes, by machines to which a mistake is dear.
  ///
  /// - Parameter x: `[count][features]`, best in units of their deviation.
  package static func ofPairs(
    _ x: [Float], features: Int, labels: [Int32], classes: Int, kernels: Kernels
  ) throws(LayerProblem) -> [Separability] {
    let layer = try Svm(
      Arguments(values: ["kernel": .word("linear"), "C": .number(cost), "tol": .number(1e-3), "classes": .integer(max(2, classes))]))
    var settings = KernelMachine.Settings()
    settings.mostIterations = mostWork / max(1, labels.count)
    return KernelMachine(layer, x, features: features, labels: labels, settings: settings, kernels: kernels).parts.map(Separability.init)
  }

  /// What one machine says of its two classes. Whatever α it has come to is also one of the machine that allows no mistake, whose |w|² / 2 is therefore
  /// no less than Σ α - ½ αᵀ Q α, the negated objective: duality bounds its margin 2 / |w| from above.
  private init(_ part: KernelMachine.Part) {
    first = part.positive
    second = part.negative ?? part.positive
    if part.separates {
      answer = .separable(margin: part.margin)
    } else {
      answer = .inseparable(above: part.objective < 0 ? 2 / (-2 * part.objective).squareRoot() : .infinity)
    }
  }
}
