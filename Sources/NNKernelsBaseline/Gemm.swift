import NNKernelTypes

/// Terms of a product that are packed at a time: a B panel of this depth stays in the first-level cache.
@_transparent var packDepth: Int { 256 }

extension Loops {
  public static func gemmBlock(
    m: Int, n: Int, k: Int, a: Floats, aRow: Int, aStep: Int, b: Floats, bRow: Int, bColumn: Int, c: MutableFloats, ldc: Int,
    accumulate: Bool, epilogue: Epilogue, workspace: MutableFloats
  ) {
    let packedB = workspace + tileRows &* tileColumns + packDepth &* roundUp(m, tileRows)
    // Packing B pays where a panel is used by several tiles, and where its columns do not lie side by side.
    let packsB = m > tileRows || bColumn != 1
    // The rest of a panel whose columns are not whole vectors is always packed: whole vectors are read.
    let whole = packsB ? 0 : n / tileColumns &* tileColumns
    gemmBlocks(m, n, k, a, aRow, aStep, c, ldc, accumulate, epilogue, workspace) { done, depth, part in
      packB(depth, n &- whole, b + done &* bRow + whole &* bColumn, bRow, bColumn, packedB)
      tiles(m, n, &part) { j, product in
        let isPacked = j >= whole
        product.b = isPacked ? Floats(packedB + (j &- whole) &* depth) : b + done &* bRow + j
        product.bStep = isPacked ? tileColumns : bRow
      }
    }
  }

  public static func gemmBlock(
    m: Int, n: Int, k: Int, a: Floats, aRow: Int, aStep: Int, panels: Floats, column: Int, c: MutableFloats, ldc: Int,
    accumulate: Bool, epilogue: Epilogue, workspace: MutableFloats
  ) {
    if m == 1 {
      rowTimesPanels(
        n: n, k: k, a: a, aStep: aStep, panels: panels + column &* k, c: c, accumulate: accumulate, epilogue: epilogue)
      return
    }
    gemmBlocks(m, n, k, a, aRow, aStep, c, ldc, accumulate, epilogue, workspace) { done, _, part in
      tiles(m, n, &part) { j, product in product.b = panels + (column &+ j) &* k + done &* tileColumns }
    }
  }

  /// Sums over as many terms at a time as are packed; `part` does one run of them.
  @_transparent static func gemmBlocks(
    _ m: Int, _ n: Int, _ k: Int, _ a: Floats, _ aRow: Int, _ aStep: Int, _ c: MutableFloats, _ ldc: Int, _ accumulate: Bool,
    _ epilogue: Epilogue, _ workspace: MutableFloats, _ part: (_ done: Int, _ depth: Int, inout GemmPart) -> Void
  ) {
    let packedA = workspace + tileRows &* tileColumns
    // Packing A pays where rows would meet in one set of the cache, and their panels are used several times.
    let packsA = n > 4 &* tileColumns && aStep == 1 && aRow & 511 == 0
    // A tile takes a bias as its start, so not when it starts with what is in C.
    let biasLast = accumulate ? epilogue.bias : nil
    let slope = biasLast == nil ? epilogue.activation.slopeBelowZero : nil
    let height = balancedRows(m > 0 ? m : 1)
    var done = 0
    repeat {
      let depth = k &- done < packDepth ? k &- done : packDepth
      let from = a + done &* aStep
      if packsA { packA(m, depth, height, from, aRow, packedA) }
      let product = TileProduct(
        run: depth, a: packedA, aRow: packsA ? 1 : aRow, aStep: packsA ? height : aStep, b: packedA, bStep: tileColumns, c: c,
        ldc: ldc, columns: 0, accumulate: accumulate || done > 0, slope: done &+ depth >= k ? slope ?? 1 : 1, spare: workspace)
      var job = (
        product: product, a: packsA ? Floats(packedA) : from, aBlock: packsA ? depth : aRow,
        bias: done == 0 && !accumulate ? epilogue.bias : nil
      )
      part(done, depth, &job)
      done &+= depth
    } while done < k
    if slope == nil {
      finish(rows: m, columns: n, c: c, ldc: ldc, epilogue: Epilogue(bias: biasLast, activation: epilogue.activation))
    }
  }
  /// One run of terms of a product: the first tile, the start of A and the step from one block of its rows to the next per row, the bias.
  typealias GemmPart = (product: TileProduct, a: Floats, aBlock: Int, bias: Floats?)

