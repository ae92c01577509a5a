import NNKernels

/// The memory of a pass through a machine, in offsets of multiples of 16: what depends on the weights alone, which inference prepares once, and after that
/// what rows are worked out in.
struct MachineRoom {
  /// Rows that are done together, few enough for their values to stay near the core.
  let rows: Int
  let features: Int
  let supports: Int
  let machines: Int
  private(set) var right = 0
  private(set) var bias = 0
  private(set) var offsets = 0
  /// What of it can be prepared.
  private(set) var preparedCount = 0
  private(set) var left = 0
  private(set) var values = 0
  private(set) var decisions = 0
  private(set) var shares = 0
  private(set) var count = 0

  init(batch: Int, features: Int, supports: Int, machines: Int, isTraining: Bool) {
    rows = max(1, min(batch, 64))
    (self.features, self.supports, self.machines) = (features, supports, machines)
    right = place((features + 1) * supports)
    bias = place(supports)
    offsets = place(machines)
    preparedCount = count
    left = place(rows * (features + 1))
    values = place(rows * supports)
    decisions = place(rows * machines)
    if isTraining { shares = place(rows * supports) }
  }

  private mutating func place(_ numbers: Int) -> Int {
    defer { count += (numbers + 15) / 16 * 16 }
    return count
  }
}

/// A pass through a machine, up to 64 rows at a time.
struct MachinePass {
  let function: KernelFunction
  let room: MachineRoom
  /// `[features][supports]`
  let supportVectors: UnsafePointer<Float>
  /// `[machines][supports]`
  let coefficients: UnsafePointer<Float>
  /// `[machines]`
  let intercepts: UnsafePointer<Float>
  /// The first part of the room, of this pass or of all passes.
  let prepared: UnsafeMutablePointer<Float>
  let scratch: UnsafeMutablePointer<Float>
  let kernels: Kernels

  /// - Parameter weights: in the order of `Svm.weights`.
  init(
    _ function: KernelFunction, _ room: MachineRoom, _ weights: [UnsafePointer<Float>], prepared: UnsafeMutablePointer<Float>? = nil,
    scratch: UnsafeMutablePointer<Float>, _ kernels: Kernels
  ) {
    (self.function, self.room, self.scratch, self.kernels) = (function, room, scratch, kernels)
    (supportVectors, coefficients, intercepts) = (weights[0], weights[1], weights[2])
    self.prepared = prepared ?? scratch
  }

  /// `[rows][machines]`
  var decisions: UnsafeMutablePointer<Float> { scratch + room.decisions }
  /// `[rows][supports]`
  var shares: UnsafeMutablePointer<Float> { scratch + room.shares }
  /// `[rows][supports]`
  private var values: UnsafeMutablePointer<Float> { scratch + room.values }

  /// Calls with the first of each few rows, and their number.
  func forEachBlock(of batch: Int, _ body: (_ start: Int, _ rows: Int) -> Void) {
    for start in stride(from: 0, to: batch, by: room.rows) { body(start, min(room.rows, batch - start)) }
  }

  /// The support vectors in the kernels' order, and the offsets of the decisions with the constant that the values leave out.
  func prepare() {
    function.prepareRight(
      supportVectors, count: room.supports, features: room.features, right: prepared + room.right, bias: prepared + room.bias)
    for machine in 0..<room.machines {
      let sum = (0..<room.supports).reduce(0.0) { $0 + Double(coefficients[machine * room.supports + $1]) }
      prepared[room.offsets + machine] = intercepts[machine] + function.constant * Float(sum)
    }
  }

  /// decisions = K(x, s) coefficientsᵀ + intercepts
  func decide(_ x: UnsafePointer<Float>, rows: Int) {
    fillValues(function, x, rows)
    kernels.gemm(
      m: rows, n: room.machines, k: room.supports, a: values, b: coefficients, transposeB: true, c: decisions,
      epilogue: Epilogue(bias: Floats(prepared + room.offsets)))
  }

  private func fillValues(_ function: KernelFunction, _ x: UnsafePointer<Float>, _ rows: Int) {
    function.prepareLeft(x, rows: rows, features: room.features, left: scratch + room.left)
    kernels.kernelMatrix(
      function, rows: rows, count: room.supports, features: room.features, left: scratch + room.left, right: prepared + room.right,
      bias: prepared + room.bias, y: values)
  }

  /// dx = sum over s of (sum over p of dd[p] coefficients[p, s]) dK(s, x) / dx, where `decisions` are dd.
  func differentiate(_ x: UnsafePointer<Float>, rows: Int, dx: UnsafeMutablePointer<Float>) {
    kernels.gemm(m: rows, n: room.supports, k: room.machines, a: decisions, b: coefficients, c: shares)
    multiplyBySlopes(x, rows)
    kernels.gemm(m: rows, n: room.features, k: room.supports, a: shares, b: supportVectors, transposeB: true, c: dx)
    guard function.kind == .rbf else { return }
    for row in 0..<rows {
      let sum = (0..<room.supports).reduce(Float(0)) { $0 + shares[row * room.supports + $1] }
      for feature in row * room.features..<(row + 1) * room.features { dx[feature] -= sum * x[feature] }
    }
  }

  /// shares *= what dK / dx is a multiple of: s, and of rbf s - x.
  private func multiplyBySlopes(_ x: UnsafePointer<Float>, _ rows: Int) {
    let gamma = Float(function.gamma)
    let all = 0..<rows * room.supports
    switch function.kind {
    case .linear: break
    case .poly(degree: 1):
      for index in all { shares[index] *= gamma }
    case .poly(let degree):
      fillValues(KernelFunction(.poly(degree: degree - 1), gamma: function.gamma, coef0: function.coef0), x, rows)
      for index in all { shares[index] *= gamma * Float(degree) * values[index] }
    case .rbf:
      fillValues(function, x, rows)
      for index in all { shares[index] *= 2 * gamma * (values[index] + 1) }
    case .sigmoid:
      fillValues(function, x, rows)
      for index in all { shares[index] *= gamma * (1 - values[index] * values[index]) }
    }
  }
}
