import NNKernelTypes

/// Elementary functions on a vector, so that the emitted code needs no mathematics library.
enum MathFunction: Int, Hashable, CaseIterable {
  case scale2, exp, expm1, log1p, tanh, sigmoid, normal, magnitude

  func needs(_ lanes: Int) -> [Helper] {
    switch self {
    case .scale2, .magnitude: []
    case .exp: [.multiplyAdd(lanes), .mathematics(.scale2, lanes)]
    case .expm1: [.mathematics(.exp, lanes), .mathematics(.magnitude, lanes)]
    case .log1p: [.multiplyAdd(lanes)]
    case .tanh, .sigmoid: [.mathematics(.exp, lanes), .mathematics(.magnitude, lanes)]
    case .normal: [.mathematics(.exp, lanes), .mathematics(.magnitude, lanes), .larger(lanes)]
    }
  }

  /// Ranges and polynomials: S. Moshier, Cephes Mathematical Library, single precision. `§` stands for the width.
  var text: String {
    switch self {
    case .magnitude:
      """
      @inline(__always)
      static func magnitude(_ x: Vector§) -> Vector§ {
        unsafeBitCast(unsafeBitCast(x, to: SIMD§<UInt32>.self) & 0x7FFF_FFFF, to: Vector§.self)
      }
      """
    case .scale2:
      """
      /// y times 2 to the power n, for n from -145 to 145, in two factors so that neither leaves the range of numbers.
      @inline(__always)
      static func scaled(_ y: Vector§, byPowerOfTwo n: SIMD§<Int32>) -> Vector§ {
        let half = n &>> 1
        let first = unsafeBitCast((half &+ 127) &<< 23, to: Vector§.self)
        let second = unsafeBitCast((n &- half &+ 127) &<< 23, to: Vector§.self)
        return (y * first) * second
      }
      """
    case .exp: MathHelpers.exp
    case .expm1:
      """
      /// exp(x) - 1, without cancellation near 0.
      @inline(__always)
      static func expm1(_ x: Vector§) -> Vector§ {
        let near = multiplyAdd(x, reducedExp(x) - 1, x)
        return choose(near, exp(x) - 1, where: magnitude(x) .< 0.34)
      }
      """
    case .log1p: MathHelpers.log1p
    case .tanh: MathHelpers.tanh
    case .sigmoid:
      """
      /// 1 / (1 + exp(-x))
      @inline(__always)
      static func sigmoid(_ x: Vector§) -> Vector§ {
        // exp(-|x|) cannot overflow, and below 0 the quotient keeps its relative precision.
        let power = exp(0 - magnitude(x))
        let upper = 1 / (1 + power)
        return choose(power * upper, upper, where: x .< 0)
      }
      """
    case .normal: MathHelpers.normal
    }
  }
}

private enum MathHelpers {
  static let exp = """
    /// exp(x); 0 below -87.3, infinity above 88.72 (Cephes).
    @inline(__always)
    static func exp(_ x: Vector§) -> Vector§ {
      let low = choose(x, Vector§(repeating: -100), where: x .> -100)
      let clamped = choose(low, Vector§(repeating: 100), where: low .< 100)
      // Adding 1.5 · 2^23 rounds to a whole number, which is left in the low bits.
      let shifted = multiplyAdd(clamped, Vector§(repeating: 1.44269504), Vector§(repeating: 12_582_912))
      let n = shifted - 12_582_912
      let r = multiplyAdd(n, Vector§(repeating: 2.12194440e-4), multiplyAdd(n, Vector§(repeating: -0.693359375), clamped))
      let y = multiplyAdd(r, reducedExp(r), Vector§(repeating: 1))
      let power = scaled(y, byPowerOfTwo: unsafeBitCast(shifted, to: SIMD§<Int32>.self) &- 0x4B40_0000)
      let positive = choose(Vector§(), power, where: x .< -87.336544)
      return choose(Vector§(repeating: Float.infinity), positive, where: x .> 88.72283)
    }

    /// (exp(r) - 1) / r for |r| of at most half the logarithm of 2.
    @inline(__always)
    static func reducedExp(_ r: Vector§) -> Vector§ {
      var p = Vector§(repeating: 1.9875691500e-4)
      p = multiplyAdd(p, r, Vector§(repeating: 1.3981999507e-3))
      p = multiplyAdd(p, r, Vector§(repeating: 8.3334519073e-3))
      p = multiplyAdd(p, r, Vector§(repeating: 4.1665795894e-2))
      p = multiplyAdd(p, r, Vector§(repeating: 1.6666665459e-1))
      p = multiplyAdd(p, r, Vector§(repeating: 5.0000001201e-1))
      return multiplyAdd(p, r, Vector§(repeating: 1))
    }
    """

