import NNKernelTypes

extension Loops {
  /// Window rows `from ..< to` of one image.
  public static func maxPoolForward(_ g: PoolGeometry, from: Int, to: Int, x: Floats, y: MutableFloats) {
    let channels = g.channels
    var oy = from
    while oy < to {
      let rows = g.rows(oy)
      var ox = 0
      while ox < g.outWidth {
        let columns = g.columns(ox)
        let target = y + (oy &* g.outWidth &+ ox) &* channels
        fill(count: channels, value: -Float.infinity, y: target)
        var iy = rows.start
        while iy < rows.end {
          var ix = columns.start
          while ix < columns.end {
            map(channels, target, x + (iy &* g.inWidth &+ ix) &* channels, target) { larger($0, $1) }
            ix &+= 1
          }
          iy &+= 1
        }
        ox &+= 1
      }
      oy &+= 1
    }
  }

  /// One image's gradient: each window's goes to the first of its largest numbers in row order. `open` holds a channel's worth of scratch.
  public static func maxPoolBackward(
    _ g: PoolGeometry, x: Floats, y: Floats, dy: Floats, dx: MutableFloats, open: MutableFloats
  ) {
    let channels = g.channels
    // Where windows cover every pixel once, a pixel's gradient is written with its window.
    let covers = g.coversOnce
    if !covers { fill(count: g.inCount, value: 0, y: dx) }
    var oy = 0
    while oy < g.outHeight {
      let rows = g.rows(oy)
      var ox = 0
      while ox < g.outWidth {
        let columns = g.columns(ox)
        let window = (oy &* g.outWidth &+ ox) &* channels
        // What is still to be given away; zero once the maximum was met.
        map(channels, dy + window, open) { $0 }
        var iy = rows.start
        while iy < rows.end {
          var ix = columns.start
          while ix < columns.end {
            let pixel = (iy &* g.inWidth &+ ix) &* channels
            giveToMaximum(channels, x + pixel, y + window, open, dx + pixel, adds: !covers)
            ix &+= 1
          }
          iy &+= 1
        }
        ox &+= 1
      }
      oy &+= 1
    }
  }

  /// dx (+)= open and open = 0 where x is the maximum y.
  @_transparent static func giveToMaximum(
    _ n: Int, _ x: Floats, _ y: Floats, _ open: MutableFloats, _ dx: MutableFloats, adds: Bool
  ) {
    var i = 0
    while i &+ lanes <= n {
      let share = load(open + i)
      let isMaximum = load(x + i) .== load(y + i)
      let given = V().with(share, where: isMaximum)
      store(adds ? load(dx + i) + given : given, dx + i)
      store(share.with(0, where: isMaximum), open + i)
      i &+= lanes
    }
    while i < n {
      let given = x[i] == y[i] ? open[i] : 0
      dx[i] = adds ? dx[i] + given : given
      if x[i] == y[i] { open[i] = 0 }
      i &+= 1
    }
  }

  /// Window rows `from ..< to` of one image.
  public static func averagePoolForward(_ g: PoolGeometry, from: Int, to: Int, x: Floats, y: MutableFloats) {
    let channels = g.channels
    var oy = from
    while oy < to {
      let rows = g.rows(oy)
      var ox = 0
      while ox < g.outWidth {
        let columns = g.columns(ox)
        let target = y + (oy &* g.outWidth &+ ox) &* channels
        fill(count: channels, value: 0, y: target)
        var iy = rows.start
        while iy < rows.end {
          var ix = columns.start
          while ix < columns.end {
            map(channels, target, x + (iy &* g.inWidth &+ ix) &* channels, target) { $0 + $1 }
            ix &+= 1
          }
          iy &+= 1
        }
        let share = 1 / Float(rows.extent &* columns.extent)
        map(channels, target, target) { $0 * share }
        ox &+= 1
      }
      oy &+= 1
    }
  }

  /// Adds one image's gradient to dx, which is zero before.
  public static func averagePoolBackward(_ g: PoolGeometry, dy: Floats, dx: MutableFloats) {
    let channels = g.channels
    var oy = 0
    while oy < g.outHeight {
      let rows = g.rows(oy)
      var ox = 0
      while ox < g.outWidth {
        let columns = g.columns(ox)
        let source = dy + (oy &* g.outWidth &+ ox) &* channels
        let share = 1 / Float(rows.extent &* columns.extent)
        var iy = rows.start
        while iy < rows.end {
          var ix = columns.start
          while ix < columns.end {
            let pixel = dx + (iy &* g.inWidth &+ ix) &* channels
            map(channels, pixel, source, pixel) { fma($0, $1, share) }
            ix &+= 1
          }
          iy &+= 1
        }
        ox &+= 1
      }
      oy &+= 1
    }
  }
}

extension PoolGeometry {
  /// Whether every pixel is in one window and no more.
  @_transparent var coversOnce: Bool {
    !isAdaptive && windowHeight == strideHeight && windowWidth == strideWidth && padHeight == 0 && padWidth == 0
      && inHeight == outHeight &* windowHeight && inWidth == outWidth &* windowWidth
  }
}

/// The larger of two; NaN where either is, so that a diverging network is noticed.
@_transparent func larger(_ a: V, _ b: V) -> V {
  let m = a.with(b, where: b .> a)
  return m.with(b, where: b .!= b)
}
