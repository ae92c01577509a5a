import NNKernelTypes

/// A window that slides over a grid: what convolutions and pools share.
///
/// Sizes as PyTorch works them out (`torch.nn.Conv2d`, `torch.nn.MaxPool2d`, with `ceil_mode`).
struct Window: Sendable, Equatable {
  var kernel: Extent
  var stride = Extent.one
  /// Rows of zeros above and below, columns left and right.
  var pad = Extent(height: 0, width: 0)
  var dilate = Extent.one
  /// Written with one size, for sequences: everything across is 1.
  var isLine = false

  /// The parameters of windows that do not mean the same everywhere are passed in.
  static let pad = Parameter(
    "pad", "rows and columns of zeros on every side, or `same` to keep height and width", .integer(0...Arguments.largestStep),
    .size(parts: 2...2, least: 0), .word(["same"]), default: .integer(0))
  static let dilate = Parameter(
    "dilate", "distance between the window's points", .integer(1...Arguments.largestStep), .size(parts: 2...2), default: .integer(1))
  static func stride(_ summary: String, default value: ArgumentValue?) -> Parameter {
    Parameter("stride", summary, .integer(1...Arguments.largestStep), .size(parts: 2...2), default: value, optional: true)
  }

  /// A window of one size (a line) or two, with the named arguments of its word.
  init(sizes: [Int], stride defaultStride: Extent = .one, arguments: Arguments) throws(LayerProblem) {
    guard let height = sizes.first else { throw .value(argument: "size", message: "`size` is missing") }
    isLine = sizes.count == 1
    kernel = try Extent(height: height, width: sizes.last ?? height).bounded("size")
    if isLine { kernel.width = 1 }
    stride = try arguments.extent("stride") ?? defaultStride
    dilate = try arguments.extent("dilate") ?? .one
    if arguments.word("pad") == "same" {
      pad = try samePadding()
    } else {
      pad = try arguments.extent("pad") ?? pad
    }
    if isLine {
      for name in ["stride", "pad", "dilate"] where arguments.size(name) != nil {
        throw .value(argument: name, message: "`\(name)` of a window over steps is one size, not two")
      }
      (stride.width, dilate.width, pad.width) = (1, 1, 0)
    }
  }

  init(kernel: Extent, stride: Extent = .one, pad: Extent = Extent(height: 0, width: 0), dilate: Extent = .one, isLine: Bool = false) {
    self.kernel = kernel
    self.stride = stride
    self.pad = pad
    self.dilate = dilate
    self.isLine = isLine
  }

  /// The same window over the steps of a sequence.
  var line: Window {
    Window(
      kernel: Extent(height: kernel.height, width: 1), stride: Extent(height: stride.height, width: 1),
      pad: Extent(height: pad.height, width: 0), dilate: Extent(height: dilate.height, width: 1), isLine: true)
  }

  /// Rows and columns from the window's first point to its last.
  var reach: Extent { Extent(height: (kernel.height - 1) * dilate.height + 1, width: (kernel.width - 1) * dilate.width + 1) }

  /// Along each axis it slides over.
  var slides: [Slide] {
    let across = Slide(reach: reach.width, stride: stride.width)
    return [Slide(reach: reach.height, stride: stride.height)] + (isLine ? [] : [across])
  }

  private func samePadding() throws(LayerProblem) -> Extent {
    guard stride == .one else { throw .value(argument: "pad", message: "`pad same` needs stride 1") }
    guard reach.height % 2 == 1, reach.width % 2 == 1 else {
      throw .value(argument: "pad", message: "`pad same` needs an odd window, this one is \(kernel.height)x\(kernel.width)")
    }
    return Extent(height: reach.height / 2, width: reach.width / 2)
  }

  /// How many places the window has on a grid. With `ceil` the last place may reach over the end, but must start before it.
  func places(on grid: Grid, ceil: Bool = false) throws(LayerProblem) -> Extent {
    let height = PoolGeometry.outputs(grid.height, window: reach.height, stride: stride.height, pad: pad.height, ceil: ceil)
    let width = PoolGeometry.outputs(grid.width, window: reach.width, stride: stride.width, pad: pad.width, ceil: ceil)
    guard height > 0, width > 0 else { throw .window(height: reach.height, width: reach.width, input: grid.shape) }
    return Extent(height: height, width: width)
  }

  /// Rows and columns at the end that no place of the window covers.
  func leftOut(on grid: Grid, ceil: Bool) -> (rows: Int, columns: Int) {
    guard let places = try? places(on: grid, ceil: ceil) else { return (0, 0) }
    let rows = grid.height + pad.height - ((places.height - 1) * stride.height + reach.height)
    let columns = grid.width + pad.width - ((places.width - 1) * stride.width + reach.width)
    return (max(0, rows), max(0, columns))
  }

  /// The points of the window at a place that lie on the grid: the point's number and the position's.
  func forEachPoint(of grid: Grid, row: Int, column: Int, _ body: (_ point: Int, _ position: Int) -> Void) {
    for p in 0..<kernel.height {
      let i = row * stride.height + p * dilate.height - pad.height
      guard (0..<grid.height).contains(i) else { continue }
      for q in 0..<kernel.width {
        let j = column * stride.width + q * dilate.width - pad.width
        if (0..<grid.width).contains(j) { body(p * kernel.width + q, i * grid.width + j) }
      }
    }
  }
}

/// A layer each of whose outputs sees a window of its input: what receptive fields are made of.
package protocol Sliding: Layer {
  /// Along the height and width of an image or the steps of a sequence; nil where the layer does not take this input, or where its windows differ in size.
  func slide(over input: Shape) -> [Slide]?
}

/// A window along one axis: the points from its first to its last, and the step to the next window.
package struct Slide: Sendable, Equatable {
  package var reach: Int
  package var stride: Int
}

/// Height, width and channels of an image, or of a sequence seen as an image of width 1.
struct Grid: Sendable, Equatable {
  var height: Int
  var width: Int
  var channels: Int
  var isSequence: Bool

  /// An image, or a sequence for a window that is a line.
  init(_ shape: Shape, for window: Window) throws(LayerProblem) {
    try self.init(shape, takes: window.isLine ? [.sequence] : [.image])
  }

  init(_ shape: Shape, takes kinds: [Shape.Kind]) throws(LayerProblem) {
    guard kinds.contains(shape.kind) else { throw .kind(needs: kinds, input: shape) }
    switch shape {
    case .image(let height, let width, let channels): (self.height, self.width, self.channels) = (height, width, channels)
    case .sequence(let steps, let features): (height, width, channels) = (steps, 1, features)
    case .vector, .tokens: throw .kind(needs: kinds, input: shape)
    }
    isSequence = shape.kind == .sequence
  }

  private init(height: Int, width: Int, channels: Int, isSequence: Bool) {
    self.height = height
    self.width = width
    self.channels = channels
    self.isSequence = isSequence
  }

  func with(_ extent: Extent, channels: Int) -> Grid {
    Grid(height: extent.height, width: extent.width, channels: channels, isSequence: isSequence)
  }

  var shape: Shape {
    isSequence ? .sequence(steps: height, features: channels) : .image(height: height, width: width, channels: channels)
  }
}
