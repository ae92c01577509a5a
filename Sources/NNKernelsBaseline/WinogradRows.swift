import NNKernelTypes

// The way back of whole tiles that lie side by side, for whole vectors of channels: nearly all of an image. What a tile needs to know is worked out once
// for a row of them; done for each it takes as long as its sums.

extension Loops {
  /// Aᵀ m A and the epilogue of tiles `from ..< to` of the batch, whose products are `step` apart and the tiles' `outputs`.
  @_transparent static func inverseTiles(
    _ g: ConvGeometry, _ from: Int, _ to: Int, _ m: Floats, _ outputs: Int, _ step: Int, _ epilogue: Epilogue, _ y: MutableFloats
  ) {
    let across = tiles(g).across
    var tile = from
    while tile < to {
      let row = tile / across
      let end = (row &+ 1) &* across < to ? (row &+ 1) &* across : to
      let source = m + (tile &- from) &* outputs
      let whole = inverseRow(g, row, tile &- row &* across, end &- row &* across, source, step, epilogue, y)
      tile &+= whole
      if tile < end {
        inverseTile(g, tile, source + whole &* outputs, step, epilogue, y)
        tile &+= 1
      }
    }
  }

  /// The whole ones of tiles `first ..< end` of row `row` of the batch; how many these are.
  @inline(never) static func inverseRow(
    _ g: ConvGeometry, _ row: Int, _ first: Int, _ end: Int, _ m: Floats, _ step: Int, _ epilogue: Epilogue, _ y: MutableFloats
  ) -> Int {
    let (height, width, channels) = (g.outHeight, g.outWidth, g.outChannels)
    let down = (height &+ 3) / 4
    let image = row / down
    let oy = (row &- image &* down) &* 4
    let whole = (width / 4 < end ? width / 4 : end) &- first
    guard whole > 0, oy &+ 4 <= height, channels & (lanes &- 1) == 0, let slope = epilogue.activation.slopeBelowZero else { return 0 }
    if let pooled = epilogue.pooled {
      let rowStep = width / 2 &* channels
      let offset = (image &* (height / 2) &+ oy / 2) &* rowStep &+ first &* 2 &* channels
      if let choices = epilogue.choices {
        inverseChosen(m, step, whole, channels, epilogue.bias, slope, pooled + offset, choices + offset, rowStep)
      } else {
        inversePooled(m, step, whole, channels, epilogue.bias, slope, pooled + offset, rowStep)
      }
    } else {
      let rowStep = width &* channels
      let offset = image &* g.outCount &+ oy &* rowStep &+ first &* 4 &* channels
      if let gate = epilogue.gate {
        inverseGated(m, step, whole, channels, gate + offset, epilogue.gateSlope, y + offset, rowStep)
      } else {
        inversePlain(m, step, whole, channels, epilogue.bias, slope, y + offset, rowStep)
      }
    }
    return whole
  }

  @inline(never) static func inversePlain(
    _ m: Floats, _ step: Int, _ tiles: Int, _ channels: Int, _ bias: Floats?, _ slope: Float, _ y: MutableFloats, _ rowStep: Int
  ) {
    var tile = 0
    while tile < tiles {
      var c = 0
      while c < channels {
        var b = V()
        if let bias { b = load(bias + c) }
        let r = sumsOfTile(m + tile &* channels + c, step)
        let to = y + tile &* 4 &* channels + c
        storeSloped(r.0, b, slope, to, channels)
        storeSloped(r.1, b, slope, to + rowStep, channels)
        storeSloped(r.2, b, slope, to + 2 &* rowStep, channels)
        storeSloped(r.3, b, slope, to + 3 &* rowStep, channels)
        c &+= lanes
      }
      tile &+= 1
    }
  }

  @inline(never) static func inverseGated(
    _ m: Floats, _ step: Int, _ tiles: Int, _ channels: Int, _ gate: Floats, _ slope: Float, _ y: MutableFloats, _ rowStep: Int
  ) {
    var tile = 0
    while tile < tiles {
      var c = 0
      while c < channels {
        let r = sumsOfTile(m + tile &* channels + c, step)
        let at = tile &* 4 &* channels &+ c
        let (to, g) = (y + at, gate + at)
        storeGated(r.0, g, slope, to, channels)
        storeGated(r.1, g + rowStep, slope, to + rowStep, channels)
        storeGated(r.2, g + 2 &* rowStep, slope, to + 2 &* rowStep, channels)
        storeGated(r.3, g + 3 &* rowStep, slope, to + 3 &* rowStep, channels)
        c &+= lanes
      }
      tile &+= 1
    }
  }

