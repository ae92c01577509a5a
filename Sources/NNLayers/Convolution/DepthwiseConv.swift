import NNKernels

/// A convolution of every channel with windows of its own: `dwconv 3x3` keeps the channels, `dwconv 3x3x64` makes 64 of them, a multiple of
/// those that come in.
///
/// The same as `conv` with as many groups as input channels: output channel o sees input channel o / (out / in) alone.
/// Source: torch.nn.Conv2d with groups = in_channels.
package struct DepthwiseConv: Sliding {
  package static let signature = Signature(
    "dwconv", "depthwise convolution: every channel has windows of its own",
    positional: [
      Parameter("size", "window: height x width; a third number is the output channels, a multiple of the input's", .size(parts: 2...3))
    ],
    named: [Window.stride("step from one place of the window to the next", default: .integer(1)), Window.pad, Window.dilate],
    flags: [Flag("nobias", "no bias is added")], takesActivation: true, takes: [.image],
    example: .init(
      "dwconv 3x3 pad 1", on: .image(height: 6, width: 5, channels: 4), gives: .image(height: 6, width: 5, channels: 4)))

  let window: Window
  /// nil: as many as come in.
  let channels: Int?
  let hasBias: Bool

  package init(_ arguments: Arguments) throws(LayerProblem) {
    let size = try arguments.required("size", arguments.size("size"))
    window = try Window(sizes: Array(size.prefix(2)), arguments: arguments)
    channels = size.count == 3 ? size[2] : nil
    hasBias = !arguments.has("nobias")
  }

  /// With the groups that the input asks for.
  private func convolution(for input: Shape) throws(LayerProblem) -> Convolution {
    let grid = try Grid(input, for: window)
    let channels = channels ?? grid.channels
    guard channels % grid.channels == 0 else {
      throw .divide(argument: "size", value: grid.channels, what: "output channels", count: channels)
    }
    return Convolution(window: window, groups: grid.channels, channels: channels, hasBias: hasBias)
  }

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape { try convolution(for: inputs[0]).output(for: inputs[0]) }

  /// The window on an input that `output` accepts, with a group per channel.
  package func geometry(for input: Shape) -> ConvGeometry? { try? convolution(for: input).geometry(for: input) }

  package func slide(over input: Shape) -> [Slide]? { window.slides }

  package func weights(for inputs: [Shape]) -> [WeightSpec] { (try? convolution(for: inputs[0]).weights(for: inputs[0])) ?? [] }

  package func macs(for inputs: [Shape]) -> Int { (try? convolution(for: inputs[0]).macs(for: inputs[0])) ?? 0 }

  package func reference(_ call: ReferenceCall) -> [Double] { (try? convolution(for: call.inputs[0]).reference(call)) ?? [] }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    (try? convolution(for: inputs[0]).memory(for: inputs[0], batch: batch, pass: pass)) ?? LayerMemory()
  }

  package func forward(_ call: ForwardCall) { try? convolution(for: call.inputs[0]).forward(call) }

  package func backward(_ call: BackwardCall) { try? convolution(for: call.inputs[0]).backward(call) }
}
