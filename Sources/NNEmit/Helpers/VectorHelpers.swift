/// The texts of functions on one vector. `§` stands for its width.
enum VectorHelpers {
  static let load = """
    @inline(__always)
    static func load§(_ p: Floats) -> Vector§ { UnsafeRawPointer(p).loadUnaligned(as: Vector§.self) }
    """

  static let store = """
    @inline(__always)
    static func store(_ v: Vector§, _ p: MutableFloats) { UnsafeMutableRawPointer(p).storeBytes(of: v, as: Vector§.self) }
    """

  /// A fused instruction is a library call per number where the processor has none.
  static func multiplyAdd(_ processor: Processor) -> String {
    switch processor {
    case .portable:
      """
      /// a times b, plus c: fused where every processor of the kind has the instruction for it.
      @inline(__always)
      static func multiplyAdd(_ a: Vector§, _ b: Vector§, _ c: Vector§) -> Vector§ {
        #if arch(arm64)
          c.addingProduct(a, b)
        #else
          c + a * b
        #endif
      }
      """
    case .v3, .v4, .arm64:
      """
      /// a times b, plus c.
      @inline(__always)
      static func multiplyAdd(_ a: Vector§, _ b: Vector§, _ c: Vector§) -> Vector§ { c.addingProduct(a, b) }
      """
    }
  }

  static let choose = """
    /// a where the mask is set, b elsewhere: by bits, since the compiler takes the standard library's `replacing` apart.
    @inline(__always)
    static func choose(_ a: Vector§, _ b: Vector§, where mask: SIMDMask<SIMD§<Int32>>) -> Vector§ {
      let bits = unsafeBitCast(b, to: SIMD§<UInt32>.self)
      let change = (bits ^ unsafeBitCast(a, to: SIMD§<UInt32>.self)) & unsafeBitCast(mask, to: SIMD§<UInt32>.self)
      return unsafeBitCast(bits ^ change, to: Vector§.self)
    }
    """

  static let larger = """
    @inline(__always)
    static func larger(_ a: Vector§, _ b: Vector§) -> Vector§ { choose(a, b, where: a .> b) }
    """

  static let rowLargest = """
    /// The largest of `count` numbers.
    @inline(__always)
    static func largest§(_ x: Floats, count: Int) -> Float {
      var tops = Vector§(repeating: -Float.infinity)
      var i = 0
      while i &+ § <= count {
        tops = larger(tops, load§(x + i))
        i &+= §
      }
      var top = tops.max()
      while i < count {
        top = max(top, x[i])
        i &+= 1
      }
      return top
    }
    """

  static let rowSum = """
    /// The sum of `count` numbers.
    @inline(__always)
    static func sum§(_ x: Floats, count: Int) -> Float {
      var sums = Vector§()
      var i = 0
      while i &+ § <= count {
        sums += load§(x + i)
        i &+= §
      }
      var sum = sums.sum()
      while i < count {
        sum += x[i]
        i &+= 1
      }
      return sum
    }
    """

  static let rowSquares = """
    /// The sum of the squares of `count` numbers' distances from a number.
    @inline(__always)
    static func sumOfSquares§(_ x: Floats, count: Int, around center: Float) -> Float {
      var sums = Vector§()
      var i = 0
      while i &+ § <= count {
        let distance = load§(x + i) - center
        sums += distance * distance
        i &+= §
      }
      var sum = sums.sum()
      while i < count {
        sum += (x[i] - center) * (x[i] - center)
        i &+= 1
      }
      return sum
    }
    """

  /// `squareRoot()` may call the mathematics library, which the emitted code does without.
  static let reciprocalRoot = """
    /// 1 / √x for positive numbers, by Newton's method.
    static func reciprocalRoot(_ x: Float) -> Float {
      let x = Double(x)
      var y = Double(bitPattern: 0x5FE6_EB50_C7B5_37A9 &- x.bitPattern &>> 1)
      for _ in 0..<4 { y *= 1.5 - 0.5 * x * y * y }
      return Float(y)
    }
    """

  static let rowProduct = """
    /// The sum of the products of `count` pairs of numbers.
    @inline(__always)
    static func product§(_ a: Floats, _ b: Floats, count: Int) -> Float {
      var sums = Vector§()
      var i = 0
      while i &+ § <= count {
        sums = multiplyAdd(load§(a + i), load§(b + i), sums)
        i &+= §
      }
      var sum = sums.sum()
      while i < count {
        sum += a[i] * b[i]
        i &+= 1
      }
      return sum
    }
    """

  static let rowAddProduct = """
    /// y += a x, for `count` numbers.
    @inline(__always)
    static func addProduct§(_ a: Float, _ x: Floats, count: Int, to y: MutableFloats) {
      var i = 0
      while i &+ § <= count {
        store(multiplyAdd(Vector§(repeating: a), load§(x + i), load§(y + i)), y + i)
        i &+= §
      }
      while i < count {
        y[i] += a * x[i]
        i &+= 1
      }
    }
    """

  static let rowExp = """
    /// exp(y - top), in place; whole vectors are written, for which there is room.
    @inline(__always)
    static func exponentiate§(_ y: MutableFloats, count: Int, minus top: Float) {
      var i = 0
      while i < count {
        store(exp(load§(y + i) - top), y + i)
        i &+= §
      }
    }
    """
}
