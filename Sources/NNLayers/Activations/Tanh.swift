import NNKernelTypes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// y = tanh(x); its slope is 1 - y². Source: torch.nn.Tanh.
public struct Tanh: Pointwise {
  public static let signature = Signature(
    "tanh", "y = tanh(x)",
    isActivation: true, takes: [.vector, .image, .sequence], example: .init("tanh", on: .vector(8), gives: .vector(8)))

  public init(_ arguments: Arguments) throws(LayerProblem) {}

  public func value(_ x: Double) -> Double { tanh(x) }

  public func slope(_ x: Double) -> Double { 1 / (cosh(x) * cosh(x)) }

  public var kernel: Activation { Activation(.tanh) }

  public var isRectifier: Bool { false }
}