  /// All tiles of one run of terms; `place` says where the panel of column `j` is.
  @_transparent static func tiles(_ m: Int, _ n: Int, _ part: inout GemmPart, _ place: (_ j: Int, inout TileProduct) -> Void) {
    let height = balancedRows(m > 0 ? m : 1)
    var product = part.product
    let c = product.c
    var j = 0
    while j < n {
      product.columns = n &- j < tileColumns ? n &- j : tileColumns
      place(j, &product)
      product.bias = part.bias.map { $0 + j }
      product.c = c + j
      if part.aBlock == product.aRow {
        product.a = part.a
        product.compute(rows: m, height: height)
        j &+= tileColumns
        continue
      }
      var i = 0
      while i < m {
        product.a = part.a + i &* part.aBlock
        product.c = c + i &* product.ldc + j
        product.compute(rows: m &- i < height ? m &- i : height)
        i &+= height
      }
      j &+= tileColumns
    }
  }

  // MARK: One row

  /// c `[n]` (+)= a B of panels. One row has too few sums to keep the multipliers busy: four terms at a time have sums of their own.
  static func rowTimesPanels(
    n: Int, k: Int, a: Floats, aStep: Int, panels: Floats, c: MutableFloats, accumulate: Bool, epilogue: Epilogue
  ) {
    let slope = epilogue.activation.slopeBelowZero ?? 1
    var j = 0
    while j < n {
      let columns = n &- j < tileColumns ? n &- j : tileColumns
      var (first, second) = rowTimesPanel(k, a, aStep, panels + j &* k)
      if accumulate {
        first += columns >= lanes ? load(c + j) : load(c + j, count: columns)
        if columns > lanes { second += columns == tileColumns ? load(c + j + lanes) : load(c + j + lanes, count: columns &- lanes) }
      }
      if let bias = epilogue.bias {
        first += columns >= lanes ? load(bias + j) : load(bias + j, count: columns)
        if columns > lanes { second += columns == tileColumns ? load(bias + j + lanes) : load(bias + j + lanes, count: columns &- lanes) }
      }
      writeOutput(sloped(first, slope), c + j, columns < lanes ? columns : lanes)
      if columns > lanes { writeOutput(sloped(second, slope), c + j + lanes, columns &- lanes) }
      j &+= tileColumns
    }
    if epilogue.activation.slopeBelowZero == nil { activate(epilogue.activation, count: n, x: c, y: c) }
  }

  // MARK: Around the tiles

  public static func finish(rows: Int, columns: Int, c: MutableFloats, ldc: Int, epilogue: Epilogue) {
    if let bias = epilogue.bias { addToRows(bias, rows: rows, columns: columns, c: c, ldc: ldc) }
    if epilogue.activation.kind != .linear { activateRows(epilogue.activation, rows: rows, columns: columns, c: c, ldc: ldc) }
  }

  static func addToRows(_ bias: Floats, rows: Int, columns: Int, c: MutableFloats, ldc: Int) {
    var i = 0
    while i < rows {
      add(count: columns, a: c + i &* ldc, b: bias, y: c + i &* ldc)
      i &+= 1
    }
  }

  static func activateRows(_ activation: Activation, rows: Int, columns: Int, c: MutableFloats, ldc: Int) {
    if ldc == columns {
      activate(activation, count: rows &* columns, x: c, y: c)
      return
    }
    var i = 0
    while i < rows {
      activate(activation, count: columns, x: c + i &* ldc, y: c + i &* ldc)
      i &+= 1
    }
  }

  /// Panels of `height` rows, term by term; what would be behind the last row is left as it is.
  @_transparent static func packA(_ m: Int, _ k: Int, _ height: Int, _ a: Floats, _ aRow: Int, _ packed: MutableFloats) {
    var i = 0
    while i < m {
      let rows = m &- i < height ? m &- i : height
      let to = packed + i &* k
      var r = 0
      while r < rows {
        let row = a + (i &+ r) &* aRow
        if r &+ 4 <= rows {
          transposeFour(k, row, aRow, to + r, height)
          r &+= 4
          continue
        }
        var l = 0
        while l < k {
          to[l &* height &+ r] = row[l]
          l &+= 1
        }
        r &+= 1
      }
      i &+= height
    }
  }

  public static var panelColumns: Int { tileColumns }

  public static func packPanels(k: Int, n: Int, b: Floats, bRow: Int, bColumn: Int, panels: MutableFloats) {
    packB(k, n, b, bRow, bColumn, panels)
  }

  /// Panels of tileColumns columns, term by term; missing columns are zero.
  @_transparent static func packB(_ k: Int, _ n: Int, _ b: Floats, _ bRow: Int, _ bColumn: Int, _ packed: MutableFloats) {
    // A few rows at a time through all panels: memory is read in long runs.
    let depth = bColumn == 1 && n > tileColumns ? 8 : k
    var done = 0
    while done < k {
      let rows = k &- done < depth ? k &- done : depth
      var to = packed + done &* tileColumns
      var j = 0
      while j < n {
        let columns = n &- j < tileColumns ? n &- j : tileColumns
        if bColumn == 1 {
          packRows(rows, columns, b + done &* bRow + j, bRow, to)
        } else {
          packColumns(rows, columns, b + j &* bColumn, bRow, bColumn, to)
        }
        to += k &* tileColumns
        j &+= tileColumns
      }
      done &+= rows
    }
  }

