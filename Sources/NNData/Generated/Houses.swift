#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Stands in for the California housing table: 20,640 districts with the same columns and similar ranges.
///
/// The value of a house (in 100,000) is, before noise and between 0.15 and 5,
///
///     0.42 income + 0.008 age - 0.25 (occupants - 3) + 1.1 exp(-coast / 0.8) + 0.35 sin(latitude) - 0.1
///
/// where `coast` is the distance in degrees to the line longitude = -124 + 0.75 (42 - latitude). The noise is normal with a
/// quarter of the value plus 0.2 as its deviation: a network can explain most of it, and never all.
enum Houses {
  static let columns = [
    "MedInc", "HouseAge", "AveRooms", "AveBedrms", "Population", "AveOccup", "Latitude", "Longitude", "MedHouseVal",
  ]

  static let count = 20_640

  static func csv(rows: Int) -> [UInt8] {
    var random = Random(seed: 0, 0x40)
    var text = TableWriter(columns: columns)
    for _ in 0..<rows {
      let income = min(15, max(0.5, exp(1.27 + 0.45 * Double(random.noise()))))
      let age = Double(1 + random.below(52))
      let rooms = max(1, 3.6 + 0.45 * income + 0.9 * Double(random.noise()))
      let bedrooms = max(0.5, 0.2 * rooms + 0.08 * Double(random.noise()))
      let population = Double(Int(exp(7.0 + 0.7 * Double(random.noise()))))
      let occupants = max(1, 2.9 + 0.6 * Double(random.noise()))
      let latitude = random.unit() < 0.55 ? 34 + 0.6 * Double(random.noise()) : 37.9 + 0.9 * Double(random.noise())
      let coast = abs(1.2 * Double(random.noise()))
      let longitude = -124 + 0.75 * (42 - latitude) + coast
      let trend =
        0.42 * income + 0.008 * age - 0.25 * (occupants - 3) + 1.1 * exp(-coast / 0.8) + 0.35 * sin(latitude) - 0.1
      let value = min(5, max(0.15, trend + (0.25 * abs(trend) + 0.2) * Double(random.noise())))
      let inputs = [income, age, rooms, bedrooms, population, occupants, latitude, longitude].map { Float($0) }
      text.row(inputs, label: fixed(value))
    }
    return text.bytes
  }

  /// Three decimals, as in the real table.
  private static func fixed(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    let decimals = String(1000 + thousandths % 1000).dropFirst()
    return "\(thousandths / 1000).\(decimals)"
  }
}
