import NNKernels

/// All monomials of the inputs up to a degree, without the constant: `poly 2` of (a, b) is a, b, aa, ab, bb.
///
/// n inputs give (n + d)! / (n! d!) - 1 numbers, by degree, then in the order of the inputs. The gradient is the product rule.
/// Source: PolynomialFeatures(include_bias=False) of scikit-learn.
public struct Poly: Layer {
  public static let signature = Signature(
    "poly", "all monomials of the inputs up to a degree, without the constant",
    positional: [Parameter("degree", "the highest degree", .integer(1...64))], takes: [.vector],
    example: .init("poly 2", on: .vector(2), gives: .vector(5)))

  let degree: Int

  public init(_ arguments: Arguments) throws(LayerProblem) {
    degree = try arguments.required("degree", arguments.integer("degree"))
  }

  /// Refuses more monomials than a table of their factors should hold.
  static let mostMonomials = 1 << 24

  public func output(for inputs: [Shape]) throws(LayerProblem) -> Shape {
    guard case .vector(let n) = inputs[0] else { throw .kind(needs: Self.signature.takes, input: inputs[0]) }
    // (n + d)! / (n! d!), one factor at a time: each step is a whole number.
    var count = 1
    for k in 1...degree {
      let (scaled, overflow) = count.multipliedReportingOverflow(by: n + k)
      guard !overflow, scaled / k <= Poly.mostMonomials else { throw .tooLarge }
      count = scaled / k
    }
    return .vector(count - 1)
  }

  public func weights(for inputs: [Shape]) -> [WeightSpec] { [] }

  public func macs(for inputs: [Shape]) -> Int { 0 }

  /// The inputs that each monomial multiplies, in ascending order.
  static func monomials(of inputs: Int, degree: Int) -> [[Int]] {
    var all: [[Int]] = []
    var previous: [[Int]] = [[]]
    for _ in 0..<degree {
      previous = previous.flatMap { factors in ((factors.last ?? 0)..<inputs).map { factors + [$0] } }
      all += previous
    }
    return all
  }

  /// The product of each monomial's factors.
  public func reference(_ call: ReferenceCall) -> [Double] {
    let n = call.inputs[0].count
    let monomials = Poly.monomials(of: n, degree: degree)
    return (0..<call.pass.batch).flatMap { row in
      monomials.map { $0.reduce(1.0) { $0 * call.x[0][row * n + $1] } }
    }
  }
}
