import NNKernelTypes

/// `maxpool` and `avgpool`, whose windows may leave out rows and columns at the end: `check` warns where they do.
package protocol WindowedPool: Sliding {
  var windows: PoolWindows { get }
}

extension WindowedPool {
  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape { try windows.output(for: inputs[0]) }

  /// 0 where the windows reach the end.
  package func leftOut(for inputs: [Shape]) -> (rows: Int, columns: Int) { windows.leftOut(for: inputs[0]) }

  /// The windows on an input that `output` accepts; a sequence is an image of width 1.
  package func geometry(for input: Shape) -> PoolGeometry? { try? windows.geometry(for: input) }

  package func slide(over input: Shape) -> [Slide]? { windows.slides(over: input) }

  package func weights(for inputs: [Shape]) -> [WeightSpec] { [] }

  package func macs(for inputs: [Shape]) -> Int { 0 }
}

/// The windows of `maxpool` and `avgpool`: sliding, or as many as `to` asks for.
package struct PoolWindows: Sendable, Equatable {
  private enum Rule: Sendable, Equatable {
    case sliding(Window, ceil: Bool)
    case adaptive(Extent)
  }
  private let rule: Rule
  /// Written with one number everywhere (`maxpool 2`): a square on an image, a window over steps on a sequence.
  private let isOneSize: Bool

  static let size = Parameter(
    "size", "window: one number for both sides, or height x width", .integer(1...Arguments.largestStep), .size(parts: 2...2), optional: true
  )
  static let named = [
    Window.stride("step from one window to the next; the window's size unless said otherwise", default: nil),
    Parameter(
      "pad", "rows and columns added on every side, at most half a window", .integer(0...Arguments.largestStep),
      .size(parts: 2...2, least: 0), default: .integer(0)),
    Parameter("to", "adaptive: height x width of the output", .size(parts: 2...2), .integer(1...Arguments.largestStep), optional: true),
  ]
  static let flags = [Flag("ceil", "sizes round up: the last window may reach over the end")]

  init(_ arguments: Arguments) throws(LayerProblem) {
    isOneSize = ["size", "stride", "pad", "to"].allSatisfy { arguments.size($0) == nil }
    if let to = try arguments.extent("to") {
      let pad = try arguments.extent("pad") ?? Extent(height: 0, width: 0)
      guard arguments["size"] == nil, arguments["stride"] == nil, pad == Extent(height: 0, width: 0), !arguments.has("ceil") else {
        throw .value(argument: "to", message: "`to` decides the windows itself: no size, stride, pad or ceil beside it")
      }
      rule = .adaptive(to)
      return
    }
    guard let size = try arguments.extent("size") else {
      throw .value(argument: "size", message: "a pool needs a window (`2` or `3x2`) or the output's size (`to 7x7`)")
    }
    let window = try Window(sizes: [size.height, size.width], stride: size, arguments: arguments)
    guard window.pad.height * 2 <= size.height, window.pad.width * 2 <= size.width else {
      throw .value(
        argument: "pad",
        message: "a padding of \(window.pad.height)x\(window.pad.width) is more than half of the \(size.height)x\(size.width) window")
    }
    rule = .sliding(window, ceil: arguments.has("ceil"))
  }

  func output(for input: Shape) throws(LayerProblem) -> Shape {
    let (grid, geometry) = try (grid(input), geometry(for: input))
    return try grid.with(Extent(height: geometry.outHeight, width: geometry.outWidth), channels: grid.channels).shape.checked()
  }

  private func grid(_ input: Shape) throws(LayerProblem) -> Grid {
    try Grid(input, takes: isOneSize ? [.image, .sequence] : [.image])
  }

  func geometry(for input: Shape) throws(LayerProblem) -> PoolGeometry {
    let grid = try grid(input)
    switch rule {
    case .adaptive(let to):
      return PoolGeometry(
        inHeight: grid.height, inWidth: grid.width, channels: grid.channels, toHeight: to.height, toWidth: grid.isSequence ? 1 : to.width)
    case .sliding(let square, let ceil):
      let window = grid.isSequence ? square.line : square
      _ = try window.places(on: grid, ceil: ceil)
      return PoolGeometry(
        inHeight: grid.height, inWidth: grid.width, channels: grid.channels, windowHeight: window.kernel.height,
        windowWidth: window.kernel.width, strideHeight: window.stride.height, strideWidth: window.stride.width,
        padHeight: window.pad.height, padWidth: window.pad.width, ceil: ceil)
    }
  }

  /// nil for adaptive pools.
  func slides(over input: Shape) -> [Slide]? {
    guard case .sliding(let square, _) = rule else { return nil }
    return (input.kind == .sequence ? square.line : square).slides
  }

  func leftOut(for input: Shape) -> (rows: Int, columns: Int) {
    guard case .sliding(let square, let ceil) = rule, let grid = try? grid(input) else { return (0, 0) }
    return (grid.isSequence ? square.line : square).leftOut(on: grid, ceil: ceil)
  }
}
