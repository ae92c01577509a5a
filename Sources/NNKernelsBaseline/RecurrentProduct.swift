import NNKernelTypes

extension Loops {
  public static func packRecurrent(_ r: Recurrence, w: Floats, isTransposed: Bool, packed: MutableFloats) {
    let depth = isTransposed ? r.columns : r.units
    let width = isTransposed ? r.padded : r.columns
    let rowOfWeights = r.gates &* r.units
    var to = packed
    var j = 0
    while j < width {
      var l = 0
      while l < depth {
        if isTransposed {
          packTransposed(r, w, row: l, column: j, rowOfWeights, to)
        } else {
          var i = 0
          while i < tileColumns {
            let gate = (j &+ i) / r.padded
            let unit = j &+ i &- gate &* r.padded
            to[i] = gate < r.gates && unit < r.units ? w[l &* rowOfWeights &+ gate &* r.units &+ unit] : 0
            i &+= 1
          }
        }
        to += tileColumns
        l &+= 1
      }
      j &+= tileColumns
    }
  }

  /// One row of a transposed panel: the weights that lead from the states `column ...` to one unit of one gate.
  @inline(__always) static func packTransposed(
    _ r: Recurrence, _ w: Floats, row: Int, column: Int, _ rowOfWeights: Int, _ to: MutableFloats
  ) {
    let gate = row / r.padded
    let unit = row &- gate &* r.padded
    var i = 0
    while i < tileColumns {
      let state = column &+ i
      to[i] = state < r.units && unit < r.units ? w[state &* rowOfWeights &+ gate &* r.units &+ unit] : 0
      i &+= 1
    }
  }

  public static func padGates(_ r: Recurrence, rows: Int, w: Floats, padded: MutableFloats) {
    var i = 0
    while i < rows &* r.gates {
      let from = w + i &* r.units
      let to = padded + i &* r.padded
      to.update(from: from, count: r.units)
      fill(count: r.padded &- r.units, value: 0, y: to + r.units)
      i &+= 1
    }
  }

  /// c `[rows][width]` = a `[rows][depth]` times the packed panels; width is a multiple of 16.
  @inline(never) static func panelProduct(
    rows: Int, depth: Int, width: Int, a: Floats, aRow: Int, panels: Floats, c: MutableFloats
  ) {
    let height = balancedRows(rows)
    var product = TileProduct(
      run: depth, a: a, aRow: aRow, aStep: 1, b: panels, bStep: tileColumns, c: c, ldc: width, columns: 0, spare: c)
    var j = 0
    while j < width {
      product.columns = width &- j < tileColumns ? width &- j : tileColumns
      product.b = panels + j &* depth
      var i = 0
      while i < rows {
        product.a = a + i &* aRow
        product.c = c + i &* width + j
        product.compute(rows: rows &- i < height ? rows &- i : height)
        i &+= height
      }
      j &+= tileColumns
    }
  }

  /// c `[width]` = a `[depth]` times w `[depth][width]` as it lies: for one example, whose product reads every weight once. `isBackward` goes through the
  /// columns from the last to the first: what the step before read last is still in the nearest cache.
  @inline(never) static func rowProduct(depth: Int, width: Int, a: Floats, w: Floats, isBackward: Bool, c: MutableFloats) {
    let block = 8 &* lanes
    let whole = width / block
    var k = 0
    while k < whole {
      let j = (isBackward ? whole &- 1 &- k : k) &* block
      eightVectors(depth, width, a, w + j, c + j)
      k &+= 1
    }
    var j = whole &* block
    while j < width {
      oneVector(depth, width, a, w + j, c + j)
      j &+= lanes
    }
  }

  @inline(__always) static func eightVectors(_ depth: Int, _ ldw: Int, _ a: Floats, _ w: Floats, _ c: MutableFloats) {
    var (s0, s1, s2, s3) = (V(), V(), V(), V())
    var (s4, s5, s6, s7) = (V(), V(), V(), V())
    var row = w
    var l = 0
    while l < depth {
      let x = V(repeating: a[l])
      s0 = fma(s0, x, load(row))
      s1 = fma(s1, x, load(row + lanes))
      s2 = fma(s2, x, load(row + 2 &* lanes))
      s3 = fma(s3, x, load(row + 3 &* lanes))
      s4 = fma(s4, x, load(row + 4 &* lanes))
      s5 = fma(s5, x, load(row + 5 &* lanes))
      s6 = fma(s6, x, load(row + 6 &* lanes))
      s7 = fma(s7, x, load(row + 7 &* lanes))
      row += ldw
      l &+= 1
    }
    store(s0, c)
    store(s1, c + lanes)
    store(s2, c + 2 &* lanes)
    store(s3, c + 3 &* lanes)
    store(s4, c + 4 &* lanes)
    store(s5, c + 5 &* lanes)
    store(s6, c + 6 &* lanes)
    store(s7, c + 7 &* lanes)
  }

  /// Four sums over every fourth term, so that none waits for another.
  @inline(__always) static func oneVector(_ depth: Int, _ ldw: Int, _ a: Floats, _ w: Floats, _ c: MutableFloats) {
    var (s0, s1, s2, s3) = (V(), V(), V(), V())
    var row = w
    var l = 0
    while l &+ 4 <= depth {
      s0 = fma(s0, V(repeating: a[l]), load(row))
      s1 = fma(s1, V(repeating: a[l &+ 1]), load(row + ldw))
      s2 = fma(s2, V(repeating: a[l &+ 2]), load(row + 2 &* ldw))
      s3 = fma(s3, V(repeating: a[l &+ 3]), load(row + 3 &* ldw))
      row += 4 &* ldw
      l &+= 4
    }
    while l < depth {
      s0 = fma(s0, V(repeating: a[l]), load(row))
      row += ldw
      l &+= 1
    }
    store((s0 + s1) + (s2 + s3), c)
  }
}
