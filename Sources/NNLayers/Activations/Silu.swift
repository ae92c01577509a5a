import NNKernelTypes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// y = x s with s = sigmoid(x); its slope is s (1 + x (1 - s)). Source: torch.nn.SiLU.
package struct Silu: Pointwise {
  package static let signature = Signature(
    "silu", "y = x sigmoid(x)",
    isActivation: true, takes: [.vector, .image, .sequence], example: .init("silu", on: .vector(8), gives: .vector(8)))

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  package func value(_ x: Double) -> Double { x / (1 + exp(-x)) }

  package func slope(_ x: Double) -> Double { (1 + x * exp(-x) / (1 + exp(-x))) / (1 + exp(-x)) }

  package var kernel: Activation { Activation(.silu) }

  package var isRectifier: Bool { true }
}
