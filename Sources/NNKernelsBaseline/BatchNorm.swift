import NNKernelTypes

extension Loops {
  /// y = (x - mean) rstd scale + shift, per channel.
  public static func batchNormApply(
    rows: Int, channels n: Int, x: Floats, mean: Floats, rstd: Floats, scale: Floats, shift: Floats, y: MutableFloats
  ) {
    var j = 0
    while j < n {
      let width = n &- j < lanes ? n &- j : lanes
      let isWhole = width == lanes
      let center = isWhole ? load(mean + j) : load(mean + j, count: width)
      let factor = isWhole ? load(rstd + j) : load(rstd + j, count: width)
      let gain = factor * (isWhole ? load(scale + j) : load(scale + j, count: width))
      let offset = isWhole ? load(shift + j) : load(shift + j, count: width)
      var i = 0
      while i < rows {
        let at = i &* n + j
        if isWhole {
          store(fma(offset, load(x + at) - center, gain), y + at)
        } else {
          store(fma(offset, load(x + at, count: width) - center, gain), y + at, count: width)
        }
        i &+= 1
      }
      j &+= lanes
    }
  }

  /// dx = gain (dy - meanDy - (x - mean) slope), with per channel gain = scale rstd, slope = rstd² Σ dy (x - mean) / rows.
  public static func batchNormInputGradient(
    rows: Int, channels n: Int, x: Floats, mean: Floats, gain: Floats, meanDy: Floats, slope: Floats, dy: Floats,
    dx: MutableFloats
  ) {
    var i = 0
    while i < rows {
      var j = 0
      let at = i &* n
      while j &+ lanes <= n {
        let centered = load(x + at + j) - load(mean + j)
        let inner = load(dy + at + j) - load(meanDy + j) - centered * load(slope + j)
        store(load(gain + j) * inner, dx + at + j)
        j &+= lanes
      }
      while j < n {
        let centered = x[at + j] - mean[j]
        dx[at + j] = gain[j] * (dy[at + j] - meanDy[j] - centered * slope[j])
        j &+= 1
      }
      i &+= 1
    }
  }
}
