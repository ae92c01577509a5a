import NNKernelTypes

/// y = max(0, x); the slope at 0 is 0. Source: torch.nn.ReLU.
public struct Relu: Pointwise {
  public static let signature = Signature(
    "relu", "y = max(0, x)",
    isActivation: true, takes: [.vector, .image, .sequence], example: .init("relu", on: .vector(8), gives: .vector(8)))

  public init(_ arguments: Arguments) throws(LayerProblem) {}

  public func value(_ x: Double) -> Double { max(0, x) }

  public func slope(_ x: Double) -> Double { x > 0 ? 1 : 0 }

  public var kernel: Activation { Activation(.relu) }

  public var isRectifier: Bool { true }
}
