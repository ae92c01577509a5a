import NNKernelTypes

/// y = x / (1 + |x|); its slope is 1 / (1 + |x|)². Source: torch.nn.Softsign.
public struct Softsign: Pointwise {
  public static let signature = Signature(
    "softsign", "y = x / (1 + |x|)",
    isActivation: true, takes: [.vector, .image, .sequence], example: .init("softsign", on: .vector(8), gives: .vector(8)))

  public init(_ arguments: Arguments) throws(LayerProblem) {}

  public func value(_ x: Double) -> Double { x / (1 + abs(x)) }

  public func slope(_ x: Double) -> Double { 1 / ((1 + abs(x)) * (1 + abs(x))) }

  public var kernel: Activation { Activation(.softsign) }

  public var isRectifier: Bool { false }
}
