/// An exact rational number; every operation is nil where the result does not fit.
struct Fraction: Equatable, Sendable {
  let numerator: Int
  /// Positive, without a common factor with the numerator.
  let denominator: Int

  init(_ whole: Int) {
    numerator = whole
    denominator = 1
  }

  init?(_ numerator: Int, over denominator: Int) {
    guard denominator != 0, numerator != .min, denominator != .min else { return nil }
    let divisor = Fraction.commonDivisor(abs(numerator), abs(denominator))
    self.numerator = (denominator < 0 ? -numerator : numerator) / divisor
    self.denominator = abs(denominator) / divisor
  }

  /// A number as written, `12`, `0.25` or `1e-3`; nil where it has more digits than fit.
  init?(literal text: String) {
    var mantissa = 0
    var exponent = 0
    var isNegative = false
    var inFraction = false
    var bytes = Array(text.utf8)[...]
    if bytes.first == UInt8(ascii: "-") {
      isNegative = true
      bytes.removeFirst()
    }
    while let byte = bytes.first, byte != UInt8(ascii: "e"), byte != UInt8(ascii: "E") {
      bytes.removeFirst()
      if byte == UInt8(ascii: ".") {
        inFraction = true
        continue
      }
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      let (shifted, overflow) = mantissa.multipliedReportingOverflow(by: 10)
      let (sum, carry) = shifted.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      guard !overflow, !carry else { return nil }
      mantissa = sum
      if inFraction { exponent -= 1 }
    }
    if !bytes.isEmpty {
      guard let written = Int(String(decoding: bytes.dropFirst(), as: UTF8.self)), written.magnitude < 100 else { return nil }
      exponent += written
    }
    guard let scale = Fraction.powerOfTen(abs(exponent)) else { return nil }
    let signed = Fraction(isNegative ? -mantissa : mantissa)
    guard let value = exponent < 0 ? signed.divided(by: Fraction(scale)) : signed.times(Fraction(scale)) else { return nil }
    self = value
  }

  var whole: Int? { denominator == 1 ? numerator : nil }
  var value: Double { Double(numerator) / Double(denominator) }

  func plus(_ other: Fraction) -> Fraction? { combined(other, Int.addingReportingOverflow) }
  func minus(_ other: Fraction) -> Fraction? { combined(other, Int.subtractingReportingOverflow) }

  func times(_ other: Fraction) -> Fraction? {
    let (top, overflow) = numerator.multipliedReportingOverflow(by: other.numerator)
    let (bottom, carry) = denominator.multipliedReportingOverflow(by: other.denominator)
    return overflow || carry ? nil : Fraction(top, over: bottom)
  }

  func divided(by other: Fraction) -> Fraction? {
    guard let inverse = Fraction(other.denominator, over: other.numerator) else { return nil }
    return times(inverse)
  }

  private func combined(_ other: Fraction, _ operation: (Int) -> (Int) -> (partialValue: Int, overflow: Bool)) -> Fraction? {
    let (left, first) = numerator.multipliedReportingOverflow(by: other.denominator)
    let (right, second) = other.numerator.multipliedReportingOverflow(by: denominator)
    let (bottom, third) = denominator.multipliedReportingOverflow(by: other.denominator)
    let (top, fourth) = operation(left)(right)
    return first || second || third || fourth ? nil : Fraction(top, over: bottom)
  }

  private static func commonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return max(a, 1)
  }

  private static func powerOfTen(_ exponent: Int) -> Int? {
    guard exponent <= 18 else { return nil }
    return (0..<exponent).reduce(1) { power, _ in power * 10 }
  }
}
