import NNKernelTypes

// The one-dimensional transforms of F(4x4, 3x3) on vectors of channels. Bᵀ, G and Aᵀ are those of Lavin and Gray for the points 0, 1, -1, 2, -2 and
// infinity; the transforms of the weight gradient are their transposes.

// Tuples, not structures: see the sums of a tile.

typealias Three = (a: V, b: V, c: V)
typealias Four = (a: V, b: V, c: V, d: V)
typealias Six = (a: V, b: V, c: V, d: V, e: V, f: V)

@_transparent func write(_ t: Six, _ p: MutableFloats, _ step: Int) {
  store(t.a, p)
  store(t.b, p + step)
  store(t.c, p + 2 &* step)
  store(t.d, p + 3 &* step)
  store(t.e, p + 4 &* step)
  store(t.f, p + 5 &* step)
}

/// Bᵀ d
@_transparent func sixOfSix(_ d0: V, _ d1: V, _ d2: V, _ d3: V, _ d4: V, _ d5: V) -> Six {
  let a = fma(d4, d2, -4)
  let b = fma(d3, d1, -4)
  let c = d4 - d2
  let e = d3 - d1
  return (a: fma(a - d2, d0, 4), b: a + b, c: a - b, d: fma(c, e, 2), e: fma(c, e, -2), f: fma(d5 - d3, e, -4))
}

/// Aᵀ m
@_transparent func fourOfSix(_ m0: V, _ m1: V, _ m2: V, _ m3: V, _ m4: V, _ m5: V) -> Four {
  let s1 = m1 + m2
  let e1 = m1 - m2
  let s2 = m3 + m4
  let e2 = m3 - m4
  return (a: m0 + s1 + s2, b: fma(e1, e2, 2), c: fma(s1, s2, 4), d: fma(e1, e2, 8) + m5)
}

/// G g
@_transparent func sixOfThree(_ g0: V, _ g1: V, _ g2: V) -> Six {
  let outer = g0 + g2
  let far = fma(g0 * (1.0 / 24), g2, 1.0 / 6)
  let half = g1 * (1.0 / 12)
  return (
    a: g0 * 0.25, b: (outer + g1) * (-1.0 / 6), c: (g1 - outer) * (1.0 / 6), d: far + half, e: far - half, f: g2
  )
}

/// A d
@_transparent func sixOfFour(_ d0: V, _ d1: V, _ d2: V, _ d3: V) -> Six {
  let s = d0 + d2
  let t = d1 + d3
  let p = fma(d0, d2, 4)
  let q = fma(d1 + d1, d3, 8)
  return (a: d0, b: s + t, c: s - t, d: p + q, e: p - q, f: d3)
}

/// Gᵀ u
@_transparent func threeOfSix(_ u0: V, _ u1: V, _ u2: V, _ u3: V, _ u4: V, _ u5: V) -> Three {
  let s = (u1 + u2) * (1.0 / 6)
  let t = u3 + u4
  return (
    a: fma(u0 * 0.25 - s, t, 1.0 / 24), b: fma((u2 - u1) * (1.0 / 6), u3 - u4, 1.0 / 12), c: fma(u5 - s, t, 1.0 / 6)
  )
}