  /// One panel from rows that lie densely.
  @_transparent static func packRows(_ k: Int, _ columns: Int, _ b: Floats, _ bRow: Int, _ to: MutableFloats) {
    var from = b
    var to = to
    var l = 0
    let rest = columns & (lanes &- 1)
    while l < k {
      if columns >= lanes { store(load(from), to) } else { store(load(from, count: columns), to) }
      if columns == tileColumns {
        store(load(from + lanes), to + lanes)
      } else if columns > lanes {
        store(load(from + lanes, count: rest), to + lanes)
      }
      from += bRow
      to += tileColumns
      l &+= 1
    }
  }

  /// One panel from columns whose terms lie `bRow` apart: a transposition.
  @_transparent static func packColumns(
    _ k: Int, _ columns: Int, _ b: Floats, _ bRow: Int, _ bColumn: Int, _ to: MutableFloats
  ) {
    var r = 0
    while r < tileColumns {
      let column = b + r &* bColumn
      let target = to + r
      if r &+ 4 <= columns && bRow == 1 {
        transposeFour(k, column, bColumn, target, tileColumns)
        r &+= 4
        continue
      }
      var l = 0
      while l < k {
        target[l &* tileColumns] = r < columns ? column[l &* bRow] : 0
        l &+= 1
      }
      r &+= 1
    }
  }

  /// Four columns of k terms each, which lie one after the other: rows of four, `width` apart.
  @_transparent static func transposeFour(_ k: Int, _ from: Floats, _ distance: Int, _ to: MutableFloats, _ width: Int) {
    var l = 0
    while l &+ 4 <= k {
      let a = UnsafeRawPointer(from + l).loadUnaligned(as: SIMD4<Float>.self)
      let b = UnsafeRawPointer(from + l + distance).loadUnaligned(as: SIMD4<Float>.self)
      let c = UnsafeRawPointer(from + l + 2 &* distance).loadUnaligned(as: SIMD4<Float>.self)
      let d = UnsafeRawPointer(from + l + 3 &* distance).loadUnaligned(as: SIMD4<Float>.self)
      let target = UnsafeMutableRawPointer(to + l &* width)
      let step = width &* 4
      target.storeBytes(of: SIMD4(a[0], b[0], c[0], d[0]), as: SIMD4<Float>.self)
      (target + step).storeBytes(of: SIMD4(a[1], b[1], c[1], d[1]), as: SIMD4<Float>.self)
      (target + 2 &* step).storeBytes(of: SIMD4(a[2], b[2], c[2], d[2]), as: SIMD4<Float>.self)
      (target + 3 &* step).storeBytes(of: SIMD4(a[3], b[3], c[3], d[3]), as: SIMD4<Float>.self)
      l &+= 4
    }
    while l < k {
      let row = to + l &* width
      row[0] = from[l]
      row[1] = from[l &+ distance]
      row[2] = from[l &+ 2 &* distance]
      row[3] = from[l &+ 3 &* distance]
      l &+= 1
    }
  }

  public static func gemmWorkspace(m: Int, n: Int) -> Int {
    tileRows * tileColumns + packDepth * (roundUp(m, tileRows) + roundUp(n, tileColumns))
  }
}

@_transparent func roundUp(_ n: Int, _ step: Int) -> Int { (n &+ step &- 1) / step &* step }

/// One row of A times one panel.
@_transparent func rowTimesPanel(_ k: Int, _ a: Floats, _ aStep: Int, _ panel: Floats) -> RowSum {
  var (s0, s1, s2, s3) = (RowSum(V(), V()), RowSum(V(), V()), RowSum(V(), V()), RowSum(V(), V()))
  var from = panel
  var x = a
  var l = 0
  while l &+ 4 <= k {
    add(&s0, 2, x[0], load(from), load(from + lanes))
    add(&s1, 2, x[aStep], load(from + 2 &* lanes), load(from + 3 &* lanes))
    add(&s2, 2, x[2 &* aStep], load(from + 4 &* lanes), load(from + 5 &* lanes))
    add(&s3, 2, x[3 &* aStep], load(from + 6 &* lanes), load(from + 7 &* lanes))
    from += 8 &* lanes
    x += 4 &* aStep
    l &+= 4
  }
  while l < k {
    add(&s0, 2, x[0], load(from), load(from + lanes))
    from += 2 &* lanes
    x += aStep
    l &+= 1
  }
  return RowSum((s0.first + s1.first) + (s2.first + s3.first), (s0.second + s1.second) + (s2.second + s3.second))
}
