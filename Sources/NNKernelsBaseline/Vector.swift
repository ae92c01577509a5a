import NNKernelTypes

// One vector register of this instruction set. The same sources are compiled once per instruction set; `NNC_V3` and `NNC_V4` come from the
// package's settings. Without a fused multiply-add instruction `addingProduct` is a library call per lane, so the baseline multiplies, then adds.

#if NNC_V4
  typealias V = SIMD16<Float>
  typealias HalfV = SIMD8<Float>
  typealias VI = SIMD16<Int32>
  typealias VU = SIMD16<UInt32>
  @_transparent var lanes: Int { 16 }
#elseif NNC_V3
  typealias V = SIMD8<Float>
  typealias HalfV = SIMD4<Float>
  typealias VI = SIMD8<Int32>
  typealias VU = SIMD8<UInt32>
  @_transparent var lanes: Int { 8 }
#else
  typealias V = SIMD4<Float>
  typealias HalfV = SIMD2<Float>
  typealias VI = SIMD4<Int32>
  typealias VU = SIMD4<UInt32>
  @_transparent var lanes: Int { 4 }
#endif

typealias Mask = SIMDMask<VI>

extension V {
  #if !hasFeature(BuiltinModule)
    /// `value` in the lanes of the mask, self in the others. With bits, since the library's `replacing` goes lane by lane until late in the compiler.
    @_transparent func with(_ value: V, where mask: Mask) -> V {
      let bits = unsafeBitCast(mask, to: VU.self)
      let mine = unsafeBitCast(self, to: VU.self)
      return unsafeBitCast(mine ^ ((mine ^ unsafeBitCast(value, to: VU.self)) & bits), to: V.self)
    }
  #endif

  @_transparent func with(_ value: Float, where mask: Mask) -> V { with(V(repeating: value), where: mask) }
}

@_transparent func load(_ p: Floats) -> V { UnsafeRawPointer(p).loadUnaligned(as: V.self) }
@_transparent func store(_ v: V, _ p: MutableFloats) { UnsafeMutableRawPointer(p).storeBytes(of: v, as: V.self) }

/// The first `count` (< lanes) numbers at `p`; the other lanes are `fill`. In pieces of 8, 4, 2 and 1, so that nothing behind them is read.
@inline(never) func load(_ p: Floats, count: Int, fill: Float = 0) -> V {
  #if NNC_V4
    let isUpper = count & 8 != 0
    let rest = load8(isUpper ? p + 8 : p, count & 7, fill)
    let full = isUpper ? UnsafeRawPointer(p).loadUnaligned(as: SIMD8<Float>.self) : rest
    return V(lowHalf: full, highHalf: isUpper ? rest : SIMD8(repeating: fill))
  #elseif NNC_V3
    load8(p, count, fill)
  #else
    load4(p, count, fill)
  #endif
}

@inline(__always) func load8(_ p: Floats, _ count: Int, _ fill: Float) -> SIMD8<Float> {
  let isUpper = count & 4 != 0
  let rest = load4(isUpper ? p + 4 : p, count & 3, fill)
  let full = isUpper ? UnsafeRawPointer(p).loadUnaligned(as: SIMD4<Float>.self) : rest
  return SIMD8(lowHalf: full, highHalf: isUpper ? rest : SIMD4(repeating: fill))
}

@inline(__always) func load4(_ p: Floats, _ count: Int, _ fill: Float) -> SIMD4<Float> {
  SIMD4(count > 0 ? p[0] : fill, count > 1 ? p[1] : fill, count > 2 ? p[2] : fill, fill)
}

/// The first `count` (< lanes) lanes to `p`.
@inline(never) func store(_ v: V, _ p: MutableFloats, count: Int) {
  #if NNC_V4
    if count & 8 != 0 {
      UnsafeMutableRawPointer(p).storeBytes(of: v.lowHalf, as: SIMD8<Float>.self)
      store8(v.highHalf, p + 8, count & 7)
    } else {
      store8(v.lowHalf, p, count)
    }
  #elseif NNC_V3
    store8(v, p, count)
  #else
    store4(v, p, count)
  #endif
}

@inline(__always) func store8(_ v: SIMD8<Float>, _ p: MutableFloats, _ count: Int) {
  if count & 4 != 0 {
    UnsafeMutableRawPointer(p).storeBytes(of: v.lowHalf, as: SIMD4<Float>.self)
    store4(v.highHalf, p + 4, count & 3)
  } else {
    store4(v.lowHalf, p, count)
  }
}

@inline(__always) func store4(_ v: SIMD4<Float>, _ p: MutableFloats, _ count: Int) {
  if count > 0 { p[0] = v[0] }
  if count > 1 { p[1] = v[1] }
  if count > 2 { p[2] = v[2] }
}

/// c + a b
@_transparent func fma(_ c: V, _ a: V, _ b: V) -> V {
  #if NNC_V3 || NNC_V4 || arch(arm64)
    c.addingProduct(a, b)
  #else
    c + a * b
  #endif
}

@_transparent func fma(_ c: V, _ a: V, _ b: Float) -> V { fma(c, a, V(repeating: b)) }

