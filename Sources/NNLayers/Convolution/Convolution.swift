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
    let bias = hasBias ? call.weights[1] : [Double](repeating: 0, count: channels)
    var y = [Double](repeating: 0, count: call.pass.batch * places.height * places.width * channels)
    for place in 0..<call.pass.batch * places.height * places.width {
      let image = place / (places.height * places.width) * grid.height * grid.width
      let (row, column) = (place / places.width % places.height, place % places.width)
      for o in 0..<channels { y[place * channels + o] = bias[o] }
      window.forEachPoint(of: grid, row: row, column: column) { point, position in
        for c in 0..<grid.channels {
          let group = c / perGroup
          let x = call.x[0][(image + position) * grid.channels + c]
          let w = (point * perGroup + c % perGroup) * channels + group * outPerGroup
          addProducts(outPerGroup, x, call.weights[0], w, &y, place * channels + group * outPerGroup)
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
    guard let geometry = geometry(for: input) else { return LayerMemory() }
    let pools = Kernels.poolsPairs(geometry)
    switch pass {
    case .inference:
      return LayerMemory(
        readsY: false, fusesActivation: true, foldsScale: true, fusedPool: pools ? .init(saved: 0, scratch: 0) : nil,
        prepared: Kernels.convolutionPreparedCount(geometry))
    case .training:
      let pooled = batch * (geometry.outHeight / 2) * (geometry.outWidth / 2) * channels
      return LayerMemory(
        scratch: Kernels.convolutionWeightGradientScratch(geometry, batch: batch), readsY: false, fusesActivation: true,
        fusedPool: pools ? .init(saved: pooled, scratch: batch * geometry.outCount + 16) : nil, gatesInput: true)
    }
  }

  func forward(_ call: ForwardCall) {
    guard let geometry = geometry(for: call.inputs[0]) else { return }
    var epilogue = Epilogue(bias: call.fused.bias ?? (hasBias ? Floats(call.weights[1]) : nil), activation: call.fused.activation)
    if call.fused.poolsPairs {
      epilogue.pooled = call.y
      epilogue.choices = call.pass.mode == .training ? call.saved : nil
    }
    call.kernels.convolutionForward(
      geometry, batch: call.pass.batch, x: call.x[0], w: call.weights[0], epilogue: epilogue, prepared: call.preparedWeights, y: call.y)
  }

  /// With a fused pool, the gradient of the convolution's own outputs comes first into the scratch.
  func backward(_ call: BackwardCall) {
    guard let geometry = geometry(for: call.inputs[0]) else { return }
    var dy = call.dy
    var scratch = call.scratch
    if call.fused.poolsPairs {
      call.kernels.unpoolPairs(
        geometry, batch: call.pass.batch, dy: call.dy, choices: call.saved, slope: call.fused.activation.slopeBelowZero ?? 1,
        dx: call.scratch)
      dy = Floats(call.scratch)
      scratch += (call.pass.batch * geometry.outCount + 15) / 16 * 16
    }
    call.kernels.convolutionWeightGradient(
      geometry, batch: call.pass.batch, x: call.x[0], dy: dy, dw: call.dweights[0], dbias: hasBias ? call.dweights[1] : nil,
      scratch: scratch)
    if let dx = call.dx[0] {
      call.kernels.convolutionInputGradient(
        geometry, batch: call.pass.batch, dy: dy, w: call.weights[0], gate: call.gateSlope == nil ? nil : call.x[0],
        gateSlope: call.gateSlope ?? 1, dx: dx)
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

/// sums[to + i] += x · w[from + i]: apart, because it is where all the time of a definition goes.
func addProducts(_ count: Int, _ x: Double, _ w: [Double], _ from: Int, _ sums: inout [Double], _ to: Int) {
  w.withUnsafeBufferPointer { w in
    sums.withUnsafeMutableBufferPointer { sums in
      for i in 0..<count { sums[to + i] += x * w[from + i] }
    }
  }
}
