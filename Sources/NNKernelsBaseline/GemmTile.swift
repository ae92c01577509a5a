import NNKernelTypes

// The register block of a product: tileRows x 2 vectors of C stay in registers over the whole of K.

#if NNC_V4
  /// 24 of 32 registers accumulate.
  typealias Tile = InlineArray<24, V>
  @inline(__always) var tileRows: Int { 12 }
#else
  /// 12 of 16 registers accumulate.
  typealias Tile = InlineArray<12, V>
  @inline(__always) var tileRows: Int { 6 }
#endif
@inline(__always) var tileColumns: Int { 2 &* lanes }

/// C += A B for one tile over k terms. A(i, l) is a[i aRow + l aStep]; B(l, 0 ..< tileColumns) lies at b + l bStep.
@inline(__always) func tileProduct(
  _ k: Int, _ a: Floats, _ aRow: Int, _ aStep: Int, _ b: Floats, _ bStep: Int
) -> Tile {
  var c = Tile(repeating: V())
  var a = a
  var b = b
  var l = 0
  while l < k {
    let b0 = load(b)
    let b1 = load(b + lanes)
    #if NNC_V4
      for i in 0..<12 {
        let x = V(repeating: a[i &* aRow])
        c[unchecked: 2 &* i] = fma(c[unchecked: 2 &* i], x, b0)
        c[unchecked: 2 &* i &+ 1] = fma(c[unchecked: 2 &* i &+ 1], x, b1)
      }
    #else
      for i in 0..<6 {
        let x = V(repeating: a[i &* aRow])
        c[unchecked: 2 &* i] = fma(c[unchecked: 2 &* i], x, b0)
        c[unchecked: 2 &* i &+ 1] = fma(c[unchecked: 2 &* i &+ 1], x, b1)
      }
    #endif
    a += aStep
    b += bStep
    l &+= 1
  }
  return c
}

/// A whole tile to c, over or onto what is there.
@inline(__always) func storeTile(_ tile: Tile, _ c: MutableFloats, _ ldc: Int, accumulate: Bool) {
  #if NNC_V4
    for i in 0..<12 { storeRow(tile[unchecked: 2 &* i], tile[unchecked: 2 &* i &+ 1], c + i &* ldc, accumulate) }
  #else
    for i in 0..<6 { storeRow(tile[unchecked: 2 &* i], tile[unchecked: 2 &* i &+ 1], c + i &* ldc, accumulate) }
  #endif
}

@inline(__always) func storeRow(_ c0: V, _ c1: V, _ c: MutableFloats, _ accumulate: Bool) {
  if accumulate {
    store(load(c) + c0, c)
    store(load(c + lanes) + c1, c + lanes)
  } else {
    store(c0, c)
    store(c1, c + lanes)
  }
}

/// The first rows x columns of a tile that was stored densely at `tile`.
@inline(__always) func copyTile(
  _ tile: Floats, rows: Int, columns: Int, _ c: MutableFloats, _ ldc: Int, accumulate: Bool
) {
  var i = 0
  while i < rows {
    let from = tile + i &* tileColumns
    let to = c + i &* ldc
    if accumulate {
      map(columns, from, to, to) { $0 + $1 }
    } else {
      map(columns, from, to) { $0 }
    }
    i &+= 1
  }
}
