import NNKernelTypes

// tanh and sigmoid for gates: a quotient of two polynomials, without branches or exponentials. The error is at most 3e-7, absolute; `VectorMath` has
// functions that are exact to the last bits also where the result is tiny, at three times the cost.

/// x P(x²) / Q(x²) on -7.9 ... 7.9 (the minimax coefficients of Eigen's `ptanh`).
@_transparent func gateTanh(_ x: V) -> V {
  let low = x.with(-7.905311, where: x .< -7.905311)
  let v = low.with(7.905311, where: low .> 7.905311)
  let z = v * v
  var p = fma(V(repeating: 2.00018790482477e-13), z, -2.76076847742355e-16)
  p = fma(V(repeating: -8.60467152213735e-11), p, z)
  p = fma(V(repeating: 5.12229709037114e-08), p, z)
  p = fma(V(repeating: 1.48572235717979e-05), p, z)
  p = fma(V(repeating: 6.37261928875436e-04), p, z)
  p = fma(V(repeating: 4.89352455891786e-03), p, z)
  var q = fma(V(repeating: 1.18534705686654e-04), z, 1.19825839466702e-06)
  q = fma(V(repeating: 2.26843463243900e-03), q, z)
  q = fma(V(repeating: 4.89352518554385e-03), q, z)
  return v * p / q
}

/// (1 + tanh(x / 2)) / 2
@_transparent func gateSigmoid(_ x: V) -> V { fma(V(repeating: 0.5), gateTanh(x * 0.5), 0.5) }
