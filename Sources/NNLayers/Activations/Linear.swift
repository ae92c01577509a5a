import NNKernelTypes

/// The identity, y = x: written where a layer is to have no activation. Its slope is 1. Source: torch.nn.Identity.
public struct Linear: Pointwise {
  public static let signature = Signature(
    "linear", "nothing is done: y = x",
    isActivation: true, takes: [.vector, .image, .sequence], example: .init("linear", on: .vector(8), gives: .vector(8)))

  public init(_ arguments: Arguments) throws(LayerProblem) {}

  public func value(_ x: Double) -> Double { x }

  public func slope(_ x: Double) -> Double { 1 }

  public var kernel: Activation { .linear }

  public var isRectifier: Bool { false }
}
