import NNKernels

/// Points in the order that a product reads, to be compared with others.
///
/// Of rbf the values are those of the kernel minus 1. A constant makes no difference to a machine, whose coefficients sum to 0.
struct KernelPoints {
  let function: KernelFunction
  let count: Int
  let features: Int
  /// `[width][count]`
  private let right: [Float]
  /// `[count]`
  private let bias: [Float]

  /// - Parameter x: `[count][features]`.
  init(_ function: KernelFunction, _ x: [Float], features: Int) {
    let count = x.count / max(1, features)
    var transposed = [Float](repeating: 0, count: x.count)
    for point in 0..<count {
      for feature in 0..<features { transposed[feature * count + point] = x[point * features + feature] }
    }
    var right = [Float](repeating: 0, count: function.width(features) * count)
    var bias = [Float](repeating: 0, count: count)
    right.withUnsafeMutableBufferPointer { right in
      bias.withUnsafeMutableBufferPointer { bias in
        guard let right = right.baseAddress, let bias = bias.baseAddress else { return }
        function.prepareRight(transposed, count: count, features: features, right: right, bias: bias)
      }
    }
    self.function = function
    self.count = count
    self.features = features
    self.right = right
    self.bias = bias
  }

  /// y `[rows][count]`: the kernel of x `[rows][features]` with every point, less `function.constant`.
  func values(_ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>, _ kernels: Kernels) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, rows * function.width(features))) { left in
      guard let left = left.baseAddress else { return }
      function.prepareLeft(x, rows: rows, features: features, left: left)
      kernels.kernelMatrix(function, rows: rows, count: count, features: features, left: left, right: right, bias: bias, y: y)
    }
  }
}
