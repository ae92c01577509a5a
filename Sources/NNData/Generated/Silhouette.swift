#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A part of a thing in its own coordinates: -1 to 1 to the right and down.
struct Piece {
  enum Form {
    /// From `top` to `bottom` between a left and a right edge, each a straight line from its place at the top to that at the bottom.
    case block(top: Float, bottom: Float, left: (Float, Float), right: (Float, Float))
    case oval(x: Float, y: Float, width: Float, height: Float)
  }

  var form: Form
  /// Which of the thing's colours.
  var colour = 0

  /// The same edges at top and bottom.
  static func box(_ left: Float, _ top: Float, _ right: Float, _ bottom: Float, _ colour: Int = 0) -> Piece {
    Piece(form: .block(top: top, bottom: bottom, left: (left, left), right: (right, right)), colour: colour)
  }

  static func block(_ top: Float, _ bottom: Float, _ left: (Float, Float), _ right: (Float, Float), _ colour: Int = 0) -> Piece {
    Piece(form: .block(top: top, bottom: bottom, left: left, right: right), colour: colour)
  }

  /// `width` and `height` are radii.
  static func oval(_ x: Float, _ y: Float, _ width: Float, _ height: Float, _ colour: Int = 0) -> Piece {
    Piece(form: .oval(x: x, y: y, width: width, height: height), colour: colour)
  }

  /// How much of a point is covered, 0...1; the border is as wide as `edge`.
  @inline(__always)
  func coverage(_ x: Float, _ y: Float, edge: Float) -> Float {
    let depth: Float
    switch form {
    case .block(let top, let bottom, let left, let right):
      let part = min(1, max(0, (y - top) / (bottom - top)))
      depth = min(
        min(x - left.0 - (left.1 - left.0) * part, right.0 + (right.1 - right.0) * part - x), min(y - top, bottom - y))
    case .oval(let middleX, let middleY, let width, let height):
      let (dx, dy) = ((x - middleX) / width, (y - middleY) / height)
      depth = (1 - (dx * dx + dy * dy).squareRoot()) * min(width, height)
    }
    return min(1, max(0, depth / edge + 0.5))
  }
}

/// Where and how large a thing lies in the picture.
struct Pose {
  var x: Float
  var y: Float
  var cosine: Float
  var sine: Float
  var width: Float
  var height: Float

  /// - Parameters:
  ///   - size: half of the thing, from smallest to largest; width and height vary on their own.
  ///   - tilt: in radians, either way.
  init(_ random: inout Random, size: ClosedRange<Double>, shift: Double, tilt: Double, mirrored: Bool) {
    x = Float(random.uniform(-shift, shift))
    y = Float(random.uniform(-shift, shift))
    let angle = random.uniform(-tilt, tilt)
    cosine = Float(cos(angle))
    sine = Float(sin(angle))
    let flip: Double = mirrored && random.bits() >> 63 == 1 ? -1 : 1
    width = Float(flip * random.uniform(size.lowerBound, size.upperBound))
    height = Float(random.uniform(size.lowerBound, size.upperBound))
  }
}

extension Canvas {
  /// Paints the pieces one over the other.
  /// - Parameters:
  ///   - colours: per colour of the pieces, one level per channel.
  ///   - texture: multiplies the colours; by place.
  mutating func paint(_ pieces: [Piece], _ pose: Pose, colours: [[Float]], texture: Stripes) {
    let edge = 2 / Float(min(height, width)) / min(abs(pose.width), pose.height)
    for row in 0..<height {
      for column in 0..<width {
        let (dx, dy) = (columns[column] - pose.x, rows[row] - pose.y)
        let x = (pose.cosine * dx + pose.sine * dy) / pose.width
        let y = (pose.cosine * dy - pose.sine * dx) / pose.height
        guard abs(x) < 1.3, abs(y) < 1.3 else { continue }
        let shade = texture.value(x, y)
        for piece in pieces {
          let covered = piece.coverage(x, y, edge: edge)
          guard covered > 0 else { continue }
          for c in 0..<channels {
            let place = (row * width + column) * channels + c
            levels[place] += covered * (colours[piece.colour][c] * shade - levels[place])
          }
        }
      }
    }
  }

  mutating func addNoise(_ deviation: Float, _ random: inout Random) {
    for i in levels.indices { levels[i] = abs(levels[i] + deviation * random.noise()) }
  }
}

/// 1 plus waves across the picture.
struct Stripes {
  private let x: Float
  private let y: Float
  private let phase: Float
  private let strength: Float

  init(_ random: inout Random, strength: ClosedRange<Double>, frequency: ClosedRange<Double>) {
    let (frequency, direction) = (random.uniform(frequency.lowerBound, frequency.upperBound), random.uniform(0, .pi))
    x = Float(frequency * cos(direction))
    y = Float(frequency * sin(direction))
    phase = Float(random.uniform(0, 1))
    self.strength = Float(random.uniform(strength.lowerBound, strength.upperBound))
  }

  /// A triangle wave: cheap, and as good as a sine here.
  @inline(__always)
  func value(_ u: Float, _ v: Float) -> Float {
    let t = u * x + v * y + phase
    return 1 + strength * (4 * abs(t - t.rounded(.down) - 0.5) - 1)
  }
}
