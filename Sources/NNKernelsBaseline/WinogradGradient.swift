import NNKernelTypes

// The weight gradient by the transposes of F(4x4, 3x3): with V = Bᵀ d B as in the forward pass, y = Aᵀ [U ∘ V] A and U = G g Gᵀ,
//   dU = V ∘ (A dy Aᵀ),  dg = Gᵀ dU G,
// summed over all tiles: 36 products [inputs][tiles] x [tiles][outputs].

extension Loops {
  /// Floats that `winogradWeightGradient` needs for `tiles` tiles at a time.
  public static func winogradGradientScratch(_ g: ConvGeometry, tiles: Int) -> Int {
    let outputs = roundUp(g.outChannels, lanes)
    let patch = roundUp(36 * max(g.inChannels, g.outChannels) + lanes, 16)
    return tileRows * tileColumns + patch + tiles * (tileCount(roundUp(g.inChannels, lanes)) + tileCount(outputs)) + 36 * g.inChannels
      * outputs + lanes
  }

  /// dw `[3][3][inputs][outputs]` from images `from ..< to`; overwritten. The sums of dy are added to `sums`.
  public static func winogradWeightGradient(
    _ g: ConvGeometry, from: Int, to: Int, tiles size: Int, x: Floats, dy: Floats, dw: MutableFloats, sums: MutableDoubles?,
    scratch: MutableFloats
  ) {
    let inputs = roundUp(g.inChannels, lanes)
    let outputs = roundUp(g.outChannels, lanes)
    let (down, across) = tiles(g)
    let patch = scratch + tileRows &* tileColumns
    let du = patch + roundUp(36 &* (g.inChannels > g.outChannels ? g.inChannels : g.outChannels) &+ lanes, 16)
    let v = du + 36 &* g.inChannels &* outputs
    let slopes = v + size &* tileCount(inputs)
    var first = from &* down &* across
    let end = to &* down &* across
    var accumulate = false
    while first < end {
      let count = end &- first < size ? end &- first : size
      touchInputs(g, first, first &+ count, x, patch)
      transformInputs(g, first, first &+ count, x, v, tileCount(inputs), inputs, patch)
      transformSlopes(g, first, first &+ count, dy, slopes, outputs, patch)
      gradientProducts(g, count, v, inputs, slopes, outputs, du, accumulate, scratch)
      // Row and column 1 of A add up a tile.
      if let sums { columnSums(rows: count, columns: g.outChannels, x: slopes + 7 &* outputs, ldx: tileCount(outputs), sums: sums) }
      accumulate = true
      first &+= count
    }
    if !accumulate { fill(count: 36 &* g.inChannels &* outputs, value: 0, y: du) }
    weightsOfProducts(g, du, outputs, dw)
  }

  /// slopes `[tiles][36][channels]` = A dy Aᵀ of each tile and channel; the channels that fill up a vector are whatever is behind them.
  @_transparent static func transformSlopes(
    _ g: ConvGeometry, _ from: Int, _ to: Int, _ dy: Floats, _ slopes: MutableFloats, _ channels: Int, _ patch: MutableFloats
  ) {
    let (down, across) = tiles(g)
    touchTiles(from, to, down, across, g.outHeight, g.outWidth, g.outChannels, 0, dy, patch)
    var tile = from
    while tile < to {
      let image = tile / (down &* across)
      let inImage = tile &- image &* down &* across
      let oy = inImage / across &* 4
      let ox = inImage % across &* 4
      let pixels = dy + image &* g.outCount
      let target = slopes + (tile &- from) &* tileCount(channels)
      let isInside = oy &+ 4 <= g.outHeight && ox &+ 4 <= g.outWidth
      // Whole vectors are read: not at the end of the image's memory.
      if isInside && (g.outChannels & (lanes &- 1) == 0 || oy &+ 4 < g.outHeight) {
        transformSlopePatch(
          pixels + (oy &* g.outWidth &+ ox) &* g.outChannels, g.outWidth &* g.outChannels, g.outChannels, target, channels)
      } else {
        copyPatch(4, g.outHeight, g.outWidth, g.outChannels, oy, ox, pixels, patch)
        transformSlopePatch(patch, 4 &* g.outChannels, g.outChannels, target, channels)
      }
      tile &+= 1
    }
  }

