/// The generator of all that is drawn in an order: xoshiro256** (Blackman and Vigna 2018), seeded by SplitMix64. (What is drawn of data is addressed by
/// the number of its example, by a generator of `NNData`.)
///
/// Only integer arithmetic, multiplications, divisions and square roots, all exactly rounded: the same bits on every machine.
package struct Random: Sendable, Equatable, RandomNumberGenerator {
  private var s0: UInt64
  private var s1: UInt64
  private var s2: UInt64
  private var s3: UInt64

  /// What a stream of numbers is for: streams of one seed do not overlap in practice.
  package enum Purpose: UInt64, Sendable, CaseIterable {
    // The numbers decide which bits are drawn: those of runs that are to go on stay as they are.
    case weights = 1
    case shuffle = 2
    case dropout = 3
    case generator = 6
    case check = 7
  }

  package init(seed: UInt64) {
    var state = seed
    s0 = Random.splitMix(&state)
    s1 = Random.splitMix(&state)
    s2 = Random.splitMix(&state)
    s3 = Random.splitMix(&state)
  }

  /// A state of the generator itself, not all zero.
  init(state s0: UInt64, _ s1: UInt64, _ s2: UInt64, _ s3: UInt64) { (self.s0, self.s1, self.s2, self.s3) = (s0, s1, s2, s3) }

  /// The stream of a seed for a purpose, and of its parts (an epoch, a layer): independent of how many numbers others have drawn.
  package init(seed: UInt64, _ purpose: Purpose, _ indices: UInt64...) {
    self.init(seed: Random.mix(seed, purpose, indices))
  }

  /// The seed of such a stream, for generators that are functions of an index.
  package static func stream(seed: UInt64, _ purpose: Purpose, _ indices: UInt64...) -> UInt64 { mix(seed, purpose, indices) }

  private static func mix(_ seed: UInt64, _ purpose: Purpose, _ indices: [UInt64]) -> UInt64 {
    var state = seed
    var mixed = splitMix(&state)
    for value in [purpose.rawValue] + indices {
      state = mixed ^ value
      mixed = splitMix(&state)
    }
    return mixed
  }

  /// SplitMix64 (Steele, Lea and Flood 2014).
  static func splitMix(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  package mutating func next() -> UInt64 {
    let product = s1 &* 5
    let result = ((product << 7) | (product >> 57)) &* 9
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = (s3 << 45) | (s3 >> 19)
    return result
  }

  /// 0 ..< 1 in steps of 2^-53.
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// low ..< high, evenly.
  package mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

  /// 0 ..< bound without bias (Lemire 2019); 0 for a bound of 0.
  package mutating func below(_ bound: Int) -> Int {
    guard bound > 1 else { return 0 }
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let rejected = (0 &- range) % range
      while product.low < rejected { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// Mean 0, deviation 1: Marsaglia's polar method (1964).
  ///
  /// Only one of its two numbers is taken, so that the generator holds no more state than its four words.
  package mutating func normal() -> Double {
    while true {
      let (u, v) = (uniform(-1, 1), uniform(-1, 1))
      let s = u * u + v * v
      if s > 0, s < 1 { return u * (-2 * Random.logarithm(s) / s).squareRoot() }
    }
  }

  /// Fisher and Yates, from the end.
  package mutating func shuffle<Element>(_ elements: inout [Element]) {
    for last in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(last, below(last + 1)) }
  }

  /// The natural logarithm of 0 < x < 1 by additions, multiplications and divisions alone, since the last bit of a system's `log` may differ:
  /// x = m 2^e with m in sqrt(1/2) ..< sqrt(2), log m = 2 artanh((m - 1) / (m + 1)) by its series. Exact to about 1e-16.
  static func logarithm(_ x: Double) -> Double {
    var (exponent, m) = (Double(x.exponent), x.significand)
    if m > 2.0.squareRoot() {
      m /= 2
      exponent += 1
    }
    let z = (m - 1) / (m + 1)
    let square = z * z
    var sum = 0.0
    // z² < 0.0295: the terms after the eleventh are below 1e-17.
    for odd in stride(from: 23.0, through: 1, by: -2) { sum = sum * square + 1 / odd }
    return exponent * 0.693_147_180_559_945_309_4 + 2 * z * sum
  }
}
