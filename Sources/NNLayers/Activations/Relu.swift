import NNKernelTypes

/// y = max(0, x); the slope at 0 is 0. Source: torch.nn.ReLU.
package struct Relu: Pointwise {
  package static let signature = Signature(
    "relu", "y = max(0, x)",
    isActivation: true, takes: [.vector, .image, .sequence], example: .init("relu", on: .vector(8), gives: .vector(8)))

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  package func value(_ x: Double) -> Double { max(0, x) }

  package func slope(_ x: Double) -> Double { x > 0 ? 1 : 0 }

  package var kernel: Activation { Activation(.relu) }

  package var isRectifier: Bool { true }
}
