import NNKernelTypes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// y = x Φ(x) with the normal distribution function Φ, exact (by the error function); its slope is Φ(x) + x φ(x).
/// Source: Hendrycks and Gimpel 2016; torch.nn.GELU().
package struct Gelu: Pointwise {
  package static let signature = Signature(
    "gelu", "y = x times the normal distribution function of x",
    isActivation: true, takes: [.vector, .image, .sequence], example: .init("gelu", on: .vector(8), gives: .vector(8)))

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  package func value(_ x: Double) -> Double { x * 0.5 * erfc(-x * 0.5.squareRoot()) }

  package func slope(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot() }

  package var kernel: Activation { Activation(.gelu) }

  package var isRectifier: Bool { true }
}
