import NNKernelTypes

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// y = 1 / (1 + exp(-x)); its slope is y (1 - y). Last before binary cross entropy, both are computed at once. Source: torch.nn.Sigmoid.
public struct Sigmoid: Pointwise {
  public static let signature = Signature(
    "sigmoid", "y = 1 / (1 + exp(-x))",
    isActivation: true, takes: [.vector, .image, .sequence], example: .init("sigmoid", on: .vector(8), gives: .vector(8)))

  public init(_ arguments: Arguments) throws(LayerProblem) {}

  public func value(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  public func slope(_ x: Double) -> Double { value(x) * value(-x) }

  public var kernel: Activation { Activation(.sigmoid) }

  public var isRectifier: Bool { false }
}
