import Testing

@testable import NNLayers

@Suite("random numbers")
struct RandomTests {
  /// The test vectors of the authors' C code as published with the Rust crate rand_xoshiro: xoshiro256** from state 1, 2, 3, 4 and SplitMix64
  /// from seed 1477776061723855037.
  @Test func publishedNumbers() {
    var random = Random(state: 1, 2, 3, 4)
    let expected: [UInt64] = [
      11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360, 607_988_272_756_665_600,
      16_172_922_978_634_559_625, 8_476_171_486_693_032_832, 10_595_114_339_597_558_777, 2_904_607_092_377_533_576,
    ]
    for number in expected { #expect(random.next() == number) }
    var state: UInt64 = 1_477_776_061_723_855_037
    let mixed: [UInt64] = [1_985_237_415_132_408_290, 2_979_275_885_539_914_483, 13_511_426_838_097_143_398]
    for number in mixed { #expect(Random.splitMix(&state) == number) }
  }

  /// Python 3's math.log, to two units in the last place.
  @Test(arguments: [
    (0.5, -0.6931471805599453), (0.1, -2.3025850929940455), (0.9, -0.10536051565782628), (1e-300, -690.7755278982137),
    (0.7071, -0.346583180371942), (0.99999, -1.0000050000287824e-05),
  ])
  func logarithm(_ x: Double, _ expected: Double) {
    #expect(abs(Random.logarithm(x) - expected) <= 2 * expected.magnitude.ulp)
  }

  @Test func momentsOfTheDistributions() {
    var random = Random(seed: 7, .check)
    let count = 50_000
    let normal = (0..<count).map { _ in random.normal() }
    let mean = normal.reduce(0, +) / Double(count)
    let variance = normal.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    // Five standard errors: 1/sqrt(n) of the mean, sqrt(2/n) of the variance.
    #expect(abs(mean) < 0.0224)
    #expect(abs(variance - 1) < 0.0317)
    // P(|x| < 1) = 0.682689, with standard error sqrt(p (1 - p) / n) = 0.00208.
    #expect(abs(Double(normal.count { abs($0) < 1 }) / Double(count) - 0.682689) < 0.0104)
    let unit = (0..<count).map { _ in random.unit() }
    #expect(unit.allSatisfy { (0..<1).contains($0) })
    #expect(abs(unit.reduce(0, +) / Double(count) - 0.5) < 5 * 0.2887 / Double(count).squareRoot())
  }

  @Test func boundedNumbersAreEven() {
    var random = Random(seed: 1, .check)
    var counts = [Int](repeating: 0, count: 6)
    for _ in 0..<60_000 { counts[random.below(6)] += 1 }
    // Five standard errors of a binomial with p = 1/6: 5 sqrt(60,000 · 5/36) = 456.
    for count in counts { #expect(abs(count - 10_000) < 456) }
    #expect(random.below(1) == 0)
    #expect(random.below(0) == 0)
    for _ in 0..<100 { #expect(random.below(Int.max) >= 0) }
  }

  @Test func shufflesKeepEverything() {
    var random = Random(seed: 5, .shuffle, 3)
    var numbers = Array(0..<1000)
    random.shuffle(&numbers)
    #expect(numbers != Array(0..<1000))
    #expect(numbers.sorted() == Array(0..<1000))
    var empty: [Int] = []
    random.shuffle(&empty)
    #expect(empty.isEmpty)
  }

  @Test func streamsDiffer() {
    var seeds: Set<UInt64> = []
    for purpose in Random.Purpose.allCases {
      for index in 0..<400 as Range<UInt64> { seeds.insert(Random.stream(seed: 7, purpose, index / 20, index % 20)) }
    }
    #expect(seeds.count == Random.Purpose.allCases.count * 400)
    #expect(Random(seed: 7, .shuffle, 1) == Random(seed: 7, .shuffle, 1))
    #expect(Random(seed: 7, .shuffle, 1) != Random(seed: 8, .shuffle, 1))
  }
}
