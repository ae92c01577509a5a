import NNKernelTypes

// The register block that every product and convolution is made of: up to tileRows x 2 vectors of C stay in registers over a whole sum.

#if NNC_V4
  /// 24 of 32 registers accumulate.
  @_transparent var tileRows: Int { 12 }
#else
  /// 12 of 16 registers accumulate.
  @_transparent var tileRows: Int { 6 }
#endif
@_transparent var tileColumns: Int { 2 &* lanes }

extension TileProduct {
  /// Computes `rows` rows in tiles of `height`, 1 ... tileRows; the last one may be lower.
  @_transparent func compute(rows: Int, height: Int) {
    if columns & (lanes &- 1) == 0 {
      complete(rows: rows, height: height)
      return
    }
    var part = self
    var done = 0
    while done < rows {
      part.incomplete(rows: rows &- done < height ? rows &- done : height)
      part.a += height &* aRow
      part.c += height &* ldc
      done &+= height
    }
  }

  /// The same for whole vectors.
  @_transparent func complete(rows: Int, height: Int) {
    var part = self
    part.blocks = rows / height
    if part.blocks > 0 { part.complete(rows: height) }
    let rest = rows &- part.blocks &* height
    if rest > 0 {
      part.a += part.blocks &* height &* aRow
      part.c += part.blocks &* height &* ldc
      part.blocks = 1
      part.complete(rows: rest)
    }
  }

  /// One tile.
  @_transparent func compute(rows: Int) {
    if columns & (lanes &- 1) == 0 { complete(rows: rows) } else { incomplete(rows: rows) }
  }

  /// The tile as if its last vector were complete, to the spare room; from there what there is of it.
  @inline(never) func incomplete(rows: Int) {
    var whole = self
    whole.c = spare
    whole.ldc = tileColumns
    whole.accumulate = false
    whole.bias = nil
    whole.slope = 1
    whole.complete(rows: rows)
    let hasFirst = columns > lanes
    let first = hasFirst ? lanes : 0
    let count = columns &- first
    let firstShift = hasFirst ? bias.map { load($0) } ?? V() : V()
    let shift = bias.map { load($0 + first, count: count) } ?? V()
    var i = 0
    while i < rows {
      let from = spare + i &* tileColumns
      let to = c + i &* ldc
      if hasFirst {
        let before = accumulate ? load(to) : V()
        store(sloped(load(from) + before + firstShift, slope), to)
      }
      let before = accumulate ? load(to + first, count: count) : V()
      store(sloped(load(from + first) + before + shift, slope), to + first, count: count)
      i &+= 1
    }
  }

  /// Both vectors, or the first alone, whole.
  @inline(never) func complete(rows: Int) {
    switch rows {
    case 1: rows1()
    case 2: rows2()
    case 3: rows3()
    case 4: rows4()
    case 5: rows5()
    #if NNC_V4
      case 6: rows6()
      case 7: rows7()
      case 8: rows8()
      case 9: rows9()
      case 10: rows10()
      case 11: rows11()
      default: rows12()
    #else
      default: rows6()
    #endif
    }
  }

  // A function per number of rows: only with constant bounds do the sums stay in registers, and only in functions of moderate size is all inlined.
  @inline(never) func rows1() { accumulateAndStore(1) }
  @inline(never) func rows2() { accumulateAndStore(2) }
  @inline(never) func rows3() { accumulateAndStore(3) }
  @inline(never) func rows4() { accumulateAndStore(4) }
  @inline(never) func rows5() { accumulateAndStore(5) }
  @inline(never) func rows6() { accumulateAndStore(6) }
  #if NNC_V4
    @inline(never) func rows7() { accumulateAndStore(7) }
    @inline(never) func rows8() { accumulateAndStore(8) }
    @inline(never) func rows9() { accumulateAndStore(9) }
    @inline(never) func rows10() { accumulateAndStore(10) }
    @inline(never) func rows11() { accumulateAndStore(11) }
    @inline(never) func rows12() { accumulateAndStore(12) }
  #endif

  @_transparent func accumulateAndStore(_ rows: Int) {
    if columns > lanes { accumulateAndStore(rows, 2) } else { accumulateAndStore(rows, 1) }
  }

