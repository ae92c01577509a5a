import NNDiagnostics
import NNRecipe

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Carries out `augment` on normalised examples.
///
/// What comes in from outside the picture is black: 0 in the file's terms, which normalised is the shift of the channel.
struct Augmenter: Sendable {
  private let steps: [Augmentation]
  private let height: Int
  private let width: Int
  private let channels: Int
  /// Per channel.
  private let black: [Float]
  private let seed: UInt64

  var isNeeded: Bool { !steps.isEmpty }

  init(_ steps: [Augmentation], shape: [Int], isText: Bool = false, normalization: NormalizationValues, seed: UInt64, at place: SourceSpan?)
    throws(Diagnostic)
  {
    let isImage = shape.count == 3
    if isText, let step = steps.first {
      throw Diagnostic(.augmentation, .error, "`augment \(step.word)` has no meaning for a text", at: place)
    }
    for step in steps where !isImage && step.needsImage {
      throw Diagnostic(
        .augmentation, .error, "`augment \(step.word)` needs images, the data has examples of shape \(sizeText(shape))", at: place)
    }
    self.steps = steps
    self.seed = seed
    height = isImage ? shape[0] : 1
    width = isImage ? shape[1] : 1
    let depth = isImage ? shape[2] : shape.reduce(1, *)
    channels = depth
    let shift = normalization.shift
    black = shift.count == depth ? shift : [Float](repeating: shift.first ?? 0, count: depth)
  }

  /// - Parameters:
  ///   - x: H x W x C, changed where it is.
  ///   - scratch: as large as `x`.
  func apply(to x: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>, epoch: Int, example: Int) {
    for (number, step) in steps.enumerated() {
      var random = Random(seed: seed, UInt64(bitPattern: Int64(epoch)), UInt64(bitPattern: Int64(example)), UInt64(number))
      switch step {
      case .flipHorizontal: if random.bits() >> 63 == 1 { flipHorizontal(x) }
      case .flipVertical: if random.bits() >> 63 == 1 { flipVertical(x) }
      case .rotate(let degrees): rotate(x, by: random.uniform(-degrees, degrees), scratch)
      case .shift(let fraction):
        let rows = Int((fraction * Double(height)).rounded())
        let columns = Int((fraction * Double(width)).rounded())
        move(x, rows: random.below(2 * rows + 1) - rows, columns: random.below(2 * columns + 1) - columns, scratch)
      case .crop(let pad): move(x, rows: random.below(2 * pad + 1) - pad, columns: random.below(2 * pad + 1) - pad, scratch)
      case .noise(let deviation): addNoise(x, deviation, &random)
      }
    }
  }

  private func flipHorizontal(_ x: UnsafeMutablePointer<Float>) {
    for row in 0..<height {
      let line = x + row * width * channels
      for column in 0..<width / 2 {
        for c in 0..<channels { swap(&line[column * channels + c], &line[(width - 1 - column) * channels + c]) }
      }
    }
  }

  private func flipVertical(_ x: UnsafeMutablePointer<Float>) {
    let length = width * channels
    for row in 0..<height / 2 {
      for i in 0..<length { swap(&x[row * length + i], &x[(height - 1 - row) * length + i]) }
    }
  }

  /// Moves the picture down and to the right. Padding by p and cutting a window at (r, c) is a move by (p - r, p - c).
  func move(_ x: UnsafeMutablePointer<Float>, rows: Int, columns: Int, _ scratch: UnsafeMutablePointer<Float>) {
    if rows == 0, columns == 0 { return }
    scratch.update(from: x, count: height * width * channels)
    for row in 0..<height {
      for column in 0..<width {
        let (fromRow, fromColumn) = (row - rows, column - columns)
        let inside = fromRow >= 0 && fromRow < height && fromColumn >= 0 && fromColumn < width
        for c in 0..<channels {
          x[(row * width + column) * channels + c] = inside ? scratch[(fromRow * width + fromColumn) * channels + c] : black[c]
        }
      }
    }
  }

  /// Turns the picture about its middle by `degrees`, counterclockwise as it is seen; bilinear between the four neighbours
  /// (PyTorch's `grid_sample` with zeros outside).
  func rotate(_ x: UnsafeMutablePointer<Float>, by degrees: Double, _ scratch: UnsafeMutablePointer<Float>) {
    scratch.update(from: x, count: height * width * channels)
    // With a number that is known, the loops over channels are none.
    switch channels {
    case 1: turn(x, by: degrees, scratch, channels: 1)
    case 3: turn(x, by: degrees, scratch, channels: 3)
    case _: turn(x, by: degrees, scratch, channels: channels)
    }
  }

  @inline(__always)
  private func turn(_ x: UnsafeMutablePointer<Float>, by degrees: Double, _ scratch: UnsafePointer<Float>, channels: Int) {
    let cosine = Float(cos(degrees * .pi / 180))
    let sine = Float(sin(degrees * .pi / 180))
    let middleRow = Float(height - 1) / 2
    let middleColumn = Float(width - 1) / 2
    for row in 0..<height {
      for column in 0..<width {
        let (dy, dx) = (Float(row) - middleRow, Float(column) - middleColumn)
        sample(
          scratch, row: middleRow + sine * dx + cosine * dy, column: middleColumn + cosine * dx - sine * dy,
          into: x + (row * width + column) * channels, channels: channels)
      }
    }
  }

  /// Bilinear; a neighbour outside of the picture is black.
  @inline(__always)
  private func sample(
    _ image: UnsafePointer<Float>, row: Float, column: Float, into out: UnsafeMutablePointer<Float>, channels: Int
  ) {
    let (r, s) = (floored(row), floored(column))
    let (down, right) = (row - Float(r), column - Float(s))
    if r >= 0, s >= 0, r + 1 < height, s + 1 < width {
      let corner = image + (r * width + s) * channels
      let below = corner + width * channels
      for c in 0..<channels {
        let upper = corner[c] * (1 - right) + corner[c + channels] * right
        let lower = below[c] * (1 - right) + below[c + channels] * right
        out[c] = upper * (1 - down) + lower * down
      }
      return
    }
    for c in 0..<channels {
      @inline(__always) func at(_ r: Int, _ s: Int) -> Float {
        r >= 0 && r < height && s >= 0 && s < width ? image[(r * width + s) * channels + c] : black[c]
      }
      let above = at(r, s) * (1 - right) + at(r, s + 1) * right
      let below = at(r + 1, s) * (1 - right) + at(r + 1, s + 1) * right
      out[c] = above * (1 - down) + below * down
    }
  }

  /// The next whole number below; without SSE 4.1, `rounded` is a call of a library.
  @inline(__always)
  private func floored(_ value: Float) -> Int {
    let towardsZero = Int(value)
    return Float(towardsZero) > value ? towardsZero - 1 : towardsZero
  }

  private func addNoise(_ x: UnsafeMutablePointer<Float>, _ deviation: Double, _ random: inout Random) {
    let deviation = Float(deviation)
    for i in 0..<height * width * channels { x[i] += deviation * random.noise() }
  }
}

extension Augmentation {
  /// As in the language.
  var word: String {
    switch self {
    case .flipHorizontal: "flip horizontal"
    case .flipVertical: "flip vertical"
    case .rotate: "rotate"
    case .shift: "shift"
    case .crop: "crop"
    case .noise: "noise"
    }
  }

  var needsImage: Bool {
    switch self {
    case .flipHorizontal, .flipVertical, .rotate, .shift, .crop: true
    case .noise: false
    }
  }
}
