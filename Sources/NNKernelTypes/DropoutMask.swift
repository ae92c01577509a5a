/// Which elements a dropout keeps: a function of a seed and an element's index alone, so that the backward pass draws the same mask again and
/// no chunk depends on another.
///
/// The generator is a 32-bit integer hash in two keyed rounds (the multipliers are those of C. Wellons' `triple32` search for low bias).
public struct DropoutMask: Sendable, Hashable {
  public let key0: UInt32
  public let key1: UInt32
  /// Draws below this are dropped: probability x 2^32.
  public let threshold: UInt32
  /// 1 / (1 - probability), or 0 when everything is dropped.
  public let scale: Float

  /// - Parameter probability: of dropping, 0...1.
  public init(seed: UInt64, probability: Double) {
    // SplitMix64, so that seeds 1, 2, 3 … give unrelated keys.
    var z = seed &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    key0 = UInt32(truncatingIfNeeded: z)
    key1 = UInt32(truncatingIfNeeded: z >> 32)
    threshold = UInt32(max(0, min(4_294_967_295, (probability * 4_294_967_296).rounded())))
    scale = probability < 1 ? Float(1 / (1 - probability)) : 0
  }

  /// The draw for the element at `index` of the batch, uniform over all 32-bit numbers.
  @inlinable public func draw(_ index: Int) -> UInt32 {
    var h = UInt32(truncatingIfNeeded: index) ^ key0
    h = (h ^ (h >> 17)) &* 0xED5A_D4BB
    h = (h ^ (h >> 11)) &* 0xAC4C_1B51
    h = (h ^ (h >> 15)) &+ key1 &+ UInt32(truncatingIfNeeded: index >> 32)
    h = (h ^ (h >> 16)) &* 0x21F0_AAAD
    h = (h ^ (h >> 15)) &* 0x735A_2D97
    return h ^ (h >> 15)
  }

  /// Whether the element at `index` of the batch is kept; the kernels give it `scale` times its value.
  @inlinable public func keeps(_ index: Int) -> Bool { scale != 0 && draw(index) >= threshold }
}
