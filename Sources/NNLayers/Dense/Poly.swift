import NNKernels

/// All monomials of the inputs up to a degree, without the constant: `poly 2` of (a, b) is a, b, aa, ab, bb.
///
/// n inputs give (n + d)! / (n! d!) - 1 numbers, by degree, then in the order of the inputs. The gradient is the product rule.
/// Source: PolynomialFeatures(include_bias=False) of scikit-learn.
package struct Poly: Layer {
  package static let signature = Signature(
    "poly", "all monomials of the inputs up to a degree, without the constant",
    positional: [Parameter("degree", "the highest degree", .integer(1...highestDegree))], takes: [.vector],
    example: .init("poly 2", on: .vector(2), gives: .vector(5)))

  package let degree: Int

  /// What `degree` may be at most.
  package static let highestDegree = 64

  package init(_ arguments: Arguments) throws(LayerProblem) {
    degree = try arguments.required("degree", arguments.integer("degree"))
  }

  /// Refuses more monomials than a table of their factors should hold.
  static let mostMonomials = 1 << 24

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape {
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

  package func weights(for inputs: [Shape]) -> [WeightSpec] { [] }

  package func macs(for inputs: [Shape]) -> Int { 0 }

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
  package func reference(_ call: ReferenceCall) -> [Double] {
    let n = call.inputs[0].count
    let monomials = Poly.monomials(of: n, degree: degree)
    return (0..<call.pass.batch).flatMap { row in
      monomials.map { $0.reduce(1.0) { $0 * call.x[0][row * n + $1] } }
    }
  }

  /// How each monomial above degree 1 is made: an earlier one (its place in y) times an input. In the order of y.
  package static func steps(inputs: Int, degree: Int) -> [(earlier: Int, input: Int)] {
    var steps: [(earlier: Int, input: Int)] = []
    // The place and the last factor of each monomial of the degree before.
    var previous = (0..<inputs).map { (place: $0, last: $0) }
    for _ in 1..<max(1, degree) {
      var next: [(place: Int, last: Int)] = []
      for monomial in previous {
        for input in monomial.last..<inputs {
          next.append((place: inputs + steps.count, last: input))
          steps.append((monomial.place, input))
        }
      }
      previous = next
    }
    return steps
  }

  /// Scratch holds the gradient of every monomial of one example.
  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    LayerMemory(scratch: pass == .training ? (try? output(for: inputs).count) ?? 0 : 0)
  }

  package func forward(_ call: ForwardCall) {
    let inputs = call.inputs[0].count
    let steps = Poly.steps(inputs: inputs, degree: degree)
    for n in 0..<call.pass.batch {
      let x = call.x[0] + n * inputs
      let y = call.y + n * (inputs + steps.count)
      y.update(from: x, count: inputs)
      for (place, step) in steps.enumerated() { y[inputs + place] = y[step.earlier] * x[step.input] }
    }
  }

  /// From the last monomial to the first: each hands its gradient to its two factors.
  package func backward(_ call: BackwardCall) {
    guard let dx = call.dx[0] else { return }
    let inputs = call.inputs[0].count
    let steps = Poly.steps(inputs: inputs, degree: degree)
    let outputs = inputs + steps.count
    let gradient = call.scratch
    for n in 0..<call.pass.batch {
      let (x, y, dx) = (call.x[0] + n * inputs, call.y + n * outputs, dx + n * inputs)
      gradient.update(from: call.dy + n * outputs, count: outputs)
      dx.update(repeating: 0, count: inputs)
      for (place, step) in steps.enumerated().reversed() {
        gradient[step.earlier] += gradient[inputs + place] * x[step.input]
        dx[step.input] += gradient[inputs + place] * y[step.earlier]
      }
      for input in 0..<inputs { dx[input] += gradient[input] }
    }
  }
}
