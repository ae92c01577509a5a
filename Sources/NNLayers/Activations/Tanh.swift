import NNKernelTypes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// y = tanh(x); its slope is 1 - y². Source: torch.nn.Tanh.
package struct Tanh: Pointwise {
  package static let signature = Signature(
    "tanh", "y = tanh(x)",
    isActivation: true, takes: [.vector, .image, .sequence], example: .init("tanh", on: .vector(8), gives: .vector(8)))

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  package func value(_ x: Double) -> Double { tanh(x) }

  package func slope(_ x: Double) -> Double { 1 / (cosh(x) * cosh(x)) }

  package var kernel: Activation { Activation(.tanh) }

  package var isRectifier: Bool { false }
}
