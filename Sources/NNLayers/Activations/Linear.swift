import NNKernelTypes

/// The identity, y = x: written where a layer is to have no activation. Its slope is 1. Source: torch.nn.Identity.
package struct Linear: Pointwise {
  package static let signature = Signature(
    "linear", "nothing is done: y = x",
    isActivation: true, takes: [.vector, .image, .sequence], example: .init("linear", on: .vector(8), gives: .vector(8)))

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  package func value(_ x: Double) -> Double { x }

  package func slope(_ x: Double) -> Double { 1 }

  package var kernel: Activation { .linear }

  package var isRectifier: Bool { false }
}
