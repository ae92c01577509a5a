/// One axis of a chart: a range of values with round ticks.
struct Axis {
  let low: Double
  let high: Double
  let ticks: [Double]
  /// Equal factors are equal distances.
  let isLogarithmic: Bool

  /// Ticks at 1, 2 or 5 times a power of ten, about `count` of them, and a range that ends on ticks.
  /// `whole`: no tick between whole numbers. `tight`: the range ends where the values end.
  static func linear(_ values: [Double], count: Int = 5, whole: Bool = false, tight: Bool = false) -> Axis {
    // Differences and powers of ten beyond these are no numbers any more.
    var low = max(values.min() ?? 0, -1e300)
    var high = min(values.max() ?? 1, 1e300)
    if high - low <= max(abs(high) * 1e-9, 1e-300) {
      (low, high) = whole ? (low - 1, high + 1) : (low - max(abs(low) * 0.1, 1e-3), high + max(abs(high) * 0.1, 1e-3))
    }
    var step = roundStep((high - low) / Double(max(1, count)))
    if whole { step = max(1, step) }
    let first = (low / step).rounded(tight ? .up : .down)
    let last = (high / step).rounded(tight ? .down : .up)
    let ticks = last >= first ? (0...Int(min(last - first, 100))).map { (first + Double($0)) * step } : []
    return tight
      ? Axis(low: low, high: high, ticks: ticks, isLogarithmic: false)
      : Axis(low: first * step, high: last * step, ticks: ticks, isLogarithmic: false)
  }

  /// Ticks at powers of ten, with 2 and 5 in between where there is room; all values above 0.
  static func logarithmic(_ values: [Double]) -> Axis {
    let first = decimalExponent(values.min() ?? 0.1)
    let last = max(first + 1, decimalExponent(values.max() ?? 1) + 1)
    let stride = max(1, (last - first) / 6)
    let ticks = Swift.stride(from: first, through: last, by: stride).map(powerOfTen)
    return Axis(low: powerOfTen(first), high: powerOfTen(last), ticks: ticks, isLogarithmic: true)
  }

  /// Of a loss or a metric: logarithmic where the values span more than two powers of ten; a share ends at 1.
  static func measured(_ values: [Double], isShare: Bool) -> Axis {
    guard !isShare, let low = values.min(), let high = values.max(), low > 1e-300, high / low > 100 else {
      let axis = Axis.linear(values)
      guard isShare, axis.high > 1 || axis.low < 0 else { return axis }
      let ticks = axis.ticks.filter { (0...1.000001).contains($0) }
      return Axis(low: max(0, axis.low), high: min(1, axis.high), ticks: ticks, isLogarithmic: false)
    }
    return .logarithmic(values)
  }

  /// 0 at the low end, 1 at the high end.
  func position(_ value: Double) -> Double {
    isLogarithmic ? (log2(value) - log2(low)) / (log2(high) - log2(low)) : (value - low) / (high - low)
  }

  private static func roundStep(_ rough: Double) -> Double {
    let power = powerOfTen(decimalExponent(rough))
    let factor = rough / power
    return (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10) * power
  }
}

/// The logarithm to base 2 of a positive number, exact enough to place a dot: this module imports nothing.
func log2(_ x: Double) -> Double {
  guard x > 0, x.isFinite else { return x > 0 ? .infinity : -.infinity }
  // log2(m) by the series of artanh, m in 1..<2: 2/ln 2 (t + t^3/3 + …) with t = (m - 1)/(m + 1) <= 1/3.
  let t = (x.significand - 1) / (x.significand + 1)
  var power = t
  var sum = 0.0
  for k in stride(from: 1.0, through: 21, by: 2) {
    sum += power / k
    power *= t * t
  }
  return Double(x.exponent) + sum * 2.8853900817779268
}
