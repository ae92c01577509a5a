import NNKernelTypes

// Images of a few pixels: a good part of the windows lies outside. For each position of the window only the pixels that have it inside are multiplied.

extension Loops {
  /// Writes the input pixels `[inChannels]` under position 0 of the window, then those under position 1 and so on, each for all images and outputs
  /// that have it inside: as many as `positions` times outputs, if all have.
  public static func gatherInside(_ g: ConvGeometry, batch: Int, x: Floats, pixels: MutableFloats) {
    var to = pixels
    var position = 0
    while position < g.kernelHeight &* g.kernelWidth {
      let ky = position / g.kernelWidth
      let kx = position &- ky &* g.kernelWidth
      let (rows, columns) = (g.rowsInside(ky), g.columnsInside(kx))
      var image = 0
      while image < batch {
        var oy = rows.from
        while oy < rows.to {
          let row = x + image &* g.inCount + (oy &* g.strideHeight &- g.padTop &+ ky &* g.dilationHeight) &* g.inWidth &* g.inChannels
          var ox = columns.from
          while ox < columns.to {
            let from = row + (ox &* g.strideWidth &- g.padLeft &+ kx &* g.dilationWidth) &* g.inChannels
            map(g.inChannels, from, to) { $0 }
            to += g.inChannels
            ox &+= 1
          }
          oy &+= 1
        }
        image &+= 1
      }
      position &+= 1
    }
  }

  /// Output channels of panel `panel`, without the epilogue, from `gatherInside`. `scratch` holds two panels of outputs and a tile.
  public static func multiplyInside(
    _ g: ConvGeometry, batch: Int, panel: Int, pixels: Floats, packed: Floats, y: MutableFloats, scratch: MutableFloats
  ) {
    let outputs = g.outHeight &* g.outWidth
    let sums = scratch + tileRows &* tileColumns
    fill(count: batch &* outputs &* tileColumns, value: 0, y: sums)
    var product = TileProduct(
      run: g.inChannels, a: pixels, aRow: g.inChannels, aStep: 1, b: packed + panel &* g.taps &* tileColumns, bStep: tileColumns,
      c: sums + batch &* outputs &* tileColumns, ldc: tileColumns, columns: tileColumns, spare: scratch)
    var position = 0
    while position < g.kernelHeight &* g.kernelWidth {
      let ky = position / g.kernelWidth
      let (rows, columns) = (g.rowsInside(ky), g.columnsInside(position &- ky &* g.kernelWidth))
      let count = batch &* (rows.to &- rows.from) &* (columns.to &- columns.from)
      if count > 0 {
        product.complete(rows: count, height: balancedRows(count))
        addInside(g, batch, rows, columns, product.c, sums)
      }
      product.a += count &* g.inChannels
      product.b += g.inChannels &* tileColumns
      position &+= 1
    }
    let first = panel &* tileColumns
    let width = g.outChannels &- first < tileColumns ? g.outChannels &- first : tileColumns
    var output = 0
    while output < batch &* outputs {
      map(width, sums + output &* tileColumns, y + output &* g.outChannels + first) { $0 }
      output &+= 1
    }
  }

  /// Adds the products of one position of the window to the sums of the outputs that have it inside.
  @inline(never) static func addInside(
    _ g: ConvGeometry, _ batch: Int, _ rows: (from: Int, to: Int), _ columns: (from: Int, to: Int), _ products: Floats,
    _ sums: MutableFloats
  ) {
    let width = (columns.to &- columns.from) &* tileColumns
    var from = products
    var image = 0
    while image < batch {
      var oy = rows.from
      while oy < rows.to {
        let to = sums + ((image &* g.outHeight &+ oy) &* g.outWidth &+ columns.from) &* tileColumns
        map(width, to, from, to) { $0 + $1 }
        from += width
        oy &+= 1
      }
      image &+= 1
    }
  }
}
