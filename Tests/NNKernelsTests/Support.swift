import NNKernels
import Testing

/// Kernels for every instruction set of this machine, on one and on two threads.
enum Machine {
  static let sets = InstructionSet.supported
  private static let all: [InstructionSet: [Kernels]] = {
    var all: [InstructionSet: [Kernels]] = [:]
    for set in sets {
      all[set] = [1, 2].compactMap { try? Kernels(threads: $0, cpu: set.rawValue) }
    }
    return all
  }()

  private static let exact: [InstructionSet: Kernels] = {
    var all: [InstructionSet: Kernels] = [:]
    for set in sets { all[set] = try? Kernels(threads: 1, cpu: set.rawValue, exact: true) }
    return all
  }()

  /// Kernels without algorithms that trade accuracy for speed.
  static func exactKernels(_ set: InstructionSet) throws -> Kernels { try #require(exact[set]) }

  static func kernels(_ set: InstructionSet, threads: Int = 1) throws -> Kernels { try #require(all[set]?[threads - 1]) }
}

/// Numbers from a linear congruential generator (D. Knuth's MMIX constants), so that a failing case is the same in every run.
struct Numbers {
  private var state: UInt64

  init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 2_862_933_555_777_941_757 &+ 3_037_000_493 }

  /// In -1 ..< 1.
  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int32(truncatingIfNeeded: state >> 32)) / 2_147_483_648
  }

  mutating func array(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }

  mutating func below(_ bound: Int) -> Int { min(bound - 1, Int((next() + 1) / 2 * Float(bound))) }
}

/// An output buffer: filled with NaN before, so that an element that is not written shows, and with a margin behind it that must stay untouched.
func output(_ count: Int, _ body: (MutableFloats) -> Void) -> [Float] {
  var buffer = [Float](repeating: .nan, count: count + 64)
  for i in count..<count + 64 { buffer[i] = 12345 }
  buffer.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { body(base) } }
  #expect(buffer[count...].allSatisfy { $0 == 12345 }, "written beyond the end")
  return Array(buffer[..<count])
}

/// Scratch of exactly this size behind which nothing may be written.
func withScratch(_ count: Int, _ body: (MutableFloats) -> Void) { _ = output(count, body) }

/// The largest difference, relative to the largest expected number.
func error(_ found: [Float], _ expected: [Double]) -> Double {
  guard found.count == expected.count else { return .infinity }
  var difference = 0.0
  var size = 1e-30
  for (a, b) in zip(found, expected) {
    let d = abs(Double(a) - b)
    if d.isNaN { return .infinity }
    difference = max(difference, d)
    size = max(size, abs(b))
  }
  return difference / size
}

/// What sums of n single-precision products of random signs may be off by, relative to the largest: the unit roundoff 2^-24 grows as the square root
/// of n on average; four deviations and the last rounding.
func tolerance(terms n: Int) -> Double { 5.96e-8 * (4 * Double(n).squareRoot() + 2) }
