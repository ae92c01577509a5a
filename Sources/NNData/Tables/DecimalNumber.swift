/// Reads decimal numbers from bytes, correctly rounded to `Float`.
enum DecimalNumber {
  enum Outcome {
    /// The value, and the first byte behind it.
    case number(Float, end: UnsafePointer<UInt8>)
    /// Larger than a `Float` can be.
    case tooLarge(end: UnsafePointer<UInt8>)
    case notANumber
  }

  /// 10^0 ... 10^22, the powers of ten that a `Double` holds exactly.
  private static let powers: [Double] = (0...22).map { power in (0..<power).reduce(1.0) { product, _ in product * 10 } }

  /// `[+-] digits [. digits] [e [+-] digits]`, with at least one digit before or behind the point; no blanks, no `nan`, no `inf`.
  ///
  /// Up to 2^53 and within 10^±22 one exact division or multiplication gives the `Double` nearest to the number (Clinger 1990).
  /// Rounding that once more to `Float` can only go wrong where it lies exactly between two of them; those few, and all
  /// others, take the standard library's parser.
  @inline(__always)
  static func parse(_ start: UnsafePointer<UInt8>, _ limit: UnsafePointer<UInt8>) -> Outcome {
    var p = start
    let isNegative = skipSign(&p, limit)
    var mantissa: UInt64 = 0
    let digits = p
    while p < limit, p.pointee &- 48 < 10 {
      mantissa = mantissa &* 10 &+ UInt64(p.pointee &- 48)
      p += 1
    }
    var count = p - digits
    var exponent = 0
    if p < limit, p.pointee == UInt8(ascii: ".") {
      p += 1
      let fraction = p
      while p < limit, p.pointee &- 48 < 10 {
        mantissa = mantissa &* 10 &+ UInt64(p.pointee &- 48)
        p += 1
      }
      exponent = fraction - p
      count -= exponent
    }
    guard count > 0 else { return .notANumber }
    if p < limit, p.pointee | 0x20 == UInt8(ascii: "e") {
      guard let (power, end) = readExponent(p + 1, limit) else { return .notANumber }
      exponent += power
      p = end
    }
    // Nineteen digits cannot overflow 64 bits.
    if count <= 19, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 {
      let power = powers[exponent < 0 ? -exponent : exponent]
      let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
      let isBetweenFloats = value.bitPattern & 0x1FFF_FFFF == 0x1000_0000
      if !isBetweenFloats, value <= 1e38, value >= 1e-37 || mantissa == 0 {
        return .number(Float(isNegative ? -value : value), end: p)
      }
    }
    return parseSlowly(start, p)
  }

  /// Passes over a sign, where there is one.
  /// - Returns: it is a minus.
  @inline(__always)
  private static func skipSign(_ p: inout UnsafePointer<UInt8>, _ limit: UnsafePointer<UInt8>) -> Bool {
    guard p < limit, p.pointee == UInt8(ascii: "-") || p.pointee == UInt8(ascii: "+") else {
      return false
    }
    defer { p += 1 }
    return p.pointee == UInt8(ascii: "-")
  }

  /// At most 6 digits count; more are more than enough for 0 or too large.
  private static func readExponent(_ start: UnsafePointer<UInt8>, _ limit: UnsafePointer<UInt8>) -> (Int, UnsafePointer<UInt8>)? {
    var p = start
    let isNegative = skipSign(&p, limit)
    let digits = p
    var power = 0
    while p < limit, p.pointee &- 48 < 10 {
      if power < 100_000 { power = power * 10 + Int(p.pointee &- 48) }
      p += 1
    }
    guard p > digits else { return nil }
    return (isNegative ? -power : power, p)
  }

  private static func parseSlowly(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Outcome {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self)
    guard let value = Float(text) else { return .notANumber }
    return value.isFinite ? .number(value, end: end) : .tooLarge(end: end)
  }
}
