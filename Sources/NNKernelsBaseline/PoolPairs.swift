import NNKernelTypes

// The pool of 2 x 2 windows that a convolution does itself, and its way back.

extension Loops {
  /// Output rows `from ..< to` of a convolution, at x, pooled; y and choices are the image's first.
  public static func poolPairs(
    _ g: ConvGeometry, from: Int, to: Int, x: Floats, y: MutableFloats, choices: MutableFloats?
  ) {
    let channels = g.outChannels
    let width = g.outWidth / 2
    var oy = from
    while oy &+ 1 < to {
      var ox = 0
      while ox < width {
        let top = x + ((oy &- from) &* g.outWidth &+ 2 &* ox) &* channels
        let at = (oy / 2 &* width &+ ox) &* channels
        poolPair(channels, top, top + g.outWidth &* channels, y + at, choices.map { $0 + at })
        ox &+= 1
      }
      oy &+= 2
    }
  }

  @inline(never) static func poolPair(
    _ channels: Int, _ top: Floats, _ bottom: Floats, _ y: MutableFloats, _ choices: MutableFloats?
  ) {
    var c = 0
    while c < channels {
      let width = channels &- c < lanes ? channels &- c : lanes
      let isWhole = width == lanes
      let a = top + c
      let b = bottom + c
      let (largest, choice) = largestOfFour(
        isWhole ? load(a) : load(a, count: width), isWhole ? load(a + channels) : load(a + channels, count: width),
        isWhole ? load(b) : load(b, count: width), isWhole ? load(b + channels) : load(b + channels, count: width))
      writeOutput(largest, y + c, width)
      if let choices { writeOutput(choice, choices + c, width) }
      c &+= lanes
    }
  }

  /// The gradient of a convolution's outputs from that of its pooled and activated ones, pooled rows `from ..< to` of one image: dy goes to the
  /// chosen place, times `slope` where that was not above zero; all others are 0, with the rows and columns that no window covers.
  public static func unpoolPairs(
    _ g: ConvGeometry, from: Int, to: Int, dy: Floats, choices: Floats, slope: Float, dx: MutableFloats
  ) {
    let channels = g.outChannels
    let width = g.outWidth / 2
    let rowCount = g.outWidth &* channels
    var py = from
    while py < to {
      let top = dx + 2 &* py &* rowCount
      var px = 0
      while px < width {
        let at = (py &* width &+ px) &* channels
        unpoolPair(channels, dy + at, choices + at, slope, top + 2 &* px &* channels, top + rowCount + 2 &* px &* channels)
        px &+= 1
      }
      if g.outWidth & 1 == 1 {
        fill(count: channels, value: 0, y: top + 2 &* width &* channels)
        fill(count: channels, value: 0, y: top + rowCount + 2 &* width &* channels)
      }
      py &+= 1
    }
    if to == g.outHeight / 2, g.outHeight & 1 == 1 { fill(count: rowCount, value: 0, y: dx + (g.outHeight &- 1) &* rowCount) }
  }

  @_transparent static func unpoolPair(
    _ channels: Int, _ dy: Floats, _ choices: Floats, _ slope: Float, _ top: MutableFloats, _ bottom: MutableFloats
  ) {
    var c = 0
    while c < channels {
      let width = channels &- c < lanes ? channels &- c : lanes
      let isWhole = width == lanes
      let choice = unsafeBitCast(isWhole ? load(choices + c) : load(choices + c, count: width), to: VU.self)
      let given = isWhole ? load(dy + c) : load(dy + c, count: width)
      let isNotAbove = (choice & VU(repeating: PoolChoice.notAbove)) .!= VU()
      let share = given.with(slope == 0 ? V() : given * slope, where: isNotAbove)
      let place = choice & VU(repeating: 3)
      writeOutput(V().with(share, where: place .== VU(repeating: 0)), top + c, width)
      writeOutput(V().with(share, where: place .== VU(repeating: 1)), top + channels + c, width)
      writeOutput(V().with(share, where: place .== VU(repeating: 2)), bottom + c, width)
      writeOutput(V().with(share, where: place .== VU(repeating: 3)), bottom + channels + c, width)
      c &+= lanes
    }
  }

  /// y times slope where gate is not above 0.
  public static func gate(count: Int, gate: Floats, slope: Float, y: MutableFloats) {
    map(count, y, gate, y) { gated($0, $1, slope) }
  }
}

/// v, times slope where `opened` is not above 0.
@_transparent func gated(_ v: V, _ opened: V, _ slope: Float) -> V {
  (slope == 0 ? V() : v * slope).with(v, where: opened .> 0)
}

/// The largest of four, and its `PoolChoice` as the bits of floats. Of equal numbers the first counts.
@_transparent func largestOfFour(_ a: V, _ b: V, _ c: V, _ d: V) -> (V, V) {
  let above = larger(a, b)
  let below = larger(c, d)
  let largest = larger(above, below)
  let one = VU(repeating: 1)
  let placeAbove = unsafeBitCast(b .> a, to: VU.self) & one
  let placeBelow = (unsafeBitCast(d .> c, to: VU.self) & one) | VU(repeating: 2)
  let isBelow = unsafeBitCast(below .> above, to: VU.self)
  let place = placeAbove ^ ((placeAbove ^ placeBelow) & isBelow)
  // Not `below 0`: what relu made 0 counts.
  let isAbove = unsafeBitCast(largest .> 0, to: VU.self)
  let notAbove = VU(repeating: PoolChoice.notAbove) & ~isAbove
  return (largest, unsafeBitCast(place | notAbove, to: V.self))
}
