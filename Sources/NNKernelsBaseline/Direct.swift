import NNKernelTypes

// Convolution in register blocks, straight from a copy of the input rows with their zero padding: a tile is a run of output pixels of one row, and its sum
// goes over the rows of the window, each a run of neighbouring numbers.

extension Loops {
  public static func packedWeightCount(_ g: ConvGeometry) -> Int {
    g.groups * g.taps * roundUp(g.groupOutputs, tileColumns)
  }

  /// Panels `[group][groupOutputs / tileColumns][taps][tileColumns]`; missing columns are zero.
  public static func packWeights(_ g: ConvGeometry, w: Floats, packed: MutableFloats) {
    let size = g.taps &* roundUp(g.groupOutputs, tileColumns)
    var group = 0
    while group < g.groups {
      packB(g.taps, g.groupOutputs, w + group &* g.groupOutputs, g.outChannels, 1, packed + group &* size)
      group &+= 1
    }
  }

  /// The weights of `g.transposed`, which computes the input gradient: windows turned by half a turn, inputs and outputs exchanged.
  public static func packTransposedWeights(_ g: ConvGeometry, w: Floats, packed: MutableFloats) {
    let inputs = g.groupInputs
    let outputs = g.groupOutputs
    let windows = g.kernelHeight &* g.kernelWidth
    let panel = windows &* outputs &* tileColumns
    var to = packed
    var group = 0
    while group < g.groups {
      var j = 0
      while j < inputs {
        let columns = inputs &- j < tileColumns ? inputs &- j : tileColumns
        var position = 0
        while position < windows {
          let from = w + ((windows &- 1 &- position) &* inputs &+ j) &* g.outChannels + group &* outputs
          packColumns(outputs, columns, from, 1, g.outChannels, to + position &* outputs &* tileColumns)
          position &+= 1
        }
        to += panel
        j &+= tileColumns
      }
      group &+= 1
    }
  }

  /// Floats of the padded copy that `directForward` and `directWeightGradient` need for this many output rows.
  public static func directScratch(_ g: ConvGeometry, rows: Int) -> Int {
    let copy = g.paddedHeight(rows: rows) * g.paddedWidth * g.inChannels
    let outputs = rows * g.outWidth * max(g.groupOutputs % tileColumns == 0 ? 0 : paddedOutputs(g), g.outChannels)
    return tileRows * tileColumns + roundUp(copy, 16) + outputs
  }

  /// Columns of dy where they are copied so that whole vectors can be read.
  @_transparent static func paddedOutputs(_ g: ConvGeometry) -> Int { g.groups &* roundUp(g.groupOutputs, tileColumns) }

  /// Output rows `from ..< to` of one image, an even number from an even one on where they are pooled; y, and what the epilogue has of its kind, is the
  /// image's first pixel.
  public static func directForward(
    _ g: ConvGeometry, from: Int, to: Int, x: Floats, packed: Floats, epilogue: Epilogue, y: MutableFloats,
    scratch: MutableFloats
  ) {
    let spare = scratch
    let scratch = spare + tileRows &* tileColumns
    padRows(g, from: from, to: to, x: x, padded: scratch)
    let width = g.paddedWidth &* g.inChannels
    let rowCount = g.outWidth &* g.outChannels
    let room = scratch + roundUp(g.paddedHeight(rows: to &- from) &* width, 16)
    // What is pooled stays in the cache.
    let y = epilogue.pooled == nil ? y : room - from &* rowCount
    let slope = epilogue.activation.slopeBelowZero ?? 1
    let merges = g.mergesWindowRows
    var product = TileProduct(
      segments: merges ? g.kernelHeight : 1, run: merges ? g.kernelWidth &* g.inChannels : g.groupInputs, a: scratch,
      aRow: g.strideWidth &* g.inChannels, aStep: 1, aSegment: g.dilationHeight &* width, b: packed, bStep: tileColumns,
      bSegment: g.kernelWidth &* g.inChannels &* tileColumns, c: y, ldc: g.outChannels, columns: 0, spare: spare)
    let height = balancedRows(g.outWidth)
    let outputs = g.groupOutputs
    var group = 0
    var panel = packed
    while group < g.groups {
      var j = 0
      while j < outputs {
        product.columns = outputs &- j < tileColumns ? outputs &- j : tileColumns
        let channel = group &* outputs &+ j
        let bias = epilogue.bias.map { $0 + channel }
        var oy = from
        while oy < to {
          product.a = Floats(scratch) + (oy &- from) &* g.strideHeight &* width + group &* g.groupInputs
          product.c = y + oy &* rowCount + channel
          if merges {
            product.b = panel
            product.bias = bias
            product.slope = slope
            product.compute(rows: g.outWidth, height: height)
          } else {
            windowByWindow(g, product, height, panel, width, bias, slope)
          }
          oy &+= 1
        }
        panel += g.taps &* tileColumns
        j &+= tileColumns
      }
      group &+= 1
    }
    finish(g, from, to, epilogue, y + from &* rowCount)
  }

