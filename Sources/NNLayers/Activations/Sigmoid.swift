import NNKernelTypes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// y = 1 / (1 + exp(-x)); its slope is y (1 - y). Last before binary cross entropy, both are computed at once. Source: torch.nn.Sigmoid.
package struct Sigmoid: Pointwise {
  package static let signature = Signature(
    "sigmoid", "y = 1 / (1 + exp(-x))",
    isActivation: true, takes: [.vector, .image, .sequence], example: .init("sigmoid", on: .vector(8), gives: .vector(8)))

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  package func value(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  package func slope(_ x: Double) -> Double { value(x) * value(-x) }

  package var kernel: Activation { Activation(.sigmoid) }

  package var isRectifier: Bool { false }
}