  static let log1p = """
    /// log(1 + u) for u from 0 to 1, also where 1 + u rounds (Kahan; the polynomial is that of Cephes).
    @inline(__always)
    static func log1p(_ u: Vector§) -> Vector§ {
      let t = u + 1
      let difference = t - 1
      let corrected = log(t) * (u / difference)
      return choose(u, corrected, where: difference .== 0)
    }

    /// The logarithm of numbers from 1 to 2.
    @inline(__always)
    static func log(_ x: Vector§) -> Vector§ {
      // In halves above the square root of 2.
      let isLarge = x .> 1.41421356
      let f = choose(x * 0.5, x, where: isLarge) - 1
      let z = f * f
      var p = Vector§(repeating: 7.0376836292e-2)
      p = multiplyAdd(p, f, Vector§(repeating: -1.1514610310e-1))
      p = multiplyAdd(p, f, Vector§(repeating: 1.1676998740e-1))
      p = multiplyAdd(p, f, Vector§(repeating: -1.2420140846e-1))
      p = multiplyAdd(p, f, Vector§(repeating: 1.4249322787e-1))
      p = multiplyAdd(p, f, Vector§(repeating: -1.6668057665e-1))
      p = multiplyAdd(p, f, Vector§(repeating: 2.0000714765e-1))
      p = multiplyAdd(p, f, Vector§(repeating: -2.4999993993e-1))
      p = multiplyAdd(p, f, Vector§(repeating: 3.3333331174e-1))
      let y = f + multiplyAdd(z, Vector§(repeating: -0.5), p * f * z)
      return choose(y + 0.693147181, y, where: isLarge)
    }
    """

  static let tanh = """
    /// The hyperbolic tangent (Cephes).
    @inline(__always)
    static func tanh(_ x: Vector§) -> Vector§ {
      let z = x * x
      var p = Vector§(repeating: -5.70498872745e-3)
      p = multiplyAdd(p, z, Vector§(repeating: 2.06390887954e-2))
      p = multiplyAdd(p, z, Vector§(repeating: -5.37397155531e-2))
      p = multiplyAdd(p, z, Vector§(repeating: 1.33314422036e-1))
      p = multiplyAdd(p, z, Vector§(repeating: -3.33332819422e-1))
      let near = multiplyAdd(p, x * z, x)
      let size = magnitude(x)
      let far = 1 - 2 / (exp(size + size) + 1)
      let signed = choose(0 - far, far, where: x .< 0)
      return choose(near, signed, where: size .< 0.625)
    }
    """

  static let normal = """
    /// The standard normal distribution function.
    @inline(__always)
    static func normal(_ x: Vector§) -> Vector§ {
      let t = x * 0.707106781
      let size = magnitude(t)
      let tail = 0.5 * bell(x) * scaledComplement(larger(size, Vector§(repeating: 1)))
      let far = choose(1 - tail, tail, where: x .> 0)
      let near = multiplyAdd(errorFunction(t), Vector§(repeating: 0.5), Vector§(repeating: 0.5))
      return choose(near, far, where: size .< 1)
    }

    /// The error function for |x| up to 1.
    @inline(__always)
    static func errorFunction(_ x: Vector§) -> Vector§ {
      let z = x * x
      var p = Vector§(repeating: 7.853861353153693e-5)
      p = multiplyAdd(p, z, Vector§(repeating: -8.010193625184903e-4))
      p = multiplyAdd(p, z, Vector§(repeating: 5.188327685732524e-3))
      p = multiplyAdd(p, z, Vector§(repeating: -2.685381193529856e-2))
      p = multiplyAdd(p, z, Vector§(repeating: 1.128358514861418e-1))
      p = multiplyAdd(p, z, Vector§(repeating: -3.761262582423300e-1))
      p = multiplyAdd(p, z, Vector§(repeating: 1.128379165726710))
      return x * p
    }

    /// (1 - errorFunction(a)) exp(a²) for a of at least 1 (Cephes).
    @inline(__always)
    static func scaledComplement(_ a: Vector§) -> Vector§ {
      let q = 1 / a
      let z = q * q
      var near = Vector§(repeating: 2.326819970068386e-2)
      near = multiplyAdd(near, z, Vector§(repeating: -1.387039388740657e-1))
      near = multiplyAdd(near, z, Vector§(repeating: 3.687424674597105e-1))
      near = multiplyAdd(near, z, Vector§(repeating: -5.824733027278666e-1))
      near = multiplyAdd(near, z, Vector§(repeating: 6.210004621745983e-1))
      near = multiplyAdd(near, z, Vector§(repeating: -4.944515323274145e-1))
      near = multiplyAdd(near, z, Vector§(repeating: 3.404879937665872e-1))
      near = multiplyAdd(near, z, Vector§(repeating: -2.741127028184656e-1))
      near = multiplyAdd(near, z, Vector§(repeating: 5.638259427386472e-1))
      var far = Vector§(repeating: -1.047766399936249e1)
      far = multiplyAdd(far, z, Vector§(repeating: 1.297719955372516e1))
      far = multiplyAdd(far, z, Vector§(repeating: -7.495518717768503))
      far = multiplyAdd(far, z, Vector§(repeating: 2.921019019210786))
      far = multiplyAdd(far, z, Vector§(repeating: -1.015265279202700))
      far = multiplyAdd(far, z, Vector§(repeating: 4.218463358204948e-1))
      far = multiplyAdd(far, z, Vector§(repeating: -2.820767439740514e-1))
      far = multiplyAdd(far, z, Vector§(repeating: 5.641895067754075e-1))
      return q * choose(near, far, where: a .< 2)
    }

    /// exp(-x²/2), the square in two parts so that its rounding does not matter.
    @inline(__always)
    static func bell(_ x: Vector§) -> Vector§ {
      let high = unsafeBitCast(unsafeBitCast(x, to: SIMD§<UInt32>.self) & 0xFFFF_F000, to: Vector§.self)
      let low = x - high
      return exp(-0.5 * (high * high)) * exp(-0.5 * (low * (x + high)))
    }
    """
}
