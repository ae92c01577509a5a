import NNKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension KernelFunction {
  /// K(x, z) in double precision.
  ///
  /// - Parameters:
  ///   - product: x · z.
  ///   - distance: |x - z|².
  package func value(product: Double, distance: Double) -> Double {
    switch kind {
    case .linear: return product
    case .poly(let degree):
      let base = gamma * product + coef0
      return (0..<degree).reduce(1.0) { power, _ in power * base }
    case .rbf: return exp(-gamma * distance)
    case .sigmoid: return tanh(gamma * product + coef0)
    }
  }
}
