/// Numbers as they are shown, without Foundation.
extension Int {
  /// Of bytes: `220.5 KiB`, `3.31 MiB`; one decimal below a MiB, two from there.
  var bytesText: String {
    let value = Double(self)
    if self < 1024 { return "\(self) B" }
    if value < 1_048_576 { return "\((value / 1024).fixed(1)) KiB" }
    if value < 1_073_741_824 { return "\((value / 1_048_576).fixed(2)) MiB" }
    return "\((value / 1_073_741_824).fixed(2)) GiB"
  }
}

extension Double {
  /// With this many decimals, rounded to the nearest; for numbers below 2^53 / 10^decimals.
  func fixed(_ decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
    let scaled = (magnitude * scale).rounded(.toNearestOrAwayFromZero)
    guard scaled < 9e15 else { return "\(self)" }
    let units = Int(scaled)
    let divisor = Int(scale)
    let sign = self < 0 && units > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(units)" }
    let fraction = String(units % divisor)
    return "\(sign)\(units / divisor).\(String(repeating: "0", count: decimals - fraction.count))\(fraction)"
  }
}