  @_transparent func accumulateAndStore(_ rows: Int, _ vectors: Int) {
    var block = 0
    var aBlock = a
    var to = c
    while block < blocks {
      var sums = zeroSums
      if accumulate {
        read(&sums, rows, vectors, to, ldc)
      } else if let bias {
        // A distance of 0: the same row every time.
        read(&sums, rows, vectors, bias, 0)
      }
      var segment = 0
      var aStart = aBlock
      var bStart = b
      while segment < segments {
        // Four base pointers and the distances aRow and 2 aRow reach twelve rows within the addressing modes.
        var a0 = aStart
        var a3 = aStart + 3 &* aRow
        var a6 = aStart + 6 &* aRow
        var a9 = aStart + 9 &* aRow
        var from = bStart
        var l = 0
        while l < run {
          let b0 = load(from)
          let b1 = vectors == 2 ? load(from + lanes) : V()
          add(&sums, rows, vectors, aRow, a0, a3, a6, a9, b0, b1)
          a0 += aStep
          a3 += aStep
          a6 += aStep
          a9 += aStep
          from += bStep
          l &+= 1
        }
        aStart += aSegment
        bStart += bSegment
        segment &+= 1
      }
      write(sums, rows, vectors, to, ldc)
      if slope != 1 { applySlope(rows, vectors, to) }
      aBlock += rows &* aRow
      to += rows &* ldc
      block &+= 1
    }
  }
}

extension TileProduct {
  /// In memory: as a condition in the loop above it would keep the compiler busy for minutes.
  @inline(never) func applySlope(_ rows: Int, _ vectors: Int, _ c: MutableFloats) {
    var row = c
    var i = 0
    while i < rows {
      store(sloped(load(row), slope), row)
      if vectors == 2 { store(sloped(load(row + lanes), slope), row + lanes) }
      row += ldc
      i &+= 1
    }
  }
}

/// v where it is not below 0, elsewhere slope v; 0 where slope is 0, also for an infinity.
@_transparent func sloped(_ v: V, _ slope: Float) -> V {
  let mask: UInt32 = slope == 0 ? 0 : 0xFFFF_FFFF
  let below = unsafeBitCast(unsafeBitCast(v * slope, to: VU.self) & VU(repeating: mask), to: V.self)
  return v.with(below, where: v .< 0)
}

// The sums of a tile, spelled out: as an array they would be in memory. Tuples, because a structure brings functions along that copy it, which the linker
// shares between modules of different instruction sets.

/// One row of a tile.
typealias RowSum = (first: V, second: V)

#if NNC_V4
  typealias RowSums = (
    r0: RowSum, r1: RowSum, r2: RowSum, r3: RowSum, r4: RowSum, r5: RowSum, r6: RowSum, r7: RowSum, r8: RowSum, r9: RowSum,
    r10: RowSum, r11: RowSum
  )
#else
  typealias RowSums = (r0: RowSum, r1: RowSum, r2: RowSum, r3: RowSum, r4: RowSum, r5: RowSum)
#endif

@_transparent var zeroSums: RowSums {
  let zero = (first: V(), second: V())
  #if NNC_V4
    return (zero, zero, zero, zero, zero, zero, zero, zero, zero, zero, zero, zero)
  #else
    return (zero, zero, zero, zero, zero, zero)
  #endif
}

@_transparent func add(_ sum: inout RowSum, _ vectors: Int, _ x: Float, _ b0: V, _ b1: V) {
  let x = V(repeating: x)
  sum.first = fma(sum.first, x, b0)
  if vectors == 2 { sum.second = fma(sum.second, x, b1) }
}

@_transparent func read(_ sum: inout RowSum, _ vectors: Int, _ c: Floats) {
  sum.first = load(c)
  if vectors == 2 { sum.second = load(c + lanes) }
}

@_transparent func write(_ sum: RowSum, _ vectors: Int, _ c: MutableFloats) {
  store(sum.first, c)
  if vectors == 2 { store(sum.second, c + lanes) }
}

