/// The texts of Winograd's transforms for tiles of 4x4 outputs (Lavin and Gray 2015), for one vector of channels. `§` stands for its width.
enum WinogradHelpers {
  static let input = """
    typealias Six§ = (Vector§, Vector§, Vector§, Vector§, Vector§, Vector§)

    /// Bᵀ d of Winograd's F(4x4, 3x3), one column.
    @inline(__always)
    static func sixOfSix(_ d: Six§) -> Six§ {
      let a = multiplyAdd(d.2, Vector§(repeating: -4), d.4)
      let b = multiplyAdd(d.1, Vector§(repeating: -4), d.3)
      let c = d.4 - d.2
      let e = d.3 - d.1
      let first = multiplyAdd(d.0, Vector§(repeating: 4), a - d.2)
      let last = multiplyAdd(e, Vector§(repeating: -4), d.5 - d.3)
      return (first, a + b, a - b, multiplyAdd(e, Vector§(repeating: 2), c), multiplyAdd(e, Vector§(repeating: -2), c), last)
    }

    @inline(__always)
    static func loadSix§(_ p: Floats, step: Int) -> Six§ {
      (load§(p), load§(p + step), load§(p + 2 &* step), load§(p + 3 &* step), load§(p + 4 &* step), load§(p + 5 &* step))
    }

    @inline(__always)
    static func storeSix(_ v: Six§, _ p: MutableFloats, step: Int) {
      store(v.0, p)
      store(v.1, p + step)
      store(v.2, p + 2 &* step)
      store(v.3, p + 3 &* step)
      store(v.4, p + 4 &* step)
      store(v.5, p + 5 &* step)
    }

    /// Bᵀ d B of the 6x6 pixels at x; the 36 vectors are written `step` apart.
    @inline(__always)
    static func winogradInput§(_ x: Floats, rowStep: Int, pixelStep: Int, _ y: MutableFloats, step: Int) {
      let c0 = sixOfSix(loadSix§(x, step: rowStep))
      let c1 = sixOfSix(loadSix§(x + pixelStep, step: rowStep))
      let c2 = sixOfSix(loadSix§(x + 2 &* pixelStep, step: rowStep))
      let c3 = sixOfSix(loadSix§(x + 3 &* pixelStep, step: rowStep))
      let c4 = sixOfSix(loadSix§(x + 4 &* pixelStep, step: rowStep))
      let c5 = sixOfSix(loadSix§(x + 5 &* pixelStep, step: rowStep))
      storeSix(sixOfSix((c0.0, c1.0, c2.0, c3.0, c4.0, c5.0)), y, step: step)
      storeSix(sixOfSix((c0.1, c1.1, c2.1, c3.1, c4.1, c5.1)), y + 6 &* step, step: step)
      storeSix(sixOfSix((c0.2, c1.2, c2.2, c3.2, c4.2, c5.2)), y + 12 &* step, step: step)
      storeSix(sixOfSix((c0.3, c1.3, c2.3, c3.3, c4.3, c5.3)), y + 18 &* step, step: step)
      storeSix(sixOfSix((c0.4, c1.4, c2.4, c3.4, c4.4, c5.4)), y + 24 &* step, step: step)
      storeSix(sixOfSix((c0.5, c1.5, c2.5, c3.5, c4.5, c5.5)), y + 30 &* step, step: step)
    }
    """

  static let sums = """
    typealias Four§ = (Vector§, Vector§, Vector§, Vector§)

    /// Aᵀ m of Winograd's F(4x4, 3x3), one column.
    @inline(__always)
    static func fourOfSix(
      _ m0: Vector§, _ m1: Vector§, _ m2: Vector§, _ m3: Vector§, _ m4: Vector§, _ m5: Vector§
    ) -> Four§ {
      let sum1 = m1 + m2
      let difference1 = m1 - m2
      let sum2 = m3 + m4
      let difference2 = m3 - m4
      return (
        m0 + sum1 + sum2, multiplyAdd(difference2, Vector§(repeating: 2), difference1),
        multiplyAdd(sum2, Vector§(repeating: 4), sum1), multiplyAdd(difference2, Vector§(repeating: 8), difference1) + m5
      )
    }

    /// Aᵀ m of the column of products at p, which lie `step` apart.
    @inline(__always)
    static func fourOfColumn§(_ p: Floats, _ step: Int) -> Four§ {
      fourOfSix(
        load§(p), load§(p + 6 &* step), load§(p + 12 &* step), load§(p + 18 &* step), load§(p + 24 &* step), load§(p + 30 &* step))
    }

    /// Aᵀ m A: the 4x4 sums of a tile, row by row.
    @inline(__always)
    static func winogradSums§(_ m: Floats, step: Int) -> (Four§, Four§, Four§, Four§) {
      let c0 = fourOfColumn§(m, step)
      let c1 = fourOfColumn§(m + step, step)
      let c2 = fourOfColumn§(m + 2 &* step, step)
      let c3 = fourOfColumn§(m + 3 &* step, step)
      let c4 = fourOfColumn§(m + 4 &* step, step)
      let c5 = fourOfColumn§(m + 5 &* step, step)
      return (
        fourOfSix(c0.0, c1.0, c2.0, c3.0, c4.0, c5.0), fourOfSix(c0.1, c1.1, c2.1, c3.1, c4.1, c5.1),
        fourOfSix(c0.2, c1.2, c2.2, c3.2, c4.2, c5.2), fourOfSix(c0.3, c1.3, c2.3, c3.3, c4.3, c5.3)
      )
    }
    """

  static let output = """
    /// The sums of a tile of up to 4x4 pixels, each handed to `body`.
    @inline(__always)
    static func winogradTile§(
      _ m: Floats, step: Int, rows: Int, columns: Int, body: (_ sum: Vector§, _ row: Int, _ column: Int) -> Void
    ) {
      let sums = winogradSums§(m, step: step)
      winogradRow§(sums.0, 0, columns: columns, body: body)
      if rows > 1 { winogradRow§(sums.1, 1, columns: columns, body: body) }
      if rows > 2 { winogradRow§(sums.2, 2, columns: columns, body: body) }
      if rows > 3 { winogradRow§(sums.3, 3, columns: columns, body: body) }
    }

    @inline(__always)
    static func winogradRow§(
      _ sums: Four§, _ row: Int, columns: Int, body: (_ sum: Vector§, _ row: Int, _ column: Int) -> Void
    ) {
      body(sums.0, row, 0)
      if columns > 1 { body(sums.1, row, 1) }
      if columns > 2 { body(sums.2, row, 2) }
      if columns > 3 { body(sums.3, row, 3) }
    }
    """

  static let pooled = """
    /// The largest of each 2x2 sums of a tile of up to 4x4 pixels, handed to `body`: rows and columns count pooled pixels.
    @inline(__always)
    static func winogradPooledTile§(
      _ m: Floats, step: Int, rows: Int, columns: Int, body: (_ largest: Vector§, _ row: Int, _ column: Int) -> Void
    ) {
      let sums = winogradSums§(m, step: step)
      body(larger(larger(sums.0.0, sums.0.1), larger(sums.1.0, sums.1.1)), 0, 0)
      if columns > 1 { body(larger(larger(sums.0.2, sums.0.3), larger(sums.1.2, sums.1.3)), 0, 1) }
      if rows > 1 { body(larger(larger(sums.2.0, sums.2.1), larger(sums.3.0, sums.3.1)), 1, 0) }
      if rows > 1, columns > 1 { body(larger(larger(sums.2.2, sums.2.3), larger(sums.3.2, sums.3.3)), 1, 1) }
    }
    """
}
