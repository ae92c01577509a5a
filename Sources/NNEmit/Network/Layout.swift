import NNLayers

/// Where the numbers of a value lie: pixels row by row, channels last, with room around them that stays zero.
///
/// A vector is one pixel, a sequence one row of pixels. A pixel may take more room than it has channels, so that whole vectors can be written;
/// what is in that room is finite, and read by nobody who minds.
struct Layout: Hashable, Sendable {
  var height: Int
  var width: Int
  var channels: Int
  /// Numbers from one pixel to the next.
  var pixelStep: Int
  var halo: Halo

  init(_ shape: Shape, pixelStep: Int, halo: Halo = .none) {
    let grid = shape.grid
    (height, width, channels) = (grid.height, grid.width, grid.channels)
    self.pixelStep = pixelStep
    self.halo = halo
  }

  /// Numbers from one row to the next.
  var rowStep: Int { (halo.left + width + halo.right) * pixelStep }
  /// The first pixel's place in its buffer.
  var origin: Int { halo.top * rowStep + halo.left * pixelStep }
  /// Numbers of the buffer.
  var count: Int { (halo.top + height + halo.bottom) * rowStep }

  /// `84x84x8`
  var text: String { height == 1 && width == 1 ? "\(channels)" : "\(height == 1 ? "" : "\(height)x")\(width)x\(channels)" }
}

/// Pixels of zeros around an image.
struct Halo: Hashable, Sendable {
  var top = 0
  var left = 0
  var bottom = 0
  var right = 0

  static let none = Halo()

  func union(_ other: Halo) -> Halo {
    Halo(top: max(top, other.top), left: max(left, other.left), bottom: max(bottom, other.bottom), right: max(right, other.right))
  }
}

extension Shape {
  /// An image as it is, a sequence as one row, a vector as one pixel.
  var grid: (height: Int, width: Int, channels: Int) {
    switch self {
    case .vector(let count): (1, 1, count)
    case .image(let height, let width, let channels): (height, width, channels)
    case .sequence(let steps, let features): (1, steps, features)
    case .tokens(let steps, _): (1, steps, 1)
    }
  }
}

extension Processor {
  /// The room of a pixel whose channels are written vector by vector.
  func pixelStep(channels: Int) -> Int {
    let width = vectorLanes(atMost: channels)
    return (channels + width - 1) / width * width
  }

  /// The widest vector that few channels fill.
  private func vectorLanes(atMost channels: Int) -> Int { channels <= 4 ? 4 : min(lanes, channels <= 8 ? 8 : lanes) }

  /// The widest vector that divides a pixel's room.
  func vectorLanes(dividing pixelStep: Int) -> Int { [lanes, 8, 4].first { $0 <= lanes && pixelStep % $0 == 0 } ?? 4 }
}