/// Where either is NaN, b.
@_transparent func vmax(_ a: V, _ b: V) -> V { b.with(a, where: a .> b) }
@_transparent func vmin(_ a: V, _ b: V) -> V { b.with(a, where: a .< b) }
@_transparent func vabs(_ a: V) -> V { unsafeBitCast(unsafeBitCast(a, to: VU.self) & 0x7FFF_FFFF, to: V.self) }
/// a with the sign of b; a >= 0.
@_transparent func withSign(_ a: V, of b: V) -> V {
  unsafeBitCast(unsafeBitCast(a, to: VU.self) | (unsafeBitCast(b, to: VU.self) & 0x8000_0000), to: V.self)
}

@_transparent func lanesSum(_ v: SIMD4<Float>) -> Float { (v[0] + v[2]) + (v[1] + v[3]) }
@_transparent func lanesSum(_ v: SIMD8<Float>) -> Float { lanesSum(v.lowHalf + v.highHalf) }
@_transparent func lanesSum(_ v: SIMD16<Float>) -> Float { lanesSum(v.lowHalf + v.highHalf) }

@_transparent func maximum(_ v: SIMD4<Float>) -> Float {
  let a = v[0] > v[2] ? v[0] : v[2]
  let b = v[1] > v[3] ? v[1] : v[3]
  return a > b ? a : b
}
@_transparent func maximum(_ v: SIMD8<Float>) -> Float {
  maximum(v.highHalf.replacing(with: v.lowHalf, where: v.lowHalf .> v.highHalf))
}
@_transparent func maximum(_ v: SIMD16<Float>) -> Float {
  maximum(v.highHalf.replacing(with: v.lowHalf, where: v.lowHalf .> v.highHalf))
}

// A function over n elements. With at least one full vector, the rest is computed as a vector that overlaps the last full one; its inputs are
// read before anything is written, so that y may be x. Each calls its closure in one place only: then the closure is inlined, and not called per vector
// through memory.

@_transparent func map(_ n: Int, _ x: Floats, _ y: MutableFloats, _ f: (V) -> V) {
  if n <= 0 { return }
  let last = n &- lanes
  let rest = last >= 0 ? load(x + last) : load(x, count: n)
  var i = 0
  while true {
    let isRest = i >= last
    let result = f(isRest ? rest : load(x + i))
    if isRest {
      storeRest(result, y, last, n)
      break
    }
    store(result, y + i)
    i &+= lanes
  }
}

@_transparent func map(_ n: Int, _ a: Floats, _ b: Floats, _ y: MutableFloats, _ f: (V, V) -> V) {
  if n <= 0 { return }
  let last = n &- lanes
  let restA = last >= 0 ? load(a + last) : load(a, count: n)
  let restB = last >= 0 ? load(b + last) : load(b, count: n)
  var i = 0
  while true {
    let isRest = i >= last
    let result = f(isRest ? restA : load(a + i), isRest ? restB : load(b + i))
    if isRest {
      storeRest(result, y, last, n)
      break
    }
    store(result, y + i)
    i &+= lanes
  }
}

@_transparent func map(_ n: Int, _ a: Floats, _ b: Floats, _ c: Floats, _ y: MutableFloats, _ f: (V, V, V) -> V) {
  if n <= 0 { return }
  let last = n &- lanes
  let restA = last >= 0 ? load(a + last) : load(a, count: n)
  let restB = last >= 0 ? load(b + last) : load(b, count: n)
  let restC = last >= 0 ? load(c + last) : load(c, count: n)
  var i = 0
  while true {
    let isRest = i >= last
    let result = f(isRest ? restA : load(a + i), isRest ? restB : load(b + i), isRest ? restC : load(c + i))
    if isRest {
      storeRest(result, y, last, n)
      break
    }
    store(result, y + i)
    i &+= lanes
  }
}

@_transparent func storeRest(_ v: V, _ y: MutableFloats, _ last: Int, _ n: Int) {
  if last >= 0 { store(v, y + last) } else { store(v, y, count: n) }
}

/// The sum of a function over n elements.
@_transparent func total(_ n: Int, _ x: Floats, _ f: (V) -> V) -> Float {
  var sums = V()
  var i = 0
  while i < n {
    let count = n &- i
    let isWhole = count >= lanes
    let value = f(isWhole ? load(x + i) : load(x + i, count: count))
    sums += isWhole ? value : firstLanes(value, count)
    i &+= lanes
  }
  return lanesSum(sums)
}

@_transparent func total(_ n: Int, _ a: Floats, _ b: Floats, _ f: (V, V) -> V) -> Float {
  var sums = V()
  var i = 0
  while i < n {
    let count = n &- i
    let isWhole = count >= lanes
    let value = f(isWhole ? load(a + i) : load(a + i, count: count), isWhole ? load(b + i) : load(b + i, count: count))
    sums += isWhole ? value : firstLanes(value, count)
    i &+= lanes
  }
  return lanesSum(sums)
}

/// v with zeros from lane `count` on.
@_transparent func firstLanes(_ v: V, _ count: Int) -> V {
  let beyond = laneNumbers .>= VU(repeating: UInt32(truncatingIfNeeded: count))
  return v.with(0, where: beyond)
}

@_transparent var laneNumbers: VU {
  #if NNC_V4
    VU(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  #elseif NNC_V3
    VU(0, 1, 2, 3, 4, 5, 6, 7)
  #else
    VU(0, 1, 2, 3)
  #endif
}
