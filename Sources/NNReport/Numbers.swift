/// A number with this many places behind the point: `0.8430`. Not a number and the infinities are spelt out.
public func fixed(_ x: Double, _ places: Int) -> String {
  guard x.isFinite else { return x.isNaN ? "nan" : x < 0 ? "-inf" : "inf" }
  let scale = powerOfTen(places)
  let scaled = (x.magnitude * scale).rounded()
  guard scaled < 9e15 else { return x.description }
  let digits = String(Int(scaled))
  let sign = x < 0 && scaled > 0 ? "-" : ""
  guard places > 0 else { return sign + digits }
  let filled = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
  return sign + filled.dropLast(places) + "." + filled.suffix(places)
}

/// A number with this many digits that count, without zeros at the end: `0.0018`, `1e-5`, `1200`.
public func significant(_ x: Double, _ digits: Int) -> String {
  guard x.isFinite, x != 0 else { return x == 0 ? "0" : fixed(x, 0) }
  // Of subnormal numbers the powers of ten would overflow.
  guard x.magnitude >= 1e-300 else { return x.description }
  var exponent = decimalExponent(x.magnitude)
  // What is rounded up to a power of ten has one digit more before the point: 0.9996 and 3 digits is 1.
  let unit = powerOfTen(digits - 1)
  if (x.magnitude / powerOfTen(exponent) * unit).rounded() >= 10 * unit { exponent += 1 }
  guard (-4...6).contains(exponent) else {
    return withoutEndZeros(fixed(x / powerOfTen(exponent), digits - 1)) + "e" + String(exponent)
  }
  return withoutEndZeros(fixed(x, max(0, digits - 1 - exponent)))
}

/// `12,345`
public func grouped(_ n: Int) -> String {
  let digits = String(n.magnitude)
  var result = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { result += "," }
    result.append(digit)
  }
  return (n < 0 ? "-" : "") + result
}

/// `4.2 ms`, `4.2 s`, `3 min 05 s`, `1 h 02 min`
public func duration(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 1e9 else { return "?" }
  guard seconds >= 0.1 else { return fixed(max(0, seconds) * 1000, seconds < 0.00995 ? 2 : 1) + " ms" }
  guard seconds >= 59.95 else { return fixed(max(0, seconds), seconds < 9.95 ? 2 : 1) + " s" }
  let whole = Int(seconds.rounded())
  func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
  return whole < 3600 ? "\(whole / 60) min \(two(whole % 60)) s" : "\(whole / 3600) h \(two(whole % 3600 / 60)) min"
}

func powerOfTen(_ exponent: Int) -> Double {
  var result = 1.0
  for _ in 0..<exponent.magnitude { result *= 10 }
  return exponent < 0 ? 1 / result : result
}

/// The exponent of the first digit: 0 for 1 to 9, -1 for 0.1 to 0.9.
func decimalExponent(_ x: Double) -> Int {
  var exponent = 0
  var value = x
  while value >= 10 {
    value /= 10
    exponent += 1
  }
  while value < 1 {
    value *= 10
    exponent -= 1
  }
  return exponent
}

private func withoutEndZeros(_ text: String) -> String {
  guard text.contains(".") else { return text }
  var result = Substring(text)
  while result.hasSuffix("0") { result.removeLast() }
  return String(result.hasSuffix(".") ? result.dropLast() : result)
}
