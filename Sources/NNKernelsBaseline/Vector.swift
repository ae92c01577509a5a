import NNKernelTypes

// One vector register of this instruction set. The same sources are compiled once per instruction set; `NNC_V3` and `NNC_V4` come from the
// package's settings. Without a fused multiply-add instruction `addingProduct` is a library call per lane, so the baseline multiplies, then adds.

#if NNC_V4
  typealias V = SIMD16<Float>
  typealias VI = SIMD16<Int32>
  typealias VU = SIMD16<UInt32>
  @inline(__always) var lanes: Int { 16 }
#elseif NNC_V3
  typealias V = SIMD8<Float>
  typealias VI = SIMD8<Int32>
  typealias VU = SIMD8<UInt32>
  @inline(__always) var lanes: Int { 8 }
#else
  typealias V = SIMD4<Float>
  typealias VI = SIMD4<Int32>
  typealias VU = SIMD4<UInt32>
  @inline(__always) var lanes: Int { 4 }
#endif

@inline(__always) func load(_ p: Floats) -> V { UnsafeRawPointer(p).loadUnaligned(as: V.self) }
@inline(__always) func store(_ v: V, _ p: MutableFloats) { UnsafeMutableRawPointer(p).storeBytes(of: v, as: V.self) }

/// The first `count` (< lanes) numbers at `p`; the other lanes are `fill`.
@inline(__always) func load(_ p: Floats, count: Int, fill: Float = 0) -> V {
  var v = V(repeating: fill)
  var i = 0
  while i < count {
    v[i] = p[i]
    i &+= 1
  }
  return v
}

@inline(__always) func store(_ v: V, _ p: MutableFloats, count: Int) {
  var i = 0
  while i < count {
    p[i] = v[i]
    i &+= 1
  }
}

/// c + a b
@inline(__always) func fma(_ c: V, _ a: V, _ b: V) -> V {
  #if NNC_V3 || NNC_V4 || arch(arm64)
    c.addingProduct(a, b)
  #else
    c + a * b
  #endif
}

@inline(__always) func fma(_ c: V, _ a: V, _ b: Float) -> V { fma(c, a, V(repeating: b)) }

/// Where either is NaN, b.
@inline(__always) func vmax(_ a: V, _ b: V) -> V { b.replacing(with: a, where: a .> b) }
@inline(__always) func vmin(_ a: V, _ b: V) -> V { b.replacing(with: a, where: a .< b) }
@inline(__always) func vabs(_ a: V) -> V { unsafeBitCast(unsafeBitCast(a, to: VU.self) & 0x7FFF_FFFF, to: V.self) }
/// a with the sign of b; a >= 0.
@inline(__always) func withSign(_ a: V, of b: V) -> V {
  unsafeBitCast(unsafeBitCast(a, to: VU.self) | (unsafeBitCast(b, to: VU.self) & 0x8000_0000), to: V.self)
}

@inline(__always) func lanesSum(_ v: SIMD4<Float>) -> Float { (v[0] + v[2]) + (v[1] + v[3]) }
@inline(__always) func lanesSum(_ v: SIMD8<Float>) -> Float { lanesSum(v.lowHalf + v.highHalf) }
@inline(__always) func lanesSum(_ v: SIMD16<Float>) -> Float { lanesSum(v.lowHalf + v.highHalf) }

@inline(__always) func maximum(_ v: SIMD4<Float>) -> Float {
  let a = v[0] > v[2] ? v[0] : v[2]
  let b = v[1] > v[3] ? v[1] : v[3]
  return a > b ? a : b
}
@inline(__always) func maximum(_ v: SIMD8<Float>) -> Float {
  maximum(v.highHalf.replacing(with: v.lowHalf, where: v.lowHalf .> v.highHalf))
}
@inline(__always) func maximum(_ v: SIMD16<Float>) -> Float {
  maximum(v.highHalf.replacing(with: v.lowHalf, where: v.lowHalf .> v.highHalf))
}

// A function over n elements. With at least one full vector, the rest is computed as a vector that overlaps the last full one; its inputs are
// read before anything is written, so that y may be x.

@inline(__always) func map(_ n: Int, _ x: Floats, _ y: MutableFloats, _ f: (V) -> V) {
  if n < lanes {
    if n > 0 { store(f(load(x, count: n)), y, count: n) }
    return
  }
  let last = n &- lanes
  let rest = load(x + last)
  var i = 0
  while i < last {
    store(f(load(x + i)), y + i)
    i &+= lanes
  }
  store(f(rest), y + last)
}

@inline(__always) func map(_ n: Int, _ a: Floats, _ b: Floats, _ y: MutableFloats, _ f: (V, V) -> V) {
  if n < lanes {
    if n > 0 { store(f(load(a, count: n), load(b, count: n)), y, count: n) }
    return
  }
  let last = n &- lanes
  let restA = load(a + last)
  let restB = load(b + last)
  var i = 0
  while i < last {
    store(f(load(a + i), load(b + i)), y + i)
    i &+= lanes
  }
  store(f(restA, restB), y + last)
}

@inline(__always) func map(_ n: Int, _ a: Floats, _ b: Floats, _ c: Floats, _ y: MutableFloats, _ f: (V, V, V) -> V) {
  if n < lanes {
    if n > 0 { store(f(load(a, count: n), load(b, count: n), load(c, count: n)), y, count: n) }
    return
  }
  let last = n &- lanes
  let restA = load(a + last)
  let restB = load(b + last)
  let restC = load(c + last)
  var i = 0
  while i < last {
    store(f(load(a + i), load(b + i), load(c + i)), y + i)
    i &+= lanes
  }
  store(f(restA, restB, restC), y + last)
}

/// The sum of a function over n elements.
@inline(__always) func total(_ n: Int, _ x: Floats, _ f: (V) -> V) -> Float {
  var accumulator = V()
  var i = 0
  while i &+ lanes <= n {
    accumulator += f(load(x + i))
    i &+= lanes
  }
  return lanesSum(accumulator) + totalRest(n &- i, x + i, f)
}

@inline(__always) func totalRest(_ n: Int, _ x: Floats, _ f: (V) -> V) -> Float {
  if n == 0 { return 0 }
  let v = f(load(x, count: n))
  var s: Float = 0
  var i = 0
  while i < n {
    s += v[i]
    i &+= 1
  }
  return s
}

@inline(__always) func total(_ n: Int, _ a: Floats, _ b: Floats, _ f: (V, V) -> V) -> Float {
  var accumulator = V()
  var i = 0
  while i &+ lanes <= n {
    accumulator += f(load(a + i), load(b + i))
    i &+= lanes
  }
  var s = lanesSum(accumulator)
  let rest = n &- i
  if rest > 0 {
    let v = f(load(a + i, count: rest), load(b + i, count: rest))
    i = 0
    while i < rest {
      s += v[i]
      i &+= 1
    }
  }
  return s
}
