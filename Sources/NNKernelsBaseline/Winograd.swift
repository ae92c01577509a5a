import NNKernelTypes

// Winograd's F(4x4, 3x3) (A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2015): a tile of 4 x 4 outputs comes from 6 x 6 inputs
// with 36 multiplications per channel pair in place of 144. With d a patch of 6 x 6 inputs and g a window of weights,
//   y = Aᵀ [(G g Gᵀ) ∘ (Bᵀ d B)] A,
// and the sum over channels turns each of the 36 products into a matrix product [tiles][inputs] x [inputs][outputs].

extension Loops {
  /// Floats of the transformed weights: `[36][panels][inputs][tileColumns]`.
  public static func winogradWeightCount(_ g: ConvGeometry) -> Int {
    36 * g.inChannels * roundUp(g.outChannels, tileColumns)
  }

  /// G g Gᵀ of the weights of panel `panel`, from the panels of `packWeights`.
  public static func winogradWeights(_ g: ConvGeometry, panel: Int, packed: Floats, transformed: MutableFloats) {
    let inputs = g.inChannels
    let panels = roundUp(g.outChannels, tileColumns) / tileColumns
    let step = panels &* inputs &* tileColumns
    let rowStep = 3 &* inputs &* tileColumns
    let columnStep = inputs &* tileColumns
    var middle = Middle(repeating: V())
    var at = 0
    while at < inputs &* tileColumns {
      let from = packed + panel &* 9 &* columnStep + at
      let to = transformed + panel &* columnStep + at
      var kx = 0
      while kx < 3 {
        let column = from + kx &* columnStep
        let t = sixOfThree(load(column), load(column + rowStep), load(column + 2 &* rowStep))
        set(&middle, kx, t)
        kx &+= 1
      }
      var row = 0
      while row < 6 {
        let t = sixOfThree(middle[unchecked: 6 &* row], middle[unchecked: 6 &* row &+ 1], middle[unchecked: 6 &* row &+ 2])
        write(t, to + 6 &* row &* step, step)
        row &+= 1
      }
      at &+= lanes
    }
  }

  /// Tiles of 4 x 4 outputs per image.
  @_transparent static func tiles(_ g: ConvGeometry) -> (down: Int, across: Int) { ((g.outHeight &+ 3) / 4, (g.outWidth &+ 3) / 4) }

  public static func winogradScratch(_ g: ConvGeometry, tiles: Int) -> Int {
    let products = 36 * tiles * (roundUp(g.inChannels, lanes) + roundUp(g.outChannels, lanes))
    return products + roundUp(36 * g.inChannels + lanes, 16) + tileRows * tileColumns
  }

  /// Tiles `from ..< to` of the batch, numbered through images, rows and columns.
  public static func winogradForward(
    _ g: ConvGeometry, from: Int, to: Int, x: Floats, transformed: Floats, epilogue: Epilogue, y: MutableFloats,
    scratch: MutableFloats
  ) {
    let count = to &- from
    let inputs = roundUp(g.inChannels, lanes)
    let outputs = roundUp(g.outChannels, lanes)
    let patch = scratch + tileRows &* tileColumns
    let v = patch + roundUp(36 &* g.inChannels &+ lanes, 16)
    let m = v + 36 &* count &* inputs
    transformInputs(g, from, to, x, v, count &* inputs, inputs, patch)
    winogradProducts(g, count, v, inputs, transformed, m, outputs, scratch)
    var t = 0
    while t < count {
      inverseTile(g, from &+ t, m + t &* outputs, count &* outputs, epilogue, y)
      t &+= 1
    }
  }

  /// v `[36][tiles][channels]` = Bᵀ d B of each tile and channel; the channels that fill up a vector are whatever is behind them.
  @_transparent static func transformInputs(
    _ g: ConvGeometry, _ from: Int, _ to: Int, _ x: Floats, _ v: MutableFloats, _ step: Int, _ channels: Int, _ patch: MutableFloats
  ) {
    let (down, across) = tiles(g)
    var tile = from
    while tile < to {
      let image = tile / (down &* across)
      let inImage = tile &- image &* down &* across
      let iy = inImage / across &* 4 &- g.padTop
      let ix = inImage % across &* 4 &- g.padLeft
      let pixels = x + image &* g.inCount
      let to = v + (tile &- from) &* channels
      let isInside = iy >= 0 && ix >= 0 && iy &+ 6 <= g.inHeight && ix &+ 6 <= g.inWidth
      // Whole vectors are read: not at the end of the image's memory.
      if isInside && (g.inChannels & (lanes &- 1) == 0 || iy &+ 6 < g.inHeight) {
        transformPatch(pixels + (iy &* g.inWidth &+ ix) &* g.inChannels, g.inWidth &* g.inChannels, g.inChannels, to, step)
      } else {
        copyPatch(g, iy, ix, pixels, patch)
        transformPatch(patch, 6 &* g.inChannels, g.inChannels, to, step)
      }
      tile &+= 1
    }
  }

