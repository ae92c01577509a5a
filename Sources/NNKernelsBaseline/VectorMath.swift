import NNKernelTypes

// Elementary functions on a vector, at most 2 ulp from the true value where it is a normal number (the tests sweep them against `Double`).
// Range reductions and polynomials: S. Moshier, Cephes Math Library, single precision (expf, logf, tanhf, ndtrf).

/// Adding it rounds a number below 2^22 to a whole one, which is left in the low bits of the mantissa.
@_transparent var rounder: Float { 12_582_912 }

/// e^x; 0 below -87.3, infinity above 88.72.
@_transparent func exp(_ x: V) -> V {
  let low = V(repeating: -100).with(x, where: x .> -100)
  let clamped = V(repeating: 100).with(low, where: low .< 100)
  let shifted = fma(V(repeating: rounder), clamped, 1.4426950408889634)
  let n = shifted - rounder
  let r = expRemainder(clamped, n)
  let y = fma(V(repeating: 1), reducedExp(r), r)
  let scaled = scale(y, unsafeBitCast(shifted, to: VI.self) &- 0x4B40_0000)
  let positive = scaled.with(0, where: x .< -87.336544)
  let value = positive.with(Float.infinity, where: x .> 88.72283)
  return value.with(x, where: x .!= x)
}

/// x - n ln 2, in two steps: n times the first constant is exact.
@_transparent func expRemainder(_ x: V, _ n: V) -> V {
  fma(fma(x, n, -0.693359375), n, 2.12194440e-4)
}

/// (e^r - 1) / r for |r| <= ln 2 / 2.
@_transparent func reducedExp(_ r: V) -> V {
  var p = fma(V(repeating: 1.3981999507e-3), r, 1.9875691500e-4)
  p = fma(V(repeating: 8.3334519073e-3), p, r)
  p = fma(V(repeating: 4.1665795894e-2), p, r)
  p = fma(V(repeating: 1.6666665459e-1), p, r)
  p = fma(V(repeating: 5.0000001201e-1), p, r)
  return fma(V(repeating: 1), p, r)
}

/// y 2^n for n in -145...145, as two factors so that 2^128 does not overflow before y < 1 meets it.
@_transparent func scale(_ y: V, _ n: VI) -> V {
  let half = n &>> 1
  let first = unsafeBitCast((half &+ 127) &<< 23, to: V.self)
  let second = unsafeBitCast((n &- half &+ 127) &<< 23, to: V.self)
  return (y * first) * second
}

/// e^x - 1 without cancellation near 0.
@_transparent func expm1(_ x: V) -> V {
  let r = expRemainder(x, V())
  let near = fma(r, (reducedExp(r) - 1), r)
  let isNear = vabs(x) .< 0.34
  return (exp(x) - 1).with(near, where: isNear)
}

/// Natural logarithm of x > 0 (a normal number); -infinity at 0, NaN below.
@_transparent func log(_ x: V) -> V {
  let bits = unsafeBitCast(x, to: VI.self)
  // The exponent that puts the mantissa into sqrt(1/2) ..< sqrt(2).
  let exponent = (bits &- 0x3F35_04F3) &>> 23
  let mantissa = unsafeBitCast(bits &- (exponent &<< 23), to: V.self)
  let e = toFloat(exponent)
  let f = mantissa - 1
  let z = f * f
  var p = fma(V(repeating: -1.1514610310e-1), f, 7.0376836292e-2)
  p = fma(V(repeating: 1.1676998740e-1), p, f)
  p = fma(V(repeating: -1.2420140846e-1), p, f)
  p = fma(V(repeating: 1.4249322787e-1), p, f)
  p = fma(V(repeating: -1.6668057665e-1), p, f)
  p = fma(V(repeating: 2.0000714765e-1), p, f)
  p = fma(V(repeating: -2.4999993993e-1), p, f)
  p = fma(V(repeating: 3.3333331174e-1), p, f)
  var y = (p * f) * z
  y = fma(y, e, -2.12194440e-4)
  y = fma(y, z, -0.5)
  let value = fma(f + y, e, 0.693359375)
  let positive = value.with(-Float.infinity, where: x .== 0)
  let known = positive.with(Float.infinity, where: x .== Float.infinity)
  return known.with(Float.nan, where: .!(x .>= 0))
}

/// Integers of at most 22 bits as floats.
@_transparent func toFloat(_ i: VI) -> V {
  unsafeBitCast(i &+ 0x4B40_0000, to: V.self) - rounder
}

