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
    var at = 0
    while at < inputs &* tileColumns {
      let from = packed + panel &* 9 &* columnStep + at
      let to = transformed + panel &* columnStep + at
      let t0 = sixOfThree(load(from), load(from + rowStep), load(from + 2 &* rowStep))
      let next = from + columnStep
      let t1 = sixOfThree(load(next), load(next + rowStep), load(next + 2 &* rowStep))
      let last = next + columnStep
      let t2 = sixOfThree(load(last), load(last + rowStep), load(last + 2 &* rowStep))
      write(sixOfThree(t0.a, t1.a, t2.a), to, step)
      write(sixOfThree(t0.b, t1.b, t2.b), to + 6 &* step, step)
      write(sixOfThree(t0.c, t1.c, t2.c), to + 12 &* step, step)
      write(sixOfThree(t0.d, t1.d, t2.d), to + 18 &* step, step)
      write(sixOfThree(t0.e, t1.e, t2.e), to + 24 &* step, step)
      write(sixOfThree(t0.f, t1.f, t2.f), to + 30 &* step, step)
      at &+= lanes
    }
  }

  /// Tiles of 4 x 4 outputs per image.
  @_transparent static func tiles(_ g: ConvGeometry) -> (down: Int, across: Int) { ((g.outHeight &+ 3) / 4, (g.outWidth &+ 3) / 4) }

  /// From one tile's 36 transforms to the next one's: a power of two would put the rows of a product into one set of the cache.
  @_transparent static func tileCount(_ channels: Int) -> Int { 36 &* channels &+ 16 }

  /// Numbers per tile and product: whole vectors, or halves of which two tiles share one.
  @_transparent static func tileInputs(_ g: ConvGeometry) -> Int {
    2 &* g.inChannels == lanes ? g.inChannels : roundUp(g.inChannels, lanes)
  }

  /// From the tiles of one of the 36 products to those of the next: no power of two either, and room for what fills up the last vector.
  @_transparent static func productStep(_ tiles: Int, _ channels: Int) -> Int { roundUp(tiles &* channels, 16) &+ 16 }

  public static func winogradScratch(_ g: ConvGeometry, tiles: Int) -> Int {
    let products = 36 * (productStep(tiles, roundUp(g.inChannels, lanes)) + productStep(tiles, roundUp(g.outChannels, lanes)))
    return products + roundUp(36 * g.inChannels + lanes, 16) + tileRows * tileColumns
  }

  /// Tiles `from ..< to` of the batch, numbered through images, rows and columns.
  public static func winogradForward(
    _ g: ConvGeometry, from: Int, to: Int, x: Floats, isFar: Bool, transformed: Floats, epilogue: Epilogue, y: MutableFloats,
    scratch: MutableFloats
  ) {
    let count = to &- from
    let outputs = roundUp(g.outChannels, lanes)
    let patch = scratch + tileRows &* tileColumns
    let v = patch + roundUp(36 &* g.inChannels &+ lanes, 16)
    let inputs = tileInputs(g)
    let inputStep = productStep(count, inputs)
    let m = v + 36 &* inputStep
    let outputStep = productStep(count, outputs)
    if isFar { touchInputs(g, from, to, x, patch) }
    transformInputs(g, from, to, x, v, inputs, inputStep, patch)
    winogradProducts(g, count, v, inputStep, transformed, m, outputs, outputStep, scratch)
    inverseTiles(g, from, to, m, outputs, outputStep, epilogue, y)
  }

  @_transparent static func touchInputs(_ g: ConvGeometry, _ from: Int, _ to: Int, _ x: Floats, _ sum: MutableFloats) {
    let (down, across) = tiles(g)
    touchTiles(from, to, down, across, g.inHeight, g.inWidth, g.inChannels, 2, x, sum)
  }

  /// v = Bᵀ d B of each tile and channel, tiles `tileStep` and the 36 transforms of a tile `step` apart; whole vectors are written, also over what
  /// fills up the last one.
  @_transparent static func transformInputs(
    _ g: ConvGeometry, _ from: Int, _ to: Int, _ x: Floats, _ v: MutableFloats, _ tileStep: Int, _ step: Int, _ patch: MutableFloats
  ) {
    let across = tiles(g).across
    var tile = from
    while tile < to {
      let row = tile / across
      let end = (row &+ 1) &* across < to ? (row &+ 1) &* across : to
      let target = v + (tile &- from) &* tileStep
      transformRow(g, row, tile &- row &* across, end &- row &* across, x, target, tileStep, step, patch)
      tile = end
    }
  }

  /// Tiles `first ..< end` of row `row` of the batch.
  @inline(never) static func transformRow(
    _ g: ConvGeometry, _ row: Int, _ first: Int, _ end: Int, _ x: Floats, _ v: MutableFloats, _ tileStep: Int, _ step: Int,
    _ patch: MutableFloats
  ) {
    let (height, width, channels) = (g.inHeight, g.inWidth, g.inChannels)
    let down = (g.outHeight &+ 3) / 4
    let image = row / down
    let iy = (row &- image &* down) &* 4 &- g.padTop
    let pixels = x + image &* g.inCount
    // Whole vectors are read: not at the end of the image's memory.
    let isInside = iy >= 0 && iy &+ 6 <= height && (channels & (lanes &- 1) == 0 || iy &+ 6 < height)
    var tile = first
    while tile < end {
      let ix = tile &* 4 &- g.padLeft
      let fitting = (width &- 6 &- ix) / 4 &+ 1
      if isInside && ix >= 0 && ix &+ 6 <= width {
        let count = fitting < end &- tile ? fitting : end &- tile
        let source = pixels + (iy &* width &+ ix) &* channels
        let target = v + (tile &- first) &* tileStep
        let pairs = tileStep == channels && 2 &* channels == lanes ? count / 2 : 0
        transformPairs(pairs, source, width &* channels, target, step)
        let done = 2 &* pairs
        transformPatches(
          count &- done, source + done &* 4 &* channels, width &* channels, channels, target + done &* tileStep, tileStep, step)
        tile &+= count
      } else {
        copyPatch(6, height, width, channels, iy, ix, pixels, patch)
        transformPatches(1, patch, 6 &* channels, channels, v + (tile &- first) &* tileStep, tileStep, step)
        tile &+= 1
      }
    }
  }

  /// Reads a number of every cache line under tiles `from ..< to`, row by row, `margin` rows more than they have. The patches of tiles that come from
  /// memory one by one would each wait for it; lines in order come at the memory's full speed.
  @inline(never) static func touchTiles(
    _ from: Int, _ to: Int, _ down: Int, _ across: Int, _ height: Int, _ width: Int, _ channels: Int, _ margin: Int, _ x: Floats,
    _ sum: MutableFloats
  ) {
    var total: Float = 0
    var tile = from
    while tile < to {
      let row = tile / across
      let rowEnd = (row &+ 1) &* across < to ? (row &+ 1) &* across : to
      let image = row / down
      let left = (tile &- row &* across) &* 4
      let right = (rowEnd &- row &* across) &* 4 &+ margin
      let count = ((right < width ? right : width) &- left) &* channels
      var y = row &* 4 &- image &* down &* 4
      let bottom = y &+ 4 &+ margin < height ? y &+ 4 &+ margin : height
      while y < bottom {
        let line = x + ((image &* height &+ y) &* width &+ left) &* channels
        var i = 0
        while i < count {
          total += line[i]
          i &+= 16
        }
        y &+= 1
      }
      tile = rowEnd
    }
    sum[0] = total
  }

  /// The size x size pixels from (iy, ix) on of an image, zero where they are outside.
  @inline(never) static func copyPatch(
    _ size: Int, _ height: Int, _ width: Int, _ channels: Int, _ iy: Int, _ ix: Int, _ x: Floats, _ patch: MutableFloats
  ) {
    let left = ix < 0 ? 0 &- ix : 0
    let end = width &- ix < size ? width &- ix : size
    var row = 0
    while row < size {
      let to = patch + row &* size &* channels
      let y = iy &+ row
      if y < 0 || y >= height || end <= left {
        fill(count: size &* channels, value: 0, y: to)
      } else {
        fill(count: left &* channels, value: 0, y: to)
        map((end &- left) &* channels, x + (y &* width &+ ix &+ left) &* channels, to + left &* channels) { $0 }
        fill(count: (size &- end) &* channels, value: 0, y: to + end &* channels)
      }
      row &+= 1
    }
  }

  /// Bᵀ d B for all channels of `count` patches, which overlap by two of their six columns; rows are `rowStep` and pixels `channels` apart.
  @inline(never) static func transformPatches(
    _ count: Int, _ d: Floats, _ rowStep: Int, _ channels: Int, _ v: MutableFloats, _ tileStep: Int, _ step: Int
  ) {
    var tile = 0
    while tile < count {
      let d = d + tile &* 4 &* channels
      let v = v + tile &* tileStep
      var c = 0
      while c < channels {
        let d = d + c
        writeSquareOfSix(
          columnOfSix(d, rowStep), columnOfSix(d + channels, rowStep), columnOfSix(d + 2 &* channels, rowStep),
          columnOfSix(d + 3 &* channels, rowStep), columnOfSix(d + 4 &* channels, rowStep), columnOfSix(d + 5 &* channels, rowStep),
          v + c, step)
        c &+= lanes
      }
      tile &+= 1
    }
  }

  /// `transformPatches` of patches side by side whose channels fill half a vector: two of them at a time.
  @inline(never) static func transformPairs(_ pairs: Int, _ d: Floats, _ rowStep: Int, _ v: MutableFloats, _ step: Int) {
    let channels = lanes / 2
    var pair = 0
    while pair < pairs {
      let d = d + pair &* 4 &* lanes
      let v = v + pair &* lanes
      writeSquareOfSix(
        pairedColumnOfSix(d, rowStep), pairedColumnOfSix(d + channels, rowStep), pairedColumnOfSix(d + 2 &* channels, rowStep),
        pairedColumnOfSix(d + 3 &* channels, rowStep), pairedColumnOfSix(d + 4 &* channels, rowStep),
        pairedColumnOfSix(d + 5 &* channels, rowStep), v, step)
      pair &+= 1
    }
  }

  /// The second half of Bᵀ d B: from the columns of Bᵀ d.
  @_transparent static func writeSquareOfSix(
    _ t0: Six, _ t1: Six, _ t2: Six, _ t3: Six, _ t4: Six, _ t5: Six, _ v: MutableFloats, _ step: Int
  ) {
    write(sixOfSix(t0.a, t1.a, t2.a, t3.a, t4.a, t5.a), v, step)
    write(sixOfSix(t0.b, t1.b, t2.b, t3.b, t4.b, t5.b), v + 6 &* step, step)
    write(sixOfSix(t0.c, t1.c, t2.c, t3.c, t4.c, t5.c), v + 12 &* step, step)
    write(sixOfSix(t0.d, t1.d, t2.d, t3.d, t4.d, t5.d), v + 18 &* step, step)
    write(sixOfSix(t0.e, t1.e, t2.e, t3.e, t4.e, t5.e), v + 24 &* step, step)
    write(sixOfSix(t0.f, t1.f, t2.f, t3.f, t4.f, t5.f), v + 30 &* step, step)
  }

  @_transparent static func pairedColumnOfSix(_ p: Floats, _ step: Int) -> Six {
    sixOfSix(
      loadPair(p), loadPair(p + step), loadPair(p + 2 &* step), loadPair(p + 3 &* step), loadPair(p + 4 &* step), loadPair(p + 5 &* step))
  }

  /// A pixel of a patch and, in the upper half, that of the patch beside it, which is four pixels further.
  @_transparent static func loadPair(_ p: Floats) -> V {
    let (low, high) = (UnsafeRawPointer(p), UnsafeRawPointer(p + 2 &* lanes))
    return V(lowHalf: low.loadUnaligned(as: HalfV.self), highHalf: high.loadUnaligned(as: HalfV.self))
  }

  @_transparent static func columnOfSix(_ p: Floats, _ step: Int) -> Six {
    sixOfSix(load(p), load(p + step), load(p + 2 &* step), load(p + 3 &* step), load(p + 4 &* step), load(p + 5 &* step))
  }

  /// m `[36][tiles][outputs]` = v `[36][tiles][inputs]` times the transformed weights.
  @_transparent static func winogradProducts(
    _ g: ConvGeometry, _ count: Int, _ v: Floats, _ inputStep: Int, _ transformed: Floats, _ m: MutableFloats, _ outputs: Int,
    _ outputStep: Int, _ spare: MutableFloats
  ) {
    let height = balancedRows(count)
    var product = TileProduct(
      run: g.inChannels, a: v, aRow: tileInputs(g), aStep: 1, b: transformed, bStep: tileColumns, c: m, ldc: outputs, columns: 0,
      spare: spare)
    var e = 0
    while e < 36 {
      var j = 0
      while j < outputs {
        product.columns = outputs &- j < tileColumns ? outputs &- j : tileColumns
        product.a = v + e &* inputStep
        product.c = m + e &* outputStep + j
        product.complete(rows: count, height: height)
        product.b += g.inChannels &* tileColumns
        j &+= tileColumns
      }
      e &+= 1
    }
  }

  /// Aᵀ m A of one tile, then the epilogue, for the outputs that there are.
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
    let place: TilePlace = (
      offset: image &* g.outCount &+ (oy &* g.outWidth &+ ox) &* channels, rowStep: g.outWidth &* channels, rows: rows, columns: columns,
      pooledOffset: (image &* (g.outHeight / 2) &* (g.outWidth / 2) &+ oy / 2 &* (g.outWidth / 2) &+ ox / 2) &* channels,
      pooledRowStep: g.outWidth / 2 &* channels
    )
    let slope = epilogue.activation.slopeBelowZero ?? 1
    var c = 0
    while c < channels {
      let width = channels &- c < lanes ? channels &- c : lanes
      var bias = V()
      if let b = epilogue.bias { bias = width == lanes ? load(b + c) : load(b + c, count: width) }
      let r = sumsOfTile(m + c, step)
      // The largest of four is found before the activation, which changes nothing about it.
      let before = epilogue.pooled == nil ? slope : 1
      let r0 = finished(r.0, bias, before)
      let r1 = finished(r.1, bias, before)
      let r2 = finished(r.2, bias, before)
      let r3 = finished(r.3, bias, before)
      if let pooled = epilogue.pooled {
        poolRows(r0, r1, place, 0, channels, c, width, slope, pooled, epilogue.choices)
        poolRows(r2, r3, place, 2, channels, c, width, slope, pooled, epilogue.choices)
      } else {
        let first = y + place.offset + c
        let gate = epilogue.gate.map { $0 + place.offset + c }
        writeRow(r0, place, 0, channels, width, gate, epilogue.gateSlope, first)
        writeRow(r1, place, 1, channels, width, gate, epilogue.gateSlope, first)
        writeRow(r2, place, 2, channels, width, gate, epilogue.gateSlope, first)
        writeRow(r3, place, 3, channels, width, gate, epilogue.gateSlope, first)
      }
      c &+= lanes
    }
    if epilogue.activation.slopeBelowZero == nil { activate(epilogue.activation, place, channels, y) }
  }

  /// The rows of a tile, once they are written.
  @_transparent static func activate(_ activation: Activation, _ place: TilePlace, _ channels: Int, _ y: MutableFloats) {
    var row = 0
    while row < place.rows {
      let first = y + place.offset + row &* place.rowStep
      activate(activation, count: place.columns &* channels, x: first, y: first)
      row &+= 1
    }
  }

  @_transparent static func columnOfFour(_ m: Floats, _ step: Int) -> Four {
    fourOfSix(load(m), load(m + 6 &* step), load(m + 12 &* step), load(m + 18 &* step), load(m + 24 &* step), load(m + 30 &* step))
  }

  @_transparent static func finished(_ t: Four, _ bias: V, _ slope: Float) -> Four {
    if slope == 1 { return (a: t.a + bias, b: t.b + bias, c: t.c + bias, d: t.d + bias) }
    return (
      a: sloped(t.a + bias, slope), b: sloped(t.b + bias, slope), c: sloped(t.c + bias, slope), d: sloped(t.d + bias, slope)
    )
  }

  /// One row of a tile, as far as there is one; where there is a gate, numbers at which it is not above 0 are multiplied by `slope`.
  @_transparent static func writeRow(
    _ t: Four, _ place: TilePlace, _ row: Int, _ channels: Int, _ width: Int, _ gate: Floats?, _ slope: Float, _ y: MutableFloats
  ) {
    if row >= place.rows { return }
    let at = row &* place.rowStep
    let to = y + at
    let g = gate.map { $0 + at }
    writeGated(t.a, to, width, g, slope)
    if place.columns > 1 { writeGated(t.b, to + channels, width, g.map { $0 + channels }, slope) }
    if place.columns > 2 { writeGated(t.c, to + 2 &* channels, width, g.map { $0 + 2 &* channels }, slope) }
    if place.columns > 3 { writeGated(t.d, to + 3 &* channels, width, g.map { $0 + 3 &* channels }, slope) }
  }

  @_transparent static func writeGated(_ v: V, _ y: MutableFloats, _ width: Int, _ gate: Floats?, _ slope: Float) {
    if let gate {
      writeOutput(gated(v, width == lanes ? load(gate) : load(gate, count: width), slope), y, width)
    } else {
      writeOutput(v, y, width)
    }
  }

  /// The largest of each 2 x 2 of two rows, and which it is.
  @_transparent static func poolRows(
    _ top: Four, _ bottom: Four, _ place: TilePlace, _ row: Int, _ channels: Int, _ c: Int, _ width: Int, _ slope: Float,
    _ y: MutableFloats,
    _ choices: MutableFloats?
  ) {
    if row &+ 1 >= place.rows || place.columns < 2 { return }
    let at = place.pooledOffset &+ row / 2 &* place.pooledRowStep &+ c
    writePooled(largestOfFour(top.a, top.b, bottom.a, bottom.b), at, width, slope, y, choices)
    if place.columns > 3 { writePooled(largestOfFour(top.c, top.d, bottom.c, bottom.d), at &+ channels, width, slope, y, choices) }
  }

  @_transparent static func writePooled(_ v: (V, V), _ at: Int, _ width: Int, _ slope: Float, _ y: MutableFloats, _ choices: MutableFloats?)
  {
    writeOutput(sloped(v.0, slope), y + at, width)
    if let choices { writeOutput(v.1, choices + at, width) }
  }

  @_transparent static func writeOutput(_ v: V, _ y: MutableFloats, _ width: Int) {
    if width == lanes { store(v, y) } else { store(v, y, count: width) }
  }
}

/// Where the outputs of a tile lie, in numbers from the start of the batch; the last two in the pooled batch.
typealias TilePlace = (offset: Int, rowStep: Int, rows: Int, columns: Int, pooledOffset: Int, pooledRowStep: Int)