  /// What the tiles have not done of the epilogue.
  @_transparent static func finish(_ g: ConvGeometry, _ from: Int, _ to: Int, _ epilogue: Epilogue, _ y: MutableFloats) {
    let rowCount = g.outWidth &* g.outChannels
    let count = (to &- from) &* rowCount
    if epilogue.activation.slopeBelowZero == nil { activate(epilogue.activation, count: count, x: y, y: y) }
    if let gate = epilogue.gate { self.gate(count: count, gate: gate + from &* rowCount, slope: epilogue.gateSlope, y: y) }
    if let pooled = epilogue.pooled { poolPairs(g, from: from, to: to, x: y, y: pooled, choices: epilogue.choices) }
  }

  /// A row of tiles whose window rows are no runs: dilated, or of one of several groups.
  @_transparent static func windowByWindow(
    _ g: ConvGeometry, _ row: TileProduct, _ height: Int, _ panel: Floats, _ width: Int, _ bias: Floats?, _ slope: Float
  ) {
    var product = row
    var ox = 0
    while ox < g.outWidth {
      product.c = row.c + ox &* g.outChannels
      let rows = g.outWidth &- ox < height ? g.outWidth &- ox : height
      addWindows(g, &product, rows, row.a + ox &* row.aRow, panel, width, bias, slope)
      ox &+= height
    }
  }

  /// Each window position is a product of its own.
  @_transparent static func addWindows(
    _ g: ConvGeometry, _ product: inout TileProduct, _ rows: Int, _ a: Floats, _ panel: Floats, _ width: Int, _ bias: Floats?,
    _ slope: Float
  ) {
    let positions = g.kernelHeight &* g.kernelWidth
    var position = 0
    while position < positions {
      let ky = position / g.kernelWidth
      let kx = position &- ky &* g.kernelWidth
      product.a = a + ky &* g.dilationHeight &* width + kx &* g.dilationWidth &* g.inChannels
      product.b = panel + position &* g.groupInputs &* tileColumns
      product.accumulate = position > 0
      product.bias = position == 0 ? bias : nil
      product.slope = position &+ 1 == positions ? slope : 1
      product.compute(rows: rows)
      position &+= 1
    }
  }

