import NNKernelTypes

/// y = x / (1 + |x|); its slope is 1 / (1 + |x|)². Source: torch.nn.Softsign.
package struct Softsign: Pointwise {
  package static let signature = Signature(
    "softsign", "y = x / (1 + |x|)",
    isActivation: true, takes: [.vector, .image, .sequence], example: .init("softsign", on: .vector(8), gives: .vector(8)))

  package init(_ arguments: Arguments) throws(LayerProblem) {}

  package func value(_ x: Double) -> Double { x / (1 + abs(x)) }

  package func slope(_ x: Double) -> Double { 1 / ((1 + abs(x)) * (1 + abs(x))) }

  package var kernel: Activation { Activation(.softsign) }

  package var isRectifier: Bool { false }
}