  /// The 6 x 6 pixels from (iy, ix) on, zero where they are outside.
  @inline(never) static func copyPatch(_ g: ConvGeometry, _ iy: Int, _ ix: Int, _ x: Floats, _ patch: MutableFloats) {
    let channels = g.inChannels
    let left = ix < 0 ? 0 &- ix : 0
    let end = g.inWidth &- ix < 6 ? g.inWidth &- ix : 6
    var row = 0
    while row < 6 {
      let to = patch + row &* 6 &* channels
      let y = iy &+ row
      if y < 0 || y >= g.inHeight || end <= left {
        fill(count: 6 &* channels, value: 0, y: to)
      } else {
        fill(count: left &* channels, value: 0, y: to)
        map((end &- left) &* channels, x + (y &* g.inWidth &+ ix &+ left) &* channels, to + left &* channels) { $0 }
        fill(count: (6 &- end) &* channels, value: 0, y: to + end &* channels)
      }
      row &+= 1
    }
  }

  /// Bᵀ d B for all channels of one patch, whose rows are `rowStep` and pixels `channels` apart.
  @inline(never) static func transformPatch(_ d: Floats, _ rowStep: Int, _ channels: Int, _ v: MutableFloats, _ step: Int) {
    var middle = Middle(repeating: V())
    var c = 0
    while c < channels {
      var column = 0
      while column < 6 {
        let p = d + column &* channels + c
        let t = sixOfSix(
          load(p), load(p + rowStep), load(p + 2 &* rowStep), load(p + 3 &* rowStep), load(p + 4 &* rowStep), load(p + 5 &* rowStep))
        set(&middle, column, t)
        column &+= 1
      }
      var row = 0
      while row < 6 {
        let t = sixOfSix(
          middle[unchecked: 6 &* row], middle[unchecked: 6 &* row &+ 1], middle[unchecked: 6 &* row &+ 2], middle[unchecked: 6 &* row &+ 3],
          middle[unchecked: 6 &* row &+ 4], middle[unchecked: 6 &* row &+ 5])
        write(t, v + c + 6 &* row &* step, step)
        row &+= 1
      }
      c &+= lanes
    }
  }

  /// m `[36][tiles][outputs]` = v `[36][tiles][inputs]` times the transformed weights.
  @_transparent static func winogradProducts(
    _ g: ConvGeometry, _ count: Int, _ v: Floats, _ inputs: Int, _ transformed: Floats, _ m: MutableFloats, _ outputs: Int,
    _ spare: MutableFloats
  ) {
    let height = balancedRows(count)
    var product = TileProduct(
      run: g.inChannels, a: v, aRow: inputs, aStep: 1, b: transformed, bStep: tileColumns, c: m, ldc: outputs, columns: 0,
      spare: spare)
    var e = 0
    while e < 36 {
      var j = 0
      while j < outputs {
        product.columns = outputs &- j < tileColumns ? outputs &- j : tileColumns
        var i = 0
        while i < count {
          product.a = v + (e &* count &+ i) &* inputs
          product.c = m + (e &* count &+ i) &* outputs + j
          product.complete(rows: count &- i < height ? count &- i : height)
          i &+= height
        }
        product.b += g.inChannels &* tileColumns
        j &+= tileColumns
      }
      e &+= 1
    }
  }