  /// Adds output rows `from ..< to` of one image to dw.
  public static func directWeightGradient(
    _ g: ConvGeometry, from: Int, to: Int, x: Floats, dy: Floats, dw: MutableFloats, scratch: MutableFloats
  ) {
    let spare = scratch
    let scratch = spare + tileRows &* tileColumns
    padRows(g, from: from, to: to, x: x, padded: scratch)
    let width = g.paddedWidth &* g.inChannels
    let merges = g.mergesWindowRows
    // Whole vectors are read. With more rows behind them, what is beyond the columns is there; it is multiplied, but not stored.
    let isWhole = g.groupOutputs % tileColumns == 0 || (to < g.outHeight && g.outWidth &* g.outChannels >= tileColumns)
    let first = dy + from &* g.outWidth &* g.outChannels
    let slopes =
      isWhole ? first : wholeColumns(g, to &- from, first, scratch + roundUp(g.paddedHeight(rows: to &- from) &* width, 16))
    let stride = isWhole ? g.outChannels : paddedOutputs(g)
    let groupStride = isWhole ? g.groupOutputs : roundUp(g.groupOutputs, tileColumns)
    let rows = merges ? g.kernelWidth &* g.inChannels : g.groupInputs
    let height = balancedRows(rows)
    var product = TileProduct(
      segments: to &- from, run: g.outWidth, a: scratch, aRow: 1, aStep: g.strideWidth &* g.inChannels,
      aSegment: g.strideHeight &* width, b: slopes, bStep: stride, bSegment: g.outWidth &* stride, c: dw, ldc: g.outChannels,
      columns: 0, accumulate: true, spare: spare)
    let positions = merges ? g.kernelHeight : g.kernelHeight &* g.kernelWidth
    let outputs = g.groupOutputs
    var group = 0
    while group < g.groups {
      var position = 0
      while position < positions {
        let ky = merges ? position : position / g.kernelWidth
        let kx = merges ? 0 : position &- ky &* g.kernelWidth
        let window = ky &* g.dilationHeight &* width &+ kx &* g.dilationWidth &* g.inChannels &+ group &* g.groupInputs
        product.a = Floats(scratch) + window
        let slopesOfGroup = slopes + group &* groupStride
        let target = dw + position &* rows &* g.outChannels + group &* outputs
        var j = 0
        while j < outputs {
          product.columns = outputs &- j < tileColumns ? outputs &- j : tileColumns
          product.b = slopesOfGroup + j
          product.c = target + j
          product.compute(rows: rows, height: height)
          j &+= tileColumns
        }
        position &+= 1
      }
      group &+= 1
    }
  }

  /// A copy of rows of dy with each group's columns filled up to whole tiles.
  @_transparent static func wholeColumns(_ g: ConvGeometry, _ rows: Int, _ dy: Floats, _ copy: MutableFloats) -> Floats {
    let group = roundUp(g.groupOutputs, tileColumns)
    var target = copy
    var source = dy
    var i = 0
    while i < rows &* g.outWidth &* g.groups {
      map(g.groupOutputs, source, target) { $0 }
      source += g.groupOutputs
      target += group
      i &+= 1
    }
    return Floats(copy)
  }

  /// The input rows under output rows `from ..< to`, with the zeros around them: `[paddedHeight][paddedWidth][inChannels]`.
  @_transparent static func padRows(_ g: ConvGeometry, from: Int, to: Int, x: Floats, padded: MutableFloats) {
    let channels = g.inChannels
    let width = g.paddedWidth
    let first = from &* g.strideHeight &- g.padTop
    let left = g.padLeft > 0 ? (g.padLeft < width ? g.padLeft : width) : 0
    let start = g.padLeft < 0 ? 0 &- g.padLeft : 0
    let reach = g.inWidth &- start
    let count = reach < width &- left ? (reach > 0 ? reach : 0) : width &- left
    let right = width &- left &- count
    var row = padded
    var iy = first
    while iy < first &+ g.paddedHeight(rows: to &- from) {
      if iy < 0 || iy >= g.inHeight {
        fill(count: width &* channels, value: 0, y: row)
      } else {
        fill(count: left &* channels, value: 0, y: row)
        map(count &* channels, x + (iy &* g.inWidth &+ start) &* channels, row + left &* channels) { $0 }
        fill(count: right &* channels, value: 0, y: row + (left &+ count) &* channels)
      }
      row += width &* channels
      iy &+= 1
    }
  }
}

extension ConvGeometry {
  /// Input rows under this many output rows.
  @_transparent func paddedHeight(rows: Int) -> Int {
    (rows &- 1) &* strideHeight &+ (kernelHeight &- 1) &* dilationHeight &+ 1
  }

  @_transparent var paddedWidth: Int { (outWidth &- 1) &* strideWidth &+ (kernelWidth &- 1) &* dilationWidth &+ 1 }

  /// Whether the numbers under one row of a window are neighbours.
  @_transparent var mergesWindowRows: Bool { groups == 1 && dilationWidth == 1 }
}
