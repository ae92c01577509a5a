import NNKernelTypes

/// Terms of a product that are packed at a time: a B panel of this depth stays in the first-level cache.
@_transparent var packDepth: Int { 256 }

extension Loops {
  public static func gemmBlock(
    m: Int, n: Int, k: Int, a: Floats, aRow: Int, aStep: Int, b: Floats, bRow: Int, bColumn: Int, c: MutableFloats, ldc: Int,
    accumulate: Bool, epilogue: Epilogue, workspace: MutableFloats
  ) {
    let packedA = workspace + tileRows &* tileColumns
    let packedB = packedA + packDepth &* roundUp(m, tileRows)
    // Packing A pays where each of its panels is used several times.
    let packsA = n > 4 &* tileColumns && aRow != 1
    // A tile takes a bias as its start, so not when it starts with what is in C.
    let biasLast = accumulate ? epilogue.bias : nil
    let slope = biasLast == nil ? epilogue.activation.tileSlope : nil
    // Packing B pays where a panel is used by several tiles, and where its columns do not lie side by side.
    let packsB = m > tileRows || bColumn != 1
    let height = balancedRows(m > 0 ? m : 1)
    var done = 0
    repeat {
      let depth = k &- done < packDepth ? k &- done : packDepth
      let isLast = done &+ depth >= k
      // The rest of a panel whose columns are not whole vectors is always packed: whole vectors are read.
      let whole = packsB ? 0 : n / tileColumns &* tileColumns
      packB(depth, n &- whole, b + done &* bRow + whole &* bColumn, bRow, bColumn, packedB)
      let part = a + done &* aStep
      if packsA { packA(m, depth, height, part, aRow, aStep, packedA) }
      var product = TileProduct(
        run: depth, a: packedA, aRow: packsA ? 1 : aRow, aStep: packsA ? height : aStep, b: packedB, bStep: tileColumns, c: c,
        ldc: ldc, columns: 0, accumulate: accumulate || done > 0, slope: isLast ? slope ?? 1 : 1, spare: workspace)
      var j = 0
      while j < n {
        product.columns = n &- j < tileColumns ? n &- j : tileColumns
        let isPacked = j >= whole
        product.b = isPacked ? Floats(packedB + (j &- whole) &* depth) : b + done &* bRow + j
        product.bStep = isPacked ? tileColumns : bRow
        product.bias = done == 0 && !accumulate ? epilogue.bias.map { $0 + j } : nil
        var i = 0
        while i < m {
          product.a = packsA ? Floats(packedA + i &* depth) : part + i &* aRow
          product.c = c + i &* ldc + j
          product.compute(rows: m &- i < height ? m &- i : height)
          i &+= height
        }
        j &+= tileColumns
      }
      done &+= depth
    } while done < k
    if slope == nil {
      finish(rows: m, columns: n, c: c, ldc: ldc, epilogue: Epilogue(bias: biasLast, activation: epilogue.activation))
    }
  }

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

  /// Panels of `height` rows, term by term; missing rows are zero.
  @_transparent static func packA(
    _ m: Int, _ k: Int, _ height: Int, _ a: Floats, _ aRow: Int, _ aStep: Int, _ packed: MutableFloats
  ) {
    var i = 0
    while i < m {
      let rows = m &- i < height ? m &- i : height
      let to = packed + i &* k
      var r = 0
      while r < rows {
        let row = a + (i &+ r) &* aRow
        var l = 0
        while l < k {
          to[l &* height &+ r] = row[l &* aStep]
          l &+= 1
        }
        r &+= 1
      }
      i &+= height
    }
  }

  /// Panels of tileColumns columns, term by term; missing columns are zero.
  @_transparent static func packB(_ k: Int, _ n: Int, _ b: Floats, _ bRow: Int, _ bColumn: Int, _ packed: MutableFloats) {
    var to = packed
    var j = 0
    while j < n {
      let columns = n &- j < tileColumns ? n &- j : tileColumns
      if bColumn == 1 {
        packRows(k, columns, b + j, bRow, to)
      } else {
        packColumns(k, columns, b + j &* bColumn, bRow, bColumn, to)
      }
      to += k &* tileColumns
      j &+= tileColumns
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
        transposeFour(k, column, bColumn, target)
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

  /// Four columns of k terms each, which lie one after the other: rows of four, tileColumns apart.
  @_transparent static func transposeFour(_ k: Int, _ from: Floats, _ distance: Int, _ to: MutableFloats) {
    var l = 0
    while l &+ 4 <= k {
      let a = UnsafeRawPointer(from + l).loadUnaligned(as: SIMD4<Float>.self)
      let b = UnsafeRawPointer(from + l + distance).loadUnaligned(as: SIMD4<Float>.self)
      let c = UnsafeRawPointer(from + l + 2 &* distance).loadUnaligned(as: SIMD4<Float>.self)
      let d = UnsafeRawPointer(from + l + 3 &* distance).loadUnaligned(as: SIMD4<Float>.self)
      let target = UnsafeMutableRawPointer(to + l &* tileColumns)
      let step = tileColumns &* 4
      target.storeBytes(of: SIMD4(a[0], b[0], c[0], d[0]), as: SIMD4<Float>.self)
      (target + step).storeBytes(of: SIMD4(a[1], b[1], c[1], d[1]), as: SIMD4<Float>.self)
      (target + 2 &* step).storeBytes(of: SIMD4(a[2], b[2], c[2], d[2]), as: SIMD4<Float>.self)
      (target + 3 &* step).storeBytes(of: SIMD4(a[3], b[3], c[3], d[3]), as: SIMD4<Float>.self)
      l &+= 4
    }
    while l < k {
      let row = to + l &* tileColumns
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
