import NNKernelTypes

/// Rows that are summed in single precision before the sum goes on in double.
@_transparent var blockRows: Int { 32 }

extension Loops {
  /// Adds the sums of x `[rows][columns]`, rows `ldx` apart, over its rows to `sums[columns]`.
  public static func columnSums(rows: Int, columns: Int, x: Floats, ldx: Int, sums: MutableDoubles) {
    if columns < lanes, columns == ldx, columns > 0, lanes % columns == 0 {
      narrowColumnSums(rows, columns, x, sums)
      return
    }
    reduceColumns(rows, columns, sums) { row, j in
      load(x + row &* ldx + j)
    } one: { row, j in
      x[row &* ldx + j]
    }
  }

  /// The same for columns of which several rows fill a vector.
  @inline(never) static func narrowColumnSums(_ rows: Int, _ columns: Int, _ x: Floats, _ sums: MutableDoubles) {
    let count = rows &* columns
    var i = 0
    while i < count {
      var s = V()
      let end = count &- i < blockRows &* lanes ? count : i &+ blockRows &* lanes
      while i &+ lanes <= end {
        s += load(x + i)
        i &+= lanes
      }
      var lane = 0
      while lane < lanes {
        sums[lane % columns] += Double(s[lane])
        lane &+= 1
      }
      while i < end, end == count {
        sums[i % columns] += Double(x[i])
        i &+= 1
      }
    }
  }

  /// Adds the sums of (x - center)² to `sums`.
  public static func columnSquares(rows: Int, columns: Int, x: Floats, center: Floats, sums: MutableDoubles) {
    reduceColumns(rows, columns, sums) { row, j in
      let d = load(x + row &* columns + j) - load(center + j)
      return d * d
    } one: { row, j in
      let d = x[row &* columns + j] - center[j]
      return d * d
    }
  }

  /// Adds the sums of dy (x - center) to `sums`.
  public static func columnProducts(
    rows: Int, columns: Int, dy: Floats, x: Floats, center: Floats, sums: MutableDoubles
  ) {
    reduceColumns(rows, columns, sums) { row, j in
      load(dy + row &* columns + j) * (load(x + row &* columns + j) - load(center + j))
    } one: { row, j in
      dy[row &* columns + j] * (x[row &* columns + j] - center[j])
    }
  }

  @_transparent static func reduceColumns(
    _ rows: Int, _ columns: Int, _ sums: MutableDoubles, _ vector: (Int, Int) -> V, one: (Int, Int) -> Float
  ) {
    var from = 0
    while from < rows {
      let to = rows &- from < blockRows ? rows : from &+ blockRows
      var j = 0
      while j &+ lanes <= columns {
        var s = V()
        var row = from
        while row < to {
          s += vector(row, j)
          row &+= 1
        }
        addLanes(s, sums + j)
        j &+= lanes
      }
      while j < columns {
        var s: Float = 0
        var row = from
        while row < to {
          s += one(row, j)
          row &+= 1
        }
        sums[j] += Double(s)
        j &+= 1
      }
      from = to
    }
  }

  public static func sumOfSquares(count n: Int, x: Floats) -> Double {
    inBlocks(n) { Double(total($1, x + $0) { $0 * $0 }) }
  }

  public static func largestMagnitude(count n: Int, x: Floats) -> UInt32 {
    // The bits of numbers without a sign are ordered as the numbers are.
    var largest = VI()
    var i = 0
    while i < n {
      let count = n &- i
      let bits = unsafeBitCast(vabs(count >= lanes ? load(x + i) : load(x + i, count: count)), to: VI.self)
      largest = largest.replacing(with: bits, where: bits .> largest)
      i &+= lanes
    }
    var result: Int32 = 0
    var lane = 0
    while lane < lanes {
      if largest[lane] > result { result = largest[lane] }
      lane &+= 1
    }
    return UInt32(bitPattern: result)
  }

  public static func sum(count n: Int, x: Floats) -> Double {
    inBlocks(n) { Double(total($1, x + $0) { $0 }) }
  }

  /// The sum over blocks of a few hundred elements, in double.
  @_transparent static func inBlocks(_ n: Int, _ block: (Int, Int) -> Double) -> Double {
    var s = 0.0
    var i = 0
    while i < n {
      let size = n &- i < 512 ? n &- i : 512
      s += block(i, size)
      i &+= size
    }
    return s
  }

  /// sums[i] = the sum of row i of x `[rows][columns]`.
  public static func rowSums(rows: Int, columns: Int, x: Floats, sums: MutableFloats) {
    var i = 0
    while i < rows {
      sums[i] = Float(sum(count: columns, x: x + i &* columns))
      i &+= 1
    }
  }
}

@_transparent func addLanes(_ v: V, _ sums: MutableDoubles) {
  var i = 0
  while i < lanes {
    sums[i] += Double(v[i])
    i &+= 1
  }
}
