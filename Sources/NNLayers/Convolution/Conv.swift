import NNKernels

/// A convolution: a window of weights slides over an image (`conv 3x3x32`) or over the steps of a sequence (`conv 3x64`).
///
/// Height x width x output channels; strictly a cross-correlation. `HxWxC` becomes `(H + 2 pad - reach) / stride + 1` high, where a dilated
/// window reaches `(K - 1) dilate + 1`. The gradient of x is the convolution with the window turned, that of w the correlation of x and dy.
/// Source: torch.nn.Conv2d and torch.nn.Conv1d.
package struct Conv: Sliding {
  package static let signature = Signature(
    "conv", "convolution: a window of weights slides over an image or the steps of a sequence",
    positional: [Parameter("size", "window and output channels: height x width x channels, or steps x channels", .size(parts: 2...3))],
    named: [
      Window.stride("step from one place of the window to the next", default: .integer(1)), Window.pad,
      Parameter("groups", "independent parts the channels are divided into", .integer(1...Arguments.largestStep), default: .integer(1)),
      Window.dilate,
    ],
    flags: [Flag("nobias", "no bias is added")], takesActivation: true, takes: [.image, .sequence],
    example: .init(
      "conv 3x3x32 pad 1 stride 2", on: .image(height: 9, width: 8, channels: 3), gives: .image(height: 5, width: 4, channels: 32)))

  let convolution: Convolution

  package init(_ arguments: Arguments) throws(LayerProblem) {
    let size = try arguments.required("size", arguments.size("size"))
    convolution = try Convolution(
      window: Window(sizes: size.dropLast(), arguments: arguments), groups: arguments.integer("groups") ?? 1,
      channels: size[size.count - 1], hasBias: !arguments.has("nobias"))
  }

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape { try convolution.output(for: inputs[0]) }

  /// The window on an input that `output` accepts; a sequence is an image of width 1.
  package func geometry(for input: Shape) -> ConvGeometry? { convolution.geometry(for: input) }

  package func slide(over input: Shape) -> [Slide]? { convolution.window.slides }

  package func weights(for inputs: [Shape]) -> [WeightSpec] { convolution.weights(for: inputs[0]) }

  package func macs(for inputs: [Shape]) -> Int { convolution.macs(for: inputs[0]) }

  package func reference(_ call: ReferenceCall) -> [Double] { convolution.reference(call) }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    convolution.memory(for: inputs[0], batch: batch, pass: pass)
  }

  package func forward(_ call: ForwardCall) { convolution.forward(call) }

  package func backward(_ call: BackwardCall) { convolution.backward(call) }
}
