import Testing

@testable import NNReport

@Suite struct NumberTests {
  @Test(arguments: [
    (0.843, 4, "0.8430"), (-0.00001, 2, "0.00"), (1.005, 0, "1"), (12.5, 1, "12.5"), (-3.14159, 3, "-3.142"), (0.07, 1, "0.1"),
    (Double.nan, 2, "nan"), (-Double.infinity, 2, "-inf"), (1e20, 2, "1e+20"),
  ])
  func placesBehindThePoint(_ x: Double, _ places: Int, _ text: String) {
    #expect(fixed(x, places) == text)
  }

  @Test(arguments: [
    (0.0018000000000000002, "0.0018"), (1e-5, "1e-5"), (1200.0, "1200"), (123_456_789.0, "1.235e8"), (-2.5, "-2.5"), (0.0, "0"),
    (Double.leastNonzeroMagnitude, "5e-324"), (1e308, "1e308"), (9.99996e-5, "0.0001"), (-9.99996e-6, "-1e-5"), (9999.96, "10000"),
    (9.99996e6, "1e7"), (0.99996, "1"),
  ])
  func digitsThatCount(_ x: Double, _ text: String) {
    #expect(significant(x, 4) == text)
  }

  @Test func thousandsAreGrouped() {
    #expect(grouped(272_474) == "272,474")
    #expect(grouped(-1000) == "-1,000")
    #expect(grouped(999) == "999")
    #expect(grouped(Int.min) == "-9,223,372,036,854,775,808")
  }

  @Test(arguments: [
    (0.0004, "0.40 ms"), (0.05, "50.0 ms"), (0.5, "0.50 s"), (12.34, "12.3 s"), (59.97, "1 min 00 s"), (185.0, "3 min 05 s"),
    (3725.0, "1 h 02 min"),
  ])
  func durations(_ seconds: Double, _ text: String) {
    #expect(duration(seconds) == text)
  }

  @Test func binaryLogarithm() {
    // log2(10) to 16 digits: 3.321928094887362.
    #expect((log2(10.0) - 3.321928094887362).magnitude < 1e-9)
    #expect(log2(8.0) == 3)
    #expect(log2(0) == -.infinity)
  }
}
