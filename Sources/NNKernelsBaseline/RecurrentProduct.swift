import NNKernelTypes

extension Loops {
  public static func packRecurrent(_ r: Recurrence, w: Floats, isTransposed: Bool, part: Int, of parts: Int, packed: MutableFloats) {
    let panels = ((isTransposed ? r.padded : r.columns) &+ tileColumns &- 1) / tileColumns
    var panel = panels &* part / parts
    while panel < panels &* (part &+ 1) / parts {
      let column = panel &* tileColumns
      if isTransposed {
        packTransposed(r, w, column: column, packed + column &* r.columns)
      } else {
        packVectors(r, w, column: column, packed + column &* r.units)
      }
      panel &+= 1
    }
  }

  /// A vector of columns lies within one gate, since their units are padded to whole vectors.
  @inline(__always) static func packVectors(_ r: Recurrence, _ w: Floats, column: Int, _ to: MutableFloats) {
    var part = 0
    while part < tileColumns {
      let gate = (column &+ part) / r.padded
      let unit = column &+ part &- gate &* r.padded
      let rest = gate < r.gates ? r.units &- unit : 0
      var from = w + (gate &* r.units &+ unit)
      var l = 0
      while l < r.units {
        let weights = rest >= lanes ? load(from) : rest > 0 ? load(from, count: rest) : V()
        store(weights, to + (l &* tileColumns &+ part))
        from += r.gates &* r.units
        l &+= 1
      }
      part &+= lanes
    }
  }

  /// Row (gate, unit) of a panel: the weights that lead from the states `column ...` to it. In blocks of units, whose rows stay in the nearest cache.
  @inline(__always) static func packTransposed(_ r: Recurrence, _ w: Floats, column: Int, _ to: MutableFloats) {
    let block = 16
    var row = 0
    while row < r.columns {
      let gate = row / r.padded
      let unit = row &- gate &* r.padded
      let count = r.units &- unit < block ? r.units &- unit : block
      fill(count: block &* tileColumns, value: 0, y: to + row &* tileColumns)
      var i = 0
      while i < tileColumns, column &+ i < r.units {
        let state = column &+ i
        let from = w + ((state &* r.gates &+ gate) &* r.units &+ unit)
        var u = 0
        while u < count {
          to[(row &+ u) &* tileColumns &+ i] = from[u]
          u &+= 1
        }
        i &+= 1
      }
      row &+= block
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

  /// The same with w in panels, four at a time, whose vectors are eight sums. `isBackward` goes through all of them in the very opposite order: what was
  /// read last is still near.
  @inline(never) static func rowOfPanels(depth: Int, width: Int, a: Floats, panels: Floats, isBackward: Bool, c: MutableFloats) {
    let all = (width &+ tileColumns &- 1) / tileColumns
    let groups = all / 4
    var k = 0
    while k < groups {
      let j = (isBackward ? groups &- 1 &- k : k) &* 4
      fourPanels(depth, a, panels + j &* depth &* tileColumns, c + j &* tileColumns, isBackward: isBackward)
      k &+= 1
    }
    var j = groups &* 4
    while j < all {
      let rest = width &- j &* tileColumns
      onePanel(depth, a, panels + j &* depth &* tileColumns, c + j &* tileColumns, isWhole: rest >= tileColumns)
      j &+= 1
    }
  }

  @inline(__always) static func fourPanels(_ depth: Int, _ a: Floats, _ w: Floats, _ c: MutableFloats, isBackward: Bool) {
    var (s0, s1, s2, s3) = (V(), V(), V(), V())
    var (s4, s5, s6, s7) = (V(), V(), V(), V())
    let panel = depth &* tileColumns
    let (w1, w2, w3) = (w + panel, w + 2 &* panel, w + 3 &* panel)
    let step = isBackward ? -1 : 1
    var l = isBackward ? depth &- 1 : 0
    var i = l &* tileColumns
    var left = depth
    while left > 0 {
      let x = V(repeating: a[l])
      s0 = fma(s0, x, load(w + i))
      s1 = fma(s1, x, load(w + i + lanes))
      s2 = fma(s2, x, load(w1 + i))
      s3 = fma(s3, x, load(w1 + i + lanes))
      s4 = fma(s4, x, load(w2 + i))
      s5 = fma(s5, x, load(w2 + i + lanes))
      s6 = fma(s6, x, load(w3 + i))
      s7 = fma(s7, x, load(w3 + i + lanes))
      i &+= step &* tileColumns
      l &+= step
      left &-= 1
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

  /// Four sums for each vector over every fourth term, so that none waits for another.
  @inline(__always) static func onePanel(_ depth: Int, _ a: Floats, _ w: Floats, _ c: MutableFloats, isWhole: Bool) {
    var (s0, s1, s2, s3) = (V(), V(), V(), V())
    var (t0, t1, t2, t3) = (V(), V(), V(), V())
    var row = w
    var l = 0
    while l &+ 4 <= depth {
      let (x0, x1, x2, x3) = (V(repeating: a[l]), V(repeating: a[l &+ 1]), V(repeating: a[l &+ 2]), V(repeating: a[l &+ 3]))
      s0 = fma(s0, x0, load(row))
      t0 = fma(t0, x0, load(row + lanes))
      s1 = fma(s1, x1, load(row + tileColumns))
      t1 = fma(t1, x1, load(row + tileColumns + lanes))
      s2 = fma(s2, x2, load(row + 2 &* tileColumns))
      t2 = fma(t2, x2, load(row + 2 &* tileColumns + lanes))
      s3 = fma(s3, x3, load(row + 3 &* tileColumns))
      t3 = fma(t3, x3, load(row + 3 &* tileColumns + lanes))
      row += 4 &* tileColumns
      l &+= 4
    }
    while l < depth {
      let x = V(repeating: a[l])
      s0 = fma(s0, x, load(row))
      t0 = fma(t0, x, load(row + lanes))
      row += tileColumns
      l &+= 1
    }
    store((s0 + s1) + (s2 + s3), c)
    if isWhole { store((t0 + t1) + (t2 + t3), c + lanes) }
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