  @inline(never) static func transformSlopePatch(
    _ d: Floats, _ rowStep: Int, _ channels: Int, _ slopes: MutableFloats, _ step: Int
  ) {
    var c = 0
    while c < channels {
      let t0 = slopeColumn(d + c, rowStep)
      let t1 = slopeColumn(d + c + channels, rowStep)
      let t2 = slopeColumn(d + c + 2 &* channels, rowStep)
      let t3 = slopeColumn(d + c + 3 &* channels, rowStep)
      write(sixOfFour(t0.a, t1.a, t2.a, t3.a), slopes + c, step)
      write(sixOfFour(t0.b, t1.b, t2.b, t3.b), slopes + c + 6 &* step, step)
      write(sixOfFour(t0.c, t1.c, t2.c, t3.c), slopes + c + 12 &* step, step)
      write(sixOfFour(t0.d, t1.d, t2.d, t3.d), slopes + c + 18 &* step, step)
      write(sixOfFour(t0.e, t1.e, t2.e, t3.e), slopes + c + 24 &* step, step)
      write(sixOfFour(t0.f, t1.f, t2.f, t3.f), slopes + c + 30 &* step, step)
      c &+= lanes
    }
  }

  @_transparent static func slopeColumn(_ p: Floats, _ step: Int) -> Six {
    sixOfFour(load(p), load(p + step), load(p + 2 &* step), load(p + 3 &* step))
  }

  /// du `[36][inputs][outputs]` (+)= vᵀ slopes.
  @_transparent static func gradientProducts(
    _ g: ConvGeometry, _ count: Int, _ v: Floats, _ inputs: Int, _ slopes: Floats, _ outputs: Int, _ du: MutableFloats,
    _ accumulate: Bool, _ spare: MutableFloats
  ) {
    let height = balancedRows(g.inChannels)
    var product = TileProduct(
      run: count, a: v, aRow: 1, aStep: tileCount(inputs), b: slopes, bStep: tileCount(outputs), c: du, ldc: outputs, columns: 0,
      accumulate: accumulate,
      spare: spare)
    var e = 0
    while e < 36 {
      var j = 0
      while j < outputs {
        product.columns = outputs &- j < tileColumns ? outputs &- j : tileColumns
        product.b = slopes + e &* outputs + j
        product.a = v + e &* inputs
        product.c = du + e &* g.inChannels &* outputs + j
        product.complete(rows: g.inChannels, height: height)
        j &+= tileColumns
      }
      e &+= 1
    }
  }

  /// dw = Gᵀ du G.
  @inline(never) static func weightsOfProducts(_ g: ConvGeometry, _ du: Floats, _ outputs: Int, _ dw: MutableFloats) {
    let step = g.inChannels &* outputs
    var i = 0
    while i < g.inChannels {
      var c = 0
      while c < g.outChannels {
        let width = g.outChannels &- c < lanes ? g.outChannels &- c : lanes
        let p = du + i &* outputs + c
        let t0 = weightColumn(p, step)
        let t1 = weightColumn(p + step, step)
        let t2 = weightColumn(p + 2 &* step, step)
        let t3 = weightColumn(p + 3 &* step, step)
        let t4 = weightColumn(p + 4 &* step, step)
        let t5 = weightColumn(p + 5 &* step, step)
        let target = dw + i &* g.outChannels + c
        let next = g.inChannels &* g.outChannels
        writeWeights(threeOfSix(t0.a, t1.a, t2.a, t3.a, t4.a, t5.a), target, next, width)
        writeWeights(threeOfSix(t0.b, t1.b, t2.b, t3.b, t4.b, t5.b), target + 3 &* next, next, width)
        writeWeights(threeOfSix(t0.c, t1.c, t2.c, t3.c, t4.c, t5.c), target + 6 &* next, next, width)
        c &+= lanes
      }
      i &+= 1
    }
  }

  @_transparent static func weightColumn(_ p: Floats, _ step: Int) -> Three {
    threeOfSix(load(p), load(p + 6 &* step), load(p + 12 &* step), load(p + 18 &* step), load(p + 24 &* step), load(p + 30 &* step))
  }

  @_transparent static func writeWeights(_ t: Three, _ dw: MutableFloats, _ next: Int, _ width: Int) {
    writeOutput(t.a, dw, width)
    writeOutput(t.b, dw + next, width)
    writeOutput(t.c, dw + 2 &* next, width)
  }
}