  /// Aᵀ m A of one tile, bias and activation, for the outputs that there are.
  @inline(never) static func inverseTile(
    _ g: ConvGeometry, _ tile: Int, _ m: Floats, _ step: Int, _ epilogue: Epilogue, _ y: MutableFloats
  ) {
    let (down, across) = tiles(g)
    let image = tile / (down &* across)
    let inImage = tile &- image &* down &* across
    let oy = inImage / across &* 4
    let ox = inImage % across &* 4
    let rows = g.outHeight &- oy < 4 ? g.outHeight &- oy : 4
    let columns = g.outWidth &- ox < 4 ? g.outWidth &- ox : 4
    let channels = g.outChannels
    let target = y + image &* g.outCount + (oy &* g.outWidth &+ ox) &* channels
    let slope = epilogue.activation.tileSlope ?? 1
    var middle = Middle(repeating: V())
    var c = 0
    while c < channels {
      let width = channels &- c < lanes ? channels &- c : lanes
      var bias = V()
      if let b = epilogue.bias { bias = width == lanes ? load(b + c) : load(b + c, count: width) }
      var column = 0
      while column < 6 {
        let p = m + c + column &* step
        let t = fourOfSix(
          load(p), load(p + 6 &* step), load(p + 12 &* step), load(p + 18 &* step), load(p + 24 &* step), load(p + 30 &* step))
        setFour(&middle, column, t)
        column &+= 1
      }
      var row = 0
      while row < rows {
        let t = fourOfSix(
          middle[unchecked: 6 &* row], middle[unchecked: 6 &* row &+ 1], middle[unchecked: 6 &* row &+ 2], middle[unchecked: 6 &* row &+ 3],
          middle[unchecked: 6 &* row &+ 4], middle[unchecked: 6 &* row &+ 5])
        writeOutputs(t, bias, slope, target + row &* g.outWidth &* channels + c, channels, columns, width)
        row &+= 1
      }
      c &+= lanes
    }
    if epilogue.activation.tileSlope == nil {
      var row = 0
      while row < rows {
        let first = target + row &* g.outWidth &* channels
        activate(epilogue.activation, count: columns &* channels, x: first, y: first)
        row &+= 1
      }
    }
  }

  @_transparent static func writeOutputs(
    _ t: Six, _ bias: V, _ slope: Float, _ y: MutableFloats, _ distance: Int, _ columns: Int, _ width: Int
  ) {
    writeOutput(sloped(t.a + bias, slope), y, width)
    if columns > 1 { writeOutput(sloped(t.b + bias, slope), y + distance, width) }
    if columns > 2 { writeOutput(sloped(t.c + bias, slope), y + 2 &* distance, width) }
    if columns > 3 { writeOutput(sloped(t.d + bias, slope), y + 3 &* distance, width) }
  }

  @_transparent static func writeOutput(_ v: V, _ y: MutableFloats, _ width: Int) {
    if width == lanes { store(v, y) } else { store(v, y, count: width) }
  }
}

// Tuples and an array, not structures: see the sums of a tile.

/// Six vectors; four where the last two are not used.
typealias Six = (a: V, b: V, c: V, d: V, e: V, f: V)

@_transparent func write(_ t: Six, _ p: MutableFloats, _ step: Int) {
  store(t.a, p)
  store(t.b, p + step)
  store(t.c, p + 2 &* step)
  store(t.d, p + 3 &* step)
  store(t.e, p + 4 &* step)
  store(t.f, p + 5 &* step)
}

/// 6 x 6 vectors between the two halves of a transform, row by row.
typealias Middle = InlineArray<36, V>

@_transparent func set(_ middle: inout Middle, _ column: Int, _ t: Six) {
  setFour(&middle, column, t)
  middle[unchecked: 24 &+ column] = t.e
  middle[unchecked: 30 &+ column] = t.f
}

@_transparent func setFour(_ middle: inout Middle, _ column: Int, _ t: Six) {
  middle[unchecked: column] = t.a
  middle[unchecked: 6 &+ column] = t.b
  middle[unchecked: 12 &+ column] = t.c
  middle[unchecked: 18 &+ column] = t.d
}

/// Bᵀ d
@_transparent func sixOfSix(_ d0: V, _ d1: V, _ d2: V, _ d3: V, _ d4: V, _ d5: V) -> Six {
  let a = fma(d4, d2, -4)
  let b = fma(d3, d1, -4)
  let c = d4 - d2
  let e = d3 - d1
  return (
    a: fma(fma(d4, d2, -5), d0, 4), b: a + b, c: a - b, d: fma(c, e, 2), e: fma(c, e, -2), f: fma(fma(d5, d3, -5), d1, 4)
  )
}

/// Aᵀ m
@_transparent func fourOfSix(_ m0: V, _ m1: V, _ m2: V, _ m3: V, _ m4: V, _ m5: V) -> Six {
  let s1 = m1 + m2
  let e1 = m1 - m2
  let s2 = m3 + m4
  let e2 = m3 - m4
  return (a: m0 + s1 + s2, b: fma(e1, e2, 2), c: fma(s1, s2, 4), d: fma(e1, e2, 8) + m5, e: V(), f: V())
}

/// G g
@_transparent func sixOfThree(_ g0: V, _ g1: V, _ g2: V) -> Six {
  let outer = g0 + g2
  let far = fma(g0 * (1.0 / 24), g2, 1.0 / 6)
  let half = g1 * (1.0 / 12)
  return (
    a: g0 * 0.25, b: (outer + g1) * (-1.0 / 6), c: (g1 - outer) * (1.0 / 6), d: far + half, e: far - half, f: g2
  )
}
