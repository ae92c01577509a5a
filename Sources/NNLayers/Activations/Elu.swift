import NNKernelTypes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// y = x for x > 0, else alpha (exp(x) - 1), with slope alpha exp(x). Source: Clevert et al. 2015; torch.nn.ELU (alpha 1).
package struct Elu: Pointwise {
  package static let signature = Signature(
    "elu", "y = x above zero, alpha (exp(x) - 1) below",
    positional: [Parameter("alpha", "what it tends to below zero, negated", .number(0...1e6, percent: false), default: .number(1.0))],
    isActivation: true, takes: [.vector, .image, .sequence], example: .init("elu 0.2", on: .vector(8), gives: .vector(8)))

  let alpha: Double

  package init(_ arguments: Arguments) throws(LayerProblem) { alpha = arguments.number("alpha") ?? 1.0 }

  package func value(_ x: Double) -> Double { x > 0 ? x : alpha * expm1(x) }

  package func slope(_ x: Double) -> Double { x > 0 ? 1 : alpha * exp(x) }

  package var kernel: Activation { Activation(.elu, alpha: Float(alpha)) }

  package var isRectifier: Bool { true }
}
