import Testing

@testable import NNData

@Suite struct DecimalNumbers {
  private func parse(_ text: String) -> Float? {
    var text = text
    return text.withUTF8 { bytes in
      guard let start = bytes.baseAddress else { return nil }
      guard case .number(let value, let end) = DecimalNumber.parse(start, start + bytes.count), end == start + bytes.count else {
        return nil
      }
      return value
    }
  }

  @Test(arguments: ["0", "-0", "1", "-1.5", "+2", ".5", "5.", "1e3", "1E-3", "2.5e+2", "123456789012345678901234567890", "0.1", "16777217"])
  func agreesWithTheStandardLibrary(_ text: String) { #expect(parse(text)?.bitPattern == Float(text)?.bitPattern) }

  @Test(arguments: ["", "-", ".", "e5", "1e", "1e+", "1.2.3", "0x10", "nan", "inf", "1_000", " 1", "1 ", "--1", "1,5"])
  func refuses(_ text: String) { #expect(parse(text) == nil) }

  /// The standard library rounds correctly (it parses with strtof's algorithm); this must give the same bits for random digits,
  /// for exact halves between two floats, and near the ends of the range.
  @Test func roundsCorrectly() {
    var random = Random(seed: 3)
    for _ in 0..<20_000 {
      let digits = String(random.bits() >> UInt64(random.below(60)))
      let text = "\(digits.prefix(digits.count / 2)).\(digits.suffix(digits.count - digits.count / 2))e\(random.below(90) - 50)"
      let expected = Float(text.hasPrefix(".") ? "0" + text : text)
      if expected?.isFinite == true { #expect(parse(text)?.bitPattern == expected?.bitPattern, "\(text)") }
      let exact = Double(Float(bitPattern: UInt32(random.below(0x7F7F_FFFF)))).nextUp
      #expect(parse("\(exact)") == Float("\(exact)"))
    }
    for n in 16_777_216..<16_777_300 { #expect(parse("\(n).000000001") == Float("\(n).000000001")) }
  }

  @Test func tooLargeIsKnown() {
    let text = Array("1e39".utf8)
    text.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress, case .tooLarge = DecimalNumber.parse(start, start + 4) else {
        Issue.record("1e39 is more than a Float holds")
        return
      }
    }
  }
}