/// log(1 + u) for u in 0...1, also where 1 + u rounds: log(t) u / (t - 1) with t = 1 + u (W. Kahan).
@_transparent func log1p(_ u: V) -> V {
  let t = u + 1
  let d = t - 1
  let corrected = log(t) * (u / d)
  return corrected.with(u, where: d .== 0)
}

@_transparent func tanh(_ x: V) -> V {
  let a = vabs(x)
  let z = x * x
  var p = fma(V(repeating: 2.06390887954e-2), z, -5.70498872745e-3)
  p = fma(V(repeating: -5.37397155531e-2), p, z)
  p = fma(V(repeating: 1.33314422036e-1), p, z)
  p = fma(V(repeating: -3.33332819422e-1), p, z)
  let near = fma(x, x * z, p)
  let far = withSign(1 - 2 / (exp(a + a) + 1), of: x)
  let value = far.with(near, where: a .< 0.625)
  return value.with(x, where: x .!= x)
}

/// 1 / (1 + e^-x)
@_transparent func sigmoid(_ x: V) -> V {
  // e^-|x| cannot overflow, and for x < 0 the quotient keeps its relative precision.
  let u = exp(-vabs(x))
  let upper = 1 / (1 + u)
  let value = upper.with(u * upper, where: x .< 0)
  return value.with(x, where: x .!= x)
}

/// max(x, 0) + log(1 + e^-|x|)
@_transparent func softplus(_ x: V) -> V {
  let positive = x.with(0, where: x .< 0)
  return positive + log1p(exp(-vabs(x)))
}

/// erf x for |x| <= 1.
@_transparent func erfNear(_ x: V) -> V {
  let z = x * x
  var p = fma(V(repeating: -8.010193625184903e-4), z, 7.853861353153693e-5)
  p = fma(V(repeating: 5.188327685732524e-3), p, z)
  p = fma(V(repeating: -2.685381193529856e-2), p, z)
  p = fma(V(repeating: 1.128358514861418e-1), p, z)
  p = fma(V(repeating: -3.761262582423300e-1), p, z)
  p = fma(V(repeating: 1.128379165726710), p, z)
  return x * p
}

/// erfc(a) e^(a²) for a >= 1.
@_transparent func erfcFar(_ a: V) -> V {
  let q = 1 / a
  let z = q * q
  var near = fma(V(repeating: -1.387039388740657e-1), z, 2.326819970068386e-2)
  near = fma(V(repeating: 3.687424674597105e-1), near, z)
  near = fma(V(repeating: -5.824733027278666e-1), near, z)
  near = fma(V(repeating: 6.210004621745983e-1), near, z)
  near = fma(V(repeating: -4.944515323274145e-1), near, z)
  near = fma(V(repeating: 3.404879937665872e-1), near, z)
  near = fma(V(repeating: -2.741127028184656e-1), near, z)
  near = fma(V(repeating: 5.638259427386472e-1), near, z)
  var far = fma(V(repeating: 1.297719955372516e1), z, -1.047766399936249e1)
  far = fma(V(repeating: -7.495518717768503), far, z)
  far = fma(V(repeating: 2.921019019210786), far, z)
  far = fma(V(repeating: -1.015265279202700), far, z)
  far = fma(V(repeating: 4.218463358204948e-1), far, z)
  far = fma(V(repeating: -2.820767439740514e-1), far, z)
  far = fma(V(repeating: 5.641895067754075e-1), far, z)
  return q * far.with(near, where: a .< 2)
}

/// e^(-x²/2), the square's rounding error taken into account: x = h + l with h of 12 bits, so that h² is exact.
@_transparent func bell(_ x: V) -> V {
  let h = unsafeBitCast(unsafeBitCast(x, to: VU.self) & 0xFFFF_F000, to: V.self)
  let l = x - h
  return exp(-0.5 * (h * h)) * exp(-0.5 * (l * (x + h)))
}

/// Φ(x) = erfc(-x / √2) / 2, the standard normal distribution.
@_transparent func normal(_ x: V) -> V {
  let t = x * 0.7071067811865476
  let a = vabs(t)
  let tail = 0.5 * bell(x) * erfcFar(vmax(a, V(repeating: 1)))
  let far = tail.with(1 - tail, where: x .> 0)
  let near = fma(V(repeating: 0.5), erfNear(t), 0.5)
  let value = far.with(near, where: a .< 1)
  return value.with(x, where: x .!= x)
}
