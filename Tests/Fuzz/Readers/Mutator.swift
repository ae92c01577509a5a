/// Damages inputs in the ways that files are damaged, and in those that readers stumble over. The same seed gives the same inputs.
public struct Mutator {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  /// SplitMix64 (Steele, Lea, Flood 2014).
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  private mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

  /// Numbers that lengths and counts are compared with.
  private static let edges: [[UInt8]] = [
    [0], [1], [0x7F], [0x80], [0xFF], [0xFF, 0xFF], [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F],
    [0x7F, 0xFF, 0xFF, 0xFF],
    [UInt8](repeating: 0xFF, count: 8), [UInt8](repeating: 0xFF, count: 7) + [0x7F], Array("-1".utf8), Array("1e999".utf8),
    Array("nan".utf8),
    Array("9223372036854775807".utf8), Array("99999999999999999999".utf8), [0xC3], [0xF0, 0x9F], Array("\"".utf8), Array("\r\n".utf8), [0],
  ]

  /// One to four damages of `bytes`; `other` is a second input to take pieces from.
  public mutating func damaged(_ bytes: [UInt8], with other: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<(1 + below(4)) {
      guard !bytes.isEmpty else { return other }
      let place = below(bytes.count)
      let end = min(bytes.count, place + 1 + below(bytes.count / 4 + 2))
      switch below(8) {
      case 0: bytes.removeSubrange(place...)
      case 1: bytes.removeSubrange(place..<end)
      case 2: bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count))
      case 3: bytes[place] = UInt8(truncatingIfNeeded: next())
      case 4: bytes[place] ^= 1 << UInt8(below(8))
      case 5:
        let edge = Mutator.edges[below(Mutator.edges.count)]
        bytes.replaceSubrange(place..<min(bytes.count, place + edge.count), with: edge)
      case 6: bytes.insert(contentsOf: Mutator.edges[below(Mutator.edges.count)], at: place)
      default:
        let start = below(other.count)
        bytes.replaceSubrange(place..<end, with: other[start..<min(other.count, start + 64)])
      }
    }
    return bytes
  }
}
