import NNKernels

/// The convolution behind `conv` and `dwconv`: window, groups, output channels and bias, without their words.
///
/// Strictly the cross-correlation of `torch.nn.Conv2d`: y[i, j, o] = b[o] + sum over p, q, c of w[p, q, c, o] x[i s + p d - pad, j s + q d - pad, c],
/// where c runs over the input channels of o's group.
struct Convolution: Sendable {
  var window: Window
  var groups: Int
  var channels: Int
  var hasBias: Bool

  func output(for input: Shape) throws(LayerProblem) -> Shape {
    let grid = try Grid(input, for: window)
    guard grid.channels % groups == 0 else {
      throw .divide(argument: "groups", value: groups, what: "channels", count: grid.channels)
    }
    guard channels % groups == 0 else {
      throw .divide(argument: "groups", value: groups, what: "output channels", count: channels)
    }
    let places = try window.places(on: grid)
    let kernel = [window.kernel.height, window.kernel.width, grid.channels / groups, channels]
    _ = try product(kernel, limit: Shape.largestCount)
    _ = try product(kernel + [places.height, places.width], limit: largestWork)
    return try grid.with(places, channels: channels).shape.checked()
  }

  /// PyTorch: weight [out, in/groups, kh, kw] (a sequence: [out, in/groups, k]), in memory [kh][kw][in/groups][out].
  func weights(for input: Shape) -> [WeightSpec] {
    guard let grid = try? Grid(input, for: window) else { return [] }
    let fanIn = grid.channels / groups
    let points = window.kernel.height * window.kernel.width
    let sizes = window.isLine ? [window.kernel.height] : [window.kernel.height, window.kernel.width]
    let weight = WeightSpec(
      "weight", shape: [channels, fanIn] + sizes, view: [channels, fanIn, window.kernel.height, window.kernel.width],
      order: [2, 3, 1, 0], role: .kernel, fanIn: fanIn * points, fanOut: channels * points)
    return [weight] + (hasBias ? [WeightSpec("bias", shape: [channels], role: .bias, fanIn: fanIn * points)] : [])
  }

  func macs(for input: Shape) -> Int {
    guard let grid = try? Grid(input, for: window), let places = try? window.places(on: grid) else { return 0 }
    return places.height * places.width * channels * window.kernel.height * window.kernel.width * (grid.channels / groups)
  }

  /// The sum above, term by term.
  func reference(_ call: ReferenceCall) -> [Double] {
    guard let grid = try? Grid(call.inputs[0], for: window), let places = try? window.places(on: grid) else { return [] }
    let (perGroup, outPerGroup) = (grid.channels / groups, channels / groups)
    let (x, w) = (call.x[0], call.weights[0])
    var y: [Double] = []
    y.reserveCapacity(call.pass.batch * places.height * places.width * channels)
    for n in 0..<call.pass.batch {
      for i in 0..<places.height {
        for j in 0..<places.width {
          var sums = hasBias ? call.weights[1] : [Double](repeating: 0, count: channels)
          window.forEachPoint(of: grid, row: i, column: j) { point, position in
            for o in 0..<channels {
              let first = (n * grid.height * grid.width + position) * grid.channels + o / outPerGroup * perGroup
              for c in 0..<perGroup { sums[o] += w[(point * perGroup + c) * channels + o] * x[first + c] }
            }
          }
          y += sums
        }
      }
    }
    return y
  }

  /// The loops' view of the same window.
  func geometry(for input: Shape) -> ConvGeometry? {
    guard let grid = try? Grid(input, for: window) else { return nil }
    return ConvGeometry(window, on: grid, channels: channels, groups: groups)
  }

  func memory(for input: Shape, batch: Int, pass: Pass.Mode) -> LayerMemory {
    guard pass == .training, let geometry = geometry(for: input) else { return LayerMemory(readsY: false, fusesActivation: true) }
    return LayerMemory(
      scratch: Kernels.convolutionWeightGradientScratch(geometry, batch: batch), readsY: false, fusesActivation: true)
  }

  func forward(_ call: ForwardCall) {
    guard let geometry = geometry(for: call.inputs[0]) else { return }
    call.kernels.convolutionForward(
      geometry, batch: call.pass.batch, x: call.x[0], w: call.weights[0], bias: hasBias ? Floats(call.weights[1]) : nil,
      activation: call.activation, y: call.y)
  }

  func backward(_ call: BackwardCall) {
    guard let geometry = geometry(for: call.inputs[0]) else { return }
    call.kernels.convolutionWeightGradient(
      geometry, batch: call.pass.batch, x: call.x[0], dy: call.dy, dw: call.dweights[0], dbias: hasBias ? call.dweights[1] : nil,
      scratch: call.scratch)
    if let dx = call.dx[0] {
      call.kernels.convolutionInputGradient(geometry, batch: call.pass.batch, dy: call.dy, w: call.weights[0], dx: dx)
    }
  }
}

extension ConvGeometry {
  /// A window on a grid, as the loops see it.
  init(_ window: Window, on grid: Grid, channels: Int, groups: Int) {
    self.init(
      inHeight: grid.height, inWidth: grid.width, inChannels: grid.channels, outChannels: channels,
      kernelHeight: window.kernel.height, kernelWidth: window.kernel.width, strideHeight: window.stride.height,
      strideWidth: window.stride.width, padTop: window.pad.height, padLeft: window.pad.width, padBottom: window.pad.height,
      padRight: window.pad.width, dilationHeight: window.dilate.height, dilationWidth: window.dilate.width, groups: groups)
  }
}
