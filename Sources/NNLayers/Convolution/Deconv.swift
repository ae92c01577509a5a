import NNKernels

/// A transposed convolution: every pixel of the input paints a window of weights onto a larger image.
///
/// `HxW` becomes `(H - 1) stride - 2 pad + (K - 1) dilate + 1` high. It is the backward pass of the convolution that leads from its output to
/// its input, and that convolution is its own backward pass. Source: torch.nn.ConvTranspose2d with output_padding 0.
package struct Deconv: Layer {
  package static let signature = Signature(
    "deconv", "transposed convolution: every pixel paints a window onto a larger image",
    positional: [Parameter("size", "window and output channels: height x width x channels", .size(parts: 3...3))],
    named: [
      Window.stride("distance of the painted windows", default: .integer(1)),
      Parameter(
        "pad", "rows and columns cut off on every side, or `same` to keep height and width", .integer(0...Arguments.largestStep),
        .size(parts: 2...2, least: 0), .word(["same"]), default: .integer(0)),
      Parameter("groups", "independent parts the channels are divided into", .integer(1...Arguments.largestStep), default: .integer(1)),
      Window.dilate,
    ],
    flags: [Flag("nobias", "no bias is added")], takesActivation: true, takes: [.image],
    example: .init(
      "deconv 4x4x8 stride 2 pad 1", on: .image(height: 7, width: 6, channels: 16), gives: .image(height: 14, width: 12, channels: 8)))

  let window: Window
  let groups: Int
  let channels: Int
  let hasBias: Bool

  package init(_ arguments: Arguments) throws(LayerProblem) {
    let size = try arguments.required("size", arguments.size("size"))
    window = try Window(sizes: size.dropLast(), arguments: arguments)
    groups = arguments.integer("groups") ?? 1
    channels = size[size.count - 1]
    hasBias = !arguments.has("nobias")
  }

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape {
    let grid = try Grid(inputs[0], for: window)
    guard grid.channels % groups == 0 else {
      throw .divide(argument: "groups", value: groups, what: "channels", count: grid.channels)
    }
    guard channels % groups == 0 else {
      throw .divide(argument: "groups", value: groups, what: "output channels", count: channels)
    }
    let painted = painted(by: grid)
    guard painted.height > 0, painted.width > 0 else {
      throw .value(argument: "pad", message: "`pad` \(window.pad.height)x\(window.pad.width) cuts off the whole output")
    }
    let kernel = [window.kernel.height, window.kernel.width, channels / groups, grid.channels]
    _ = try product(kernel, limit: Shape.largestCount)
    _ = try product(kernel + [grid.height, grid.width], limit: largestWork)
    return try grid.with(painted, channels: channels).shape.checked()
  }

  private func painted(by grid: Grid) -> Extent {
    Extent(
      height: (grid.height - 1) * window.stride.height - 2 * window.pad.height + window.reach.height,
      width: (grid.width - 1) * window.stride.width - 2 * window.pad.width + window.reach.width)
  }

  /// PyTorch: weight [in, out/groups, kh, kw], in memory [kh][kw][out/groups][in], as the convolution from output to input has it. The fans
  /// are those PyTorch's initialisers take from that shape.
  package func weights(for inputs: [Shape]) -> [WeightSpec] {
    guard let grid = try? Grid(inputs[0], for: window) else { return [] }
    let points = window.kernel.height * window.kernel.width
    let fanIn = channels / groups * points
    let weight = WeightSpec(
      "weight", shape: [grid.channels, channels / groups, window.kernel.height, window.kernel.width], order: [2, 3, 1, 0],
      role: .kernel, fanIn: fanIn, fanOut: grid.channels * points)
    return [weight] + (hasBias ? [WeightSpec("bias", shape: [channels], role: .bias, fanIn: fanIn)] : [])
  }

  package func macs(for inputs: [Shape]) -> Int {
    inputs[0].count * window.kernel.height * window.kernel.width * (channels / groups)
  }

  /// y[i s + p d - pad, j s + q d - pad, o] += w[p, q, o, c] x[i, j, c], on top of the bias.
  package func reference(_ call: ReferenceCall) -> [Double] {
    guard let grid = try? Grid(call.inputs[0], for: window) else { return [] }
    let target = grid.with(painted(by: grid), channels: channels)
    let (perGroup, outPerGroup) = (grid.channels / groups, channels / groups)
    let (x, w) = (call.x[0], call.weights[0])
    var y: [Double] = []
    for _ in 0..<call.pass.batch * target.height * target.width {
      y += hasBias ? call.weights[1] : [Double](repeating: 0, count: channels)
    }
    for n in 0..<call.pass.batch {
      for place in 0..<grid.height * grid.width {
        let source = (n * grid.height * grid.width + place) * grid.channels
        window.forEachPoint(of: target, row: place / grid.width, column: place % grid.width) { point, position in
          let first = (n * target.height * target.width + position) * channels
          for c in 0..<grid.channels {
            let group = c / perGroup
            for o in 0..<outPerGroup {
              y[first + group * outPerGroup + o] += w[(point * outPerGroup + o) * grid.channels + c] * x[source + c]
            }
          }
        }
      }
    }
    return y
  }

  /// The convolution that leads from the output to the input.
  package func geometry(for input: Shape) -> ConvGeometry? {
    guard let grid = try? Grid(input, for: window) else { return nil }
    return ConvGeometry(window, on: grid.with(painted(by: grid), channels: channels), channels: grid.channels, groups: groups)
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    guard pass == .training, let geometry = geometry(for: inputs[0]) else { return LayerMemory(readsY: false, fusesActivation: true) }
    return LayerMemory(
      scratch: Kernels.convolutionWeightGradientScratch(geometry, batch: batch), readsY: false, fusesActivation: true)
  }

  package func forward(_ call: ForwardCall) {
    guard let geometry = geometry(for: call.inputs[0]) else { return }
    call.kernels.convolutionInputGradient(geometry, batch: call.pass.batch, dy: call.x[0], w: call.weights[0], dx: call.y)
    call.kernels.finish(
      rows: call.pass.batch * geometry.inHeight * geometry.inWidth, columns: channels, bias: hasBias ? Floats(call.weights[1]) : nil,
      activation: call.fused.activation, y: call.y)
  }

  package func backward(_ call: BackwardCall) {
    guard let geometry = geometry(for: call.inputs[0]) else { return }
    let batch = call.pass.batch
    call.kernels.convolutionWeightGradient(
      geometry, batch: batch, x: call.dy, dy: call.x[0], dw: call.dweights[0], dbias: nil, scratch: call.scratch)
    if hasBias, let dbias = call.dweights[1] {
      call.kernels.columnSums(rows: batch * geometry.inHeight * geometry.inWidth, columns: channels, x: call.dy, y: dbias)
    }
    if let dx = call.dx[0] {
      call.kernels.convolutionForward(geometry, batch: batch, x: call.dy, w: call.weights[0], y: dx)
    }
  }
}