/// Adds a column of A times a row of B; a3 is row 3 of the column, and so on.
@_transparent func add(
  _ sums: inout RowSums, _ rows: Int, _ vectors: Int, _ aRow: Int, _ a0: Floats, _ a3: Floats, _ a6: Floats, _ a9: Floats,
  _ b0: V, _ b1: V
) {
  add(&sums.r0, vectors, a0[0], b0, b1)
  if rows > 1 { add(&sums.r1, vectors, a0[aRow], b0, b1) }
  if rows > 2 { add(&sums.r2, vectors, a0[2 &* aRow], b0, b1) }
  if rows > 3 { add(&sums.r3, vectors, a3[0], b0, b1) }
  if rows > 4 { add(&sums.r4, vectors, a3[aRow], b0, b1) }
  if rows > 5 { add(&sums.r5, vectors, a3[2 &* aRow], b0, b1) }
  #if NNC_V4
    if rows > 6 { add(&sums.r6, vectors, a6[0], b0, b1) }
    if rows > 7 { add(&sums.r7, vectors, a6[aRow], b0, b1) }
    if rows > 8 { add(&sums.r8, vectors, a6[2 &* aRow], b0, b1) }
    if rows > 9 { add(&sums.r9, vectors, a9[0], b0, b1) }
    if rows > 10 { add(&sums.r10, vectors, a9[aRow], b0, b1) }
    if rows > 11 { add(&sums.r11, vectors, a9[2 &* aRow], b0, b1) }
  #endif
}

@_transparent func read(_ sums: inout RowSums, _ rows: Int, _ vectors: Int, _ c: Floats, _ ldc: Int) {
  read(&sums.r0, vectors, c + 0 &* ldc)
  if rows > 1 { read(&sums.r1, vectors, c + 1 &* ldc) }
  if rows > 2 { read(&sums.r2, vectors, c + 2 &* ldc) }
  if rows > 3 { read(&sums.r3, vectors, c + 3 &* ldc) }
  if rows > 4 { read(&sums.r4, vectors, c + 4 &* ldc) }
  if rows > 5 { read(&sums.r5, vectors, c + 5 &* ldc) }
  #if NNC_V4
    if rows > 6 { read(&sums.r6, vectors, c + 6 &* ldc) }
    if rows > 7 { read(&sums.r7, vectors, c + 7 &* ldc) }
    if rows > 8 { read(&sums.r8, vectors, c + 8 &* ldc) }
    if rows > 9 { read(&sums.r9, vectors, c + 9 &* ldc) }
    if rows > 10 { read(&sums.r10, vectors, c + 10 &* ldc) }
    if rows > 11 { read(&sums.r11, vectors, c + 11 &* ldc) }
  #endif
}

@_transparent func write(_ sums: RowSums, _ rows: Int, _ vectors: Int, _ c: MutableFloats, _ ldc: Int) {
  write(sums.r0, vectors, c + 0 &* ldc)
  if rows > 1 { write(sums.r1, vectors, c + 1 &* ldc) }
  if rows > 2 { write(sums.r2, vectors, c + 2 &* ldc) }
  if rows > 3 { write(sums.r3, vectors, c + 3 &* ldc) }
  if rows > 4 { write(sums.r4, vectors, c + 4 &* ldc) }
  if rows > 5 { write(sums.r5, vectors, c + 5 &* ldc) }
  #if NNC_V4
    if rows > 6 { write(sums.r6, vectors, c + 6 &* ldc) }
    if rows > 7 { write(sums.r7, vectors, c + 7 &* ldc) }
    if rows > 8 { write(sums.r8, vectors, c + 8 &* ldc) }
    if rows > 9 { write(sums.r9, vectors, c + 9 &* ldc) }
    if rows > 10 { write(sums.r10, vectors, c + 10 &* ldc) }
    if rows > 11 { write(sums.r11, vectors, c + 11 &* ldc) }
  #endif
}

/// The next block of `count` rows, so that blocks are of nearly the same size.
@_transparent func balancedRows(_ count: Int) -> Int {
  let blocks = (count &+ tileRows &- 1) / tileRows
  return (count &+ blocks &- 1) / blocks
}
