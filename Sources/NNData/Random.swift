/// SplitMix64 (Steele, Lea and Flood 2014): a counter and a mixing function, so that any draw can be addressed by the
/// numbers it belongs to (seed, epoch, example) and does not depend on the order in which threads reach it.
struct Random {
  private var state: UInt64

  /// A generator of its own for every combination of `parts`.
  init(seed: UInt64, _ parts: UInt64...) {
    state = Random.mixed(seed &+ 0x9E37_79B9_7F4A_7C15)
    for part in parts { state = Random.mixed(state ^ Random.mixed(part &+ 0xD1B5_4A32_D192_ED03)) }
  }

  @inline(__always)
  static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 64 random bits.
  @inline(__always)
  mutating func bits() -> UInt64 {
    state = state &+ 0x9E37_79B9_7F4A_7C15
    return Random.mixed(state)
  }

  /// Uniform in 0..<1.
  @inline(__always)
  mutating func unit() -> Double { Double(bits() >> 11) * 0x1p-53 }

  @inline(__always)
  mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

  /// Uniform in 0..<bound, without bias (Lemire 2019); `bound` is at least 1.
  mutating func below(_ bound: Int) -> Int {
    let range = UInt64(bound)
    var product = bits().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = bits().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// Close to normal with variance 1: the sum of four 16-bit numbers (Irwin and Hall). Cheap enough for every pixel; its tails
  /// end at 3.46.
  @inline(__always)
  mutating func noise() -> Float {
    let b = bits()
    let sum = (b & 0xFFFF) + ((b >> 16) & 0xFFFF) + ((b >> 32) & 0xFFFF) + (b >> 48)
    // Each term has mean 65535/2 and variance (2^32 - 1)/12.
    return (Float(sum) - 131_070) * 2.642_9e-5
  }

  /// Fisher and Yates.
  mutating func shuffle<T>(_ items: inout [T]) {
    guard items.count > 1 else { return }
    for i in stride(from: items.count - 1, to: 0, by: -1) { items.swapAt(i, below(i + 1)) }
  }
}
