import NNKernelTypes

extension Loops {
  public static func fill(count n: Int, value: Float, y: MutableFloats) {
    let v = V(repeating: value)
    var i = 0
    while i &+ lanes <= n {
      store(v, y + i)
      i &+= lanes
    }
    while i < n {
      y[i] = value
      i &+= 1
    }
  }

  public static func add(count n: Int, a: Floats, b: Floats, y: MutableFloats) { map(n, a, b, y) { $0 + $1 } }

  public static func multiply(count n: Int, a: Floats, b: Floats, y: MutableFloats) { map(n, a, b, y) { $0 * $1 } }

  public static func addProduct(count n: Int, a: Floats, b: Floats, y: MutableFloats) {
    map(n, y, a, b, y) { fma($0, $1, $2) }
  }

  public static func scale(count n: Int, factor: Float, x: Floats, y: MutableFloats) { map(n, x, y) { $0 * factor } }

  public static func addScaled(count n: Int, factor: Float, x: Floats, y: MutableFloats) {
    map(n, y, x, y) { fma($0, $1, factor) }
  }

  /// NaN stays NaN.
  public static func clamp(count n: Int, low: Float, high: Float, x: Floats, y: MutableFloats) {
    map(n, x, y) { v in
      let raised = v.with(low, where: v .< low)
      return raised.with(high, where: raised .> high)
    }
  }

  public static func copyRows(rows: Int, columns: Int, x: Floats, ldx: Int, y: MutableFloats, ldy: Int, accumulate: Bool) {
    var i = 0
    while i < rows {
      let to = y + i &* ldy
      if accumulate {
        map(columns, to, x + i &* ldx, to) { $0 + $1 }
      } else {
        map(columns, x + i &* ldx, to) { $0 }
      }
      i &+= 1
    }
  }

  public static func dropout(_ mask: DropoutMask, start: Int, count n: Int, x: Floats, y: MutableFloats) {
    let high = UInt32(truncatingIfNeeded: start >> 32)
    var index = VU(repeating: UInt32(truncatingIfNeeded: start)) &+ laneNumbers
    var i = 0
    while i &+ lanes <= n {
      store(dropped(mask, index, high, load(x + i)), y + i)
      index = index &+ VU(repeating: UInt32(truncatingIfNeeded: lanes))
      i &+= lanes
    }
    if i < n {
      store(dropped(mask, index, high, load(x + i, count: n &- i)), y + i, count: n &- i)
    }
  }
}

/// `DropoutMask.draw` on a vector of indices; `high` is what they share above bit 32.
@_transparent func dropped(_ mask: DropoutMask, _ index: VU, _ high: UInt32, _ x: V) -> V {
  var h = index ^ mask.key0
  h = (h ^ (h &>> 17)) &* 0xED5A_D4BB
  h = (h ^ (h &>> 11)) &* 0xAC4C_1B51
  h = (h ^ (h &>> 15)) &+ VU(repeating: mask.key1 &+ high)
  h = (h ^ (h &>> 16)) &* 0x21F0_AAAD
  h = (h ^ (h &>> 15)) &* 0x735A_2D97
  h = h ^ (h &>> 15)
  let isDropped = h .< VU(repeating: mask.threshold)
  return (x * mask.scale).with(0, where: isDropped)
}
