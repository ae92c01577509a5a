#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Points in the plane that no straight line divides.
enum Points {
  /// 400 points around the corners of the unit square, with noise of deviation 0.15; the label is the exclusive or of the
  /// corner's coordinates.
  static func xor() -> [UInt8] {
    var random = Random(seed: 0, 0x0E)
    var text = TableWriter(columns: ["x1", "x2", "label"])
    for example in 0..<400 {
      let (a, b) = (example & 1, example >> 1 & 1)
      text.row([Float(a) + 0.15 * random.noise(), Float(b) + 0.15 * random.noise()], label: String(a ^ b))
    }
    return text.bytes
  }

  /// 400 points on two interleaved half circles, with noise of deviation 0.15 (the geometry of scikit-learn's `make_moons`).
  static func moons() -> [UInt8] {
    var random = Random(seed: 0, 0x0F)
    var text = TableWriter(columns: ["x1", "x2", "label"])
    for example in 0..<400 {
      let angle = random.uniform(0, .pi)
      let upper = example & 1 == 0
      let x = upper ? cos(angle) : 1 - cos(angle)
      let y = upper ? sin(angle) : 0.5 - sin(angle)
      text.row([Float(x) + 0.15 * random.noise(), Float(y) + 0.15 * random.noise()], label: upper ? "0" : "1")
    }
    return text.bytes
  }
}

/// Writes generated tables as text, so that they are read like any other.
struct TableWriter {
  private(set) var bytes: [UInt8]

  init(columns: [String]) { bytes = Array((columns.joined(separator: ",") + "\n").utf8) }

  /// Numbers with five decimals, then the label.
  mutating func row(_ numbers: [Float], label: String) {
    for number in numbers {
      append(number)
      bytes.append(UInt8(ascii: ","))
    }
    bytes.append(contentsOf: label.utf8)
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func append(_ number: Float) {
    let scaled = Int((Double(number) * 100_000).rounded())
    if scaled < 0 { bytes.append(UInt8(ascii: "-")) }
    let digits = Array(String(scaled.magnitude).utf8)
    let padded = [UInt8](repeating: UInt8(ascii: "0"), count: max(0, 6 - digits.count)) + digits
    bytes.append(contentsOf: padded.dropLast(5))
    bytes.append(UInt8(ascii: "."))
    bytes.append(contentsOf: padded.suffix(5))
  }
}
