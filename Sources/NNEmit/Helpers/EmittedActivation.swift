import NNKernelTypes

/// All that emitted code says of an activation.
struct EmittedActivation {
  /// Of its function.
  let name: String
  /// The function, `§` for the width; empty where it is one of mathematics, or does nothing.
  let text: String
  /// The elementary functions it calls.
  let needs: [MathFunction]
  /// Its function has a second argument, the activation's number.
  let takesAlpha: Bool
  /// Whether the largest of several numbers is still the largest after it.
  let isMonotonic: Bool

  /// - Parameter body: what follows the name in its definition; nil where there is none.
  fileprivate init(_ name: String, _ body: String? = nil, needs: [MathFunction] = [], takesAlpha: Bool = false, isMonotonic: Bool = true) {
    self.name = name
    text = body.map { "@inline(__always)\nstatic func \(name)\($0)" } ?? ""
    (self.needs, self.takesAlpha, self.isMonotonic) = (needs, takesAlpha, isMonotonic)
  }
}

extension Activation.Kind {
  var emitted: EmittedActivation {
    switch self {
    case .linear: .init("linear")
    case .relu: .init("relu", "(_ x: Vector§) -> Vector§ { choose(Vector§(), x, where: x .< 0) }")
    case .leakyRelu:
      .init("leakyRelu", "(_ x: Vector§, _ slope: Float) -> Vector§ { choose(x * slope, x, where: x .< 0) }", takesAlpha: true)
    case .elu:
      .init(
        "elu", "(_ x: Vector§, _ alpha: Float) -> Vector§ { choose(expm1(x) * alpha, x, where: x .< 0) }", needs: [.expm1], takesAlpha: true
      )
    case .gelu: .init("gelu", "(_ x: Vector§) -> Vector§ { x * normal(x) }", needs: [.normal], isMonotonic: false)
    case .silu: .init("silu", "(_ x: Vector§) -> Vector§ { x * sigmoid(x) }", needs: [.sigmoid], isMonotonic: false)
    case .sigmoid: .init("sigmoid", needs: [.sigmoid])
    case .tanh: .init("tanh", needs: [.tanh])
    case .softsign: .init("softsign", "(_ x: Vector§) -> Vector§ { x / (1 + magnitude(x)) }", needs: [.magnitude])
    case .softplus:
      .init(
        "softplus", "(_ x: Vector§) -> Vector§ { choose(Vector§(), x, where: x .< 0) + log1p(exp(0 - magnitude(x))) }",
        needs: [.exp, .log1p, .magnitude])
    }
  }
}
