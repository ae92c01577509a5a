import NNKernelTypes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// y = log(1 + exp(x)), a smooth relu; its slope is sigmoid(x). Source: torch.nn.Softplus (beta 1; exact above its threshold too).
package struct Softplus: Pointwise {
  package static let signature = Signature(
    "softplus", "y = log(1 + exp(x))",
    isActivation: true, takes: [.vector, .image, .sequence], example: .init("softplus", on: .vector(8), gives: .vector(8)))

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  package func value(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

  package func slope(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  package var kernel: Activation { Activation(.softplus) }

  package var isRectifier: Bool { true }
}