  /// The largest is found before bias and activation, which do not change which it is.
  @inline(never) static func inversePooled(
    _ m: Floats, _ step: Int, _ tiles: Int, _ channels: Int, _ bias: Floats?, _ slope: Float, _ y: MutableFloats, _ rowStep: Int
  ) {
    var tile = 0
    while tile < tiles {
      var c = 0
      while c < channels {
        var b = V()
        if let bias { b = load(bias + c) }
        let r = sumsOfTile(m + tile &* channels + c, step)
        let to = y + tile &* 2 &* channels + c
        store(sloped(larger(larger(r.0.a, r.0.b), larger(r.1.a, r.1.b)) + b, slope), to)
        store(sloped(larger(larger(r.0.c, r.0.d), larger(r.1.c, r.1.d)) + b, slope), to + channels)
        store(sloped(larger(larger(r.2.a, r.2.b), larger(r.3.a, r.3.b)) + b, slope), to + rowStep)
        store(sloped(larger(larger(r.2.c, r.2.d), larger(r.3.c, r.3.d)) + b, slope), to + rowStep + channels)
        c &+= lanes
      }
      tile &+= 1
    }
  }

  /// Also which is the largest: of numbers that are equal with their bias, the first.
  @inline(never) static func inverseChosen(
    _ m: Floats, _ step: Int, _ tiles: Int, _ channels: Int, _ bias: Floats?, _ slope: Float, _ y: MutableFloats,
    _ choices: MutableFloats, _ rowStep: Int
  ) {
    var tile = 0
    while tile < tiles {
      var c = 0
      while c < channels {
        var b = V()
        if let bias { b = load(bias + c) }
        let r = sumsOfTile(m + tile &* channels + c, step)
        let at = tile &* 2 &* channels &+ c
        let r0 = finished(r.0, b, 1)
        let r1 = finished(r.1, b, 1)
        writePooled(largestOfFour(r0.a, r0.b, r1.a, r1.b), at, lanes, slope, y, choices)
        writePooled(largestOfFour(r0.c, r0.d, r1.c, r1.d), at &+ channels, lanes, slope, y, choices)
        let r2 = finished(r.2, b, 1)
        let r3 = finished(r.3, b, 1)
        writePooled(largestOfFour(r2.a, r2.b, r3.a, r3.b), at &+ rowStep, lanes, slope, y, choices)
        writePooled(largestOfFour(r2.c, r2.d, r3.c, r3.d), at &+ rowStep &+ channels, lanes, slope, y, choices)
        c &+= lanes
      }
      tile &+= 1
    }
  }

  /// Aᵀ m A: the 4 x 4 sums of a tile, row by row.
  @_transparent static func sumsOfTile(_ m: Floats, _ step: Int) -> (Four, Four, Four, Four) {
    let t0 = columnOfFour(m, step)
    let t1 = columnOfFour(m + step, step)
    let t2 = columnOfFour(m + 2 &* step, step)
    let t3 = columnOfFour(m + 3 &* step, step)
    let t4 = columnOfFour(m + 4 &* step, step)
    let t5 = columnOfFour(m + 5 &* step, step)
    return (
      fourOfSix(t0.a, t1.a, t2.a, t3.a, t4.a, t5.a), fourOfSix(t0.b, t1.b, t2.b, t3.b, t4.b, t5.b),
      fourOfSix(t0.c, t1.c, t2.c, t3.c, t4.c, t5.c), fourOfSix(t0.d, t1.d, t2.d, t3.d, t4.d, t5.d)
    )
  }

  @_transparent static func storeSloped(_ t: Four, _ bias: V, _ slope: Float, _ y: MutableFloats, _ channels: Int) {
    store(sloped(t.a + bias, slope), y)
    store(sloped(t.b + bias, slope), y + channels)
    store(sloped(t.c + bias, slope), y + 2 &* channels)
    store(sloped(t.d + bias, slope), y + 3 &* channels)
  }

  @_transparent static func storeGated(_ t: Four, _ gate: Floats, _ slope: Float, _ y: MutableFloats, _ channels: Int) {
    store(gated(t.a, load(gate), slope), y)
    store(gated(t.b, load(gate + channels), slope), y + channels)
    store(gated(t.c, load(gate + 2 &* channels), slope), y + 2 &* channels)
    store(gated(t.d, load(gate + 3 &* channels), slope), y + 3 &* channels)
  }
}
