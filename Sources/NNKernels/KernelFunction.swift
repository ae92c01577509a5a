import NNKernelTypes

/// How alike two points are. Source: LIBSVM (Chang and Lin 2011), whose names these are.
public struct KernelFunction: Sendable, Equatable {
  /// The formula.
  public enum Kind: Sendable, Equatable {
    /// x · z
    case linear
    /// (gamma x · z + coef0)^degree
    case poly(degree: Int)
    /// exp(-gamma |x - z|²)
    case rbf
    /// tanh(gamma x · z + coef0)
    case sigmoid
  }

  /// Which of them.
  public var kind: Kind
  /// What products and distances are multiplied by; not used by `linear`.
  public var gamma: Double
  /// What is added to a product; used by `poly` and `sigmoid`.
  public var coef0: Double

  public init(_ kind: Kind, gamma: Double = 1, coef0: Double = 0) {
    self.kind = kind
    self.gamma = gamma
    self.coef0 = coef0
  }

  /// `gamma scale`: 1 / (features x variance of all numbers), and 1 where they do not vary.
  public static func scaleGamma(_ x: [Float], features: Int) -> Double {
    let count = Double(max(1, x.count))
    let mean = x.reduce(0.0) { $0 + Double($1) } / count
    let variance = x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
    return variance > 0 ? 1 / (Double(max(1, features)) * variance) : 1
  }

  /// Numbers per point in a product: those of rbf have their squares beside them, so that products, norms and exponential are one pass.
  public func width(_ features: Int) -> Int { kind == .rbf ? features + 1 : features }

  /// What `kernelMatrix` leaves out of every value: of rbf it gives exp(e) - 1, e = 2 gamma x · z - gamma |z|² - gamma |x|².
  public var constant: Float { kind == .rbf ? 1 : 0 }

  /// What a point on the left is multiplied by.
  private var factor: Double {
    switch kind {
    case .linear: 1
    case .rbf: 2 * gamma
    case .poly, .sigmoid: gamma
    }
  }

  fileprivate var activation: Activation {
    switch kind {
    case .linear, .poly: .linear
    case .rbf: Activation(.elu, alpha: 1)
    case .sigmoid: Activation(.tanh)
    }
  }

  /// left `[rows][width]` from x `[rows][features]`: scaled, of rbf with -gamma |x|² behind.
  public func prepareLeft(_ x: Floats, rows: Int, features: Int, left: MutableFloats) {
    let width = width(features)
    for row in 0..<rows {
      var square = 0.0
      for feature in 0..<features {
        let value = Double(x[row * features + feature])
        left[row * width + feature] = Float(factor * value)
        square += value * value
      }
      if kind == .rbf { left[row * width + features] = Float(-gamma * square) }
    }
  }

  /// right `[width][count]` and bias `[count]` from x `[features][count]`: of rbf a row of ones behind, and -gamma |z|² as bias.
  public func prepareRight(_ x: Floats, count: Int, features: Int, right: MutableFloats, bias: MutableFloats) {
    right.update(from: x, count: features * count)
    for point in 0..<count {
      guard kind == .rbf else {
        bias[point] = kind == .linear ? 0 : Float(coef0)
        continue
      }
      var square = 0.0
      for feature in 0..<features {
        let value = Double(x[feature * count + point])
        square += value * value
      }
      right[features * count + point] = 1
      bias[point] = Float(-gamma * square)
    }
  }
}

extension Kernels {
  /// y `[rows][count]` = the kernel of rows on the left with points on the right, as `prepareLeft` and `prepareRight` make them, less `constant`.
  public func kernelMatrix(
    _ function: KernelFunction, rows: Int, count: Int, features: Int, left: Floats, right: Floats, bias: Floats, y: MutableFloats
  ) {
    gemm(
      m: rows, n: count, k: function.width(features), a: left, b: right, c: y,
      epilogue: Epilogue(bias: bias, activation: function.activation))
    if case .poly(let degree) = function.kind { raise(y, count: rows * count, to: degree) }
  }

  /// y = y^degree, by squaring.
  private func raise(_ y: MutableFloats, count: Int, to degree: Int) {
    guard degree > 1 else { return }
    let base = MutableFloats.allocate(capacity: max(1, count))
    defer { base.deallocate() }
    base.update(from: y, count: count)
    for bit in (0..<Int.bitWidth - 1 - degree.leadingZeroBitCount).reversed() {
      multiply(count: count, a: y, b: y, y: y)
      if degree >> bit & 1 == 1 { multiply(count: count, a: y, b: base, y: y) }
    }
  }
}
