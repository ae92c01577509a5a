import NNKernelTypes

/// Terms of a product that are packed at a time: a B panel of this depth stays in the first-level cache.
@inline(__always) var packDepth: Int { 256 }

extension Loops {
  public static func gemmBlock(
    m: Int, n: Int, k: Int, a: Floats, aRow: Int, aStep: Int, b: Floats, bRow: Int, bColumn: Int, c: MutableFloats, ldc: Int,
    accumulate: Bool, workspace: MutableFloats
  ) {
    let tile = workspace
    let packedA = tile + tileRows &* tileColumns
    let packedB = packedA + packDepth &* roundUp(m, tileRows)
    // Packing A pays where each of its panels is used several times.
    let packsA = n > 4 &* tileColumns
    var done = 0
    repeat {
      let depth = k &- done < packDepth ? k &- done : packDepth
      let onto = accumulate || done > 0
      packB(depth, n, b + done &* bRow, bRow, bColumn, packedB)
      if packsA { packA(m, depth, a + done &* aStep, aRow, aStep, packedA) }
      var j = 0
      while j < n {
        let panel = packedB + j &* depth
        var i = 0
        while i < m {
          let rows = m &- i < tileRows ? m &- i : tileRows
          let columns = n &- j < tileColumns ? n &- j : tileColumns
          let target = c + i &* ldc + j
          if packsA {
            let product = tileProduct(depth, packedA + i &* depth, 1, tileRows, panel, tileColumns)
            if rows == tileRows && columns == tileColumns {
              storeTile(product, target, ldc, accumulate: onto)
            } else {
              storeTile(product, tile, tileColumns, accumulate: false)
              copyTile(tile, rows: rows, columns: columns, target, ldc, accumulate: onto)
            }
          } else {
            stridedTile(
              rows, columns, depth, a + done &* aStep + i &* aRow, aRow, aStep, panel, target, ldc, onto, tile, packedA)
          }
          i &+= tileRows
        }
        j &+= tileColumns
      }
      done &+= depth
    } while done < k
  }

  /// A tile whose rows of A are read where they lie; an incomplete one is packed first, so that nothing beyond A is read.
  @inline(__always) static func stridedTile(
    _ rows: Int, _ columns: Int, _ depth: Int, _ a: Floats, _ aRow: Int, _ aStep: Int, _ panel: Floats, _ c: MutableFloats,
    _ ldc: Int, _ onto: Bool, _ tile: MutableFloats, _ packed: MutableFloats
  ) {
    if rows == tileRows {
      let product = tileProduct(depth, a, aRow, aStep, panel, tileColumns)
      if columns == tileColumns {
        storeTile(product, c, ldc, accumulate: onto)
        return
      }
      storeTile(product, tile, tileColumns, accumulate: false)
    } else {
      packA(rows, depth, a, aRow, aStep, packed)
      storeTile(tileProduct(depth, packed, 1, tileRows, panel, tileColumns), tile, tileColumns, accumulate: false)
    }
    copyTile(tile, rows: rows, columns: columns, c, ldc, accumulate: onto)
  }

  /// Panels of tileRows rows, term by term; missing rows are zero.
  @inline(__always) static func packA(_ m: Int, _ k: Int, _ a: Floats, _ aRow: Int, _ aStep: Int, _ packed: MutableFloats) {
    var to = packed
    var i = 0
    while i < m {
      let rows = m &- i < tileRows ? m &- i : tileRows
      let from = a + i &* aRow
      var l = 0
      while l < k {
        let column = from + l &* aStep
        var r = 0
        while r < rows {
          to[r] = column[r &* aRow]
          r &+= 1
        }
        while r < tileRows {
          to[r] = 0
          r &+= 1
        }
        to += tileRows
        l &+= 1
      }
      i &+= tileRows
    }
  }

  /// Panels of tileColumns columns, term by term; missing columns are zero.
  @inline(__always) static func packB(_ k: Int, _ n: Int, _ b: Floats, _ bRow: Int, _ bColumn: Int, _ packed: MutableFloats) {
    var to = packed
    var j = 0
    while j < n {
      let columns = n &- j < tileColumns ? n &- j : tileColumns
      let from = b + j &* bColumn
      if columns == tileColumns && bColumn == 1 {
        var l = 0
        while l < k {
          store(load(from + l &* bRow), to)
          store(load(from + l &* bRow + lanes), to + lanes)
          to += tileColumns
          l &+= 1
        }
      } else {
        packColumns(k, columns, from, bRow, bColumn, to)
        to += k &* tileColumns
      }
      j &+= tileColumns
    }
  }

  @inline(__always) static func packColumns(
    _ k: Int, _ columns: Int, _ from: Floats, _ bRow: Int, _ bColumn: Int, _ to: MutableFloats
  ) {
    var r = 0
    while r < tileColumns {
      let column = from + r &* bColumn
      var l = 0
      while l < k {
        to[l &* tileColumns + r] = r < columns ? column[l &* bRow] : 0
        l &+= 1
      }
      r &+= 1
    }
  }

  public static func gemmWorkspace(m: Int, n: Int) -> Int {
    tileRows * tileColumns + packDepth * (roundUp(m, tileRows) + roundUp(n, tileColumns))
  }

  public static func finish(rows: Int, columns: Int, c: MutableFloats, ldc: Int, epilogue: Epilogue) {
    var i = 0
    while i < rows {
      let row = c + i &* ldc
      if let bias = epilogue.bias { map(columns, row, bias, row) { $0 + $1 } }
      if epilogue.activation.kind != .linear { activate(epilogue.activation, count: columns, x: row, y: row) }
      i &+= 1
    }
  }
}

@inline(__always) func roundUp(_ n: Int, _ step: Int) -> Int { (n &+ step &- 1) / step &* step }
