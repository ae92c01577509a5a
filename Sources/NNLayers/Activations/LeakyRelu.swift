import NNKernelTypes

/// y = x for x > 0, else slope · x; the slope at 0 is that below it. Source: torch.nn.LeakyReLU (slope 0.01).
package struct LeakyRelu: Pointwise {
  package static let signature = Signature(
    "leaky_relu", "y = x above zero, a small slope below",
    positional: [Parameter("slope", "the slope below zero", .number(0...1e6, percent: false), default: .number(0.01))],
    isActivation: true, takes: [.vector, .image, .sequence], example: .init("leaky_relu 0.2", on: .vector(8), gives: .vector(8)))

  let negativeSlope: Double

  package init(_ arguments: Arguments) throws(LayerProblem) { negativeSlope = arguments.number("slope") ?? 0.01 }

  package func value(_ x: Double) -> Double { x > 0 ? x : negativeSlope * x }

  package func slope(_ x: Double) -> Double { x > 0 ? 1 : negativeSlope }

  package var kernel: Activation { Activation(.leakyRelu, alpha: Float(negativeSlope)) }

  package var isRectifier: Bool { true }
}
