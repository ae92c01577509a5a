import NNKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A support vector machine: for every two classes, or for each class against the rest, a weighted sum of the kernel with some of the points it was
/// trained on.
///
/// It is not trained by gradient descent: its weights come from the solver, which is why they are not known before. d[p] = intercept[p] + sum over s of
/// dual_coef[p, s] K(support_vectors[s], x). Of two classes it gives d and -d, of one machine per class their decisions, else how many machines
/// voted for each class. Source: Cortes and Vapnik 1995; the names, orders and defaults of sklearn.svm.SVC.
public struct Svm: Layer {
  public static let signature = Signature(
    "svm", "support vector machine, the last stage: solved exactly, not by gradient descent",
    positional: [Parameter("kernel", "how alike two examples are", .word(["linear", "poly", "rbf", "sigmoid"]))],
    named: [
      Parameter(
        "C", "the price of an example on the wrong side of its margin, above 0", .number(0...1e12, percent: false), default: .number(1)),
      Parameter(
        "gamma", "scale of the products or distances, above 0; `scale` is 1 / (inputs x variance of all numbers), `auto` is 1 / inputs",
        .number(0...1e12, percent: false), .word(["scale", "auto"]), default: .word("scale")),
      Parameter("degree", "of `poly`", .integer(1...64), default: .integer(3)),
      Parameter("coef0", "what `poly` and `sigmoid` add", .number(-1e12...1e12, percent: false), default: .number(0)),
      Parameter("classes", "how many there are; from the data where it is left out", .integer(2...4096), optional: true),
    ],
    flags: [
      Flag("ovo", "one machine for every two classes, each with a vote; this holds without a word too"),
      Flag("ovr", "one machine for each class against the rest"),
    ],
    takes: [.vector], example: .init("svm rbf C 10 gamma 0.5 classes 3", on: .vector(2), gives: .vector(3)))

  public enum Gamma: Sendable, Equatable {
    case value(Double)
    case scale
    case auto
  }

  public let kind: KernelFunction.Kind
  public let cost: Double
  public let gamma: Gamma
  public let coef0: Double
  public let classes: Int
  /// A machine for each class, instead of for every two.
  public let isAgainstRest: Bool
  /// 0 before it is trained.
  public let supports: Int

  public init(_ arguments: Arguments) throws(LayerProblem) {
    let kernel = try arguments.required("kernel", arguments.word("kernel"))
    let degree = arguments.integer("degree") ?? 3
    switch kernel {
    case "linear": kind = .linear
    case "poly": kind = .poly(degree: degree)
    case "sigmoid": kind = .sigmoid
    case _: kind = .rbf
    }
    cost = arguments.number("C") ?? 1
    guard cost > 0 else { throw .value(argument: "C", message: "`C` must be above 0: at 0 no example has a say") }
    coef0 = arguments.number("coef0") ?? 0
    if let value = arguments.number("gamma") {
      guard value > 0 else { throw .value(argument: "gamma", message: "`gamma` must be above 0: at 0 all examples are alike") }
      gamma = .value(value)
    } else {
      gamma = arguments.word("gamma") == "auto" ? .auto : .scale
    }
    classes = try arguments.required("classes", arguments.integer("classes"))
    isAgainstRest = arguments.has("ovr")
    guard !(isAgainstRest && arguments.has("ovo")) else {
      throw .value(argument: "ovo", message: "`ovo` and `ovr` exclude each other")
    }
    supports = 0
  }

  private init(_ other: Svm, supports: Int) {
    (kind, cost, gamma, coef0) = (other.kind, other.cost, other.gamma, other.coef0)
    (classes, isAgainstRest, self.supports) = (other.classes, other.isAgainstRest, supports)
  }

  /// The same machine, trained: with so many support vectors.
  public func with(supports: Int) -> Svm { Svm(self, supports: supports) }

  /// The machines, each by the class on its side above 0 and that on the other; nil for all others. In scikit-learn's order; of two classes against the
  /// rest the second is above 0.
  public var parts: [(positive: Int, negative: Int?)] {
    guard isAgainstRest else {
      return (0..<classes).flatMap { i in (i + 1..<classes).map { (positive: i, negative: $0) } }
    }
    return classes == 2 ? [(positive: 1, negative: nil)] : (0..<classes).map { (positive: $0, negative: nil) }
  }

  private var partCount: Int { !isAgainstRest ? classes * (classes - 1) / 2 : classes == 2 ? 1 : classes }

  public func output(for inputs: [Shape]) throws(LayerProblem) -> Shape {
    guard case .vector(let features) = inputs[0] else { throw .kind(needs: Self.signature.takes, input: inputs[0]) }
    _ = try product([features + 1, max(1, supports)], limit: Shape.largestCount)
    _ = try product([partCount, max(1, supports)], limit: Shape.largestCount)
    return .vector(classes)
  }

  /// scikit-learn's attributes under their names, but a row of coefficients for each machine. All of them are set by the solver.
  public func weights(for inputs: [Shape]) -> [WeightSpec] {
    guard supports > 0 else { return [] }
    let features = inputs[0].count
    let tensors = [
      WeightSpec("support_vectors", shape: [supports, features], order: [1, 0], role: .running(0)),
      WeightSpec("dual_coef", shape: [partCount, supports], role: .running(0)),
      WeightSpec("intercept", shape: [partCount], role: .running(0)),
    ]
    return kind == .linear ? tensors : tensors + [WeightSpec("gamma", shape: [1], role: .running(1))]
  }

  public func macs(for inputs: [Shape]) -> Int { supports * (inputs[0].count + partCount) }

  // MARK: Definition

  public func reference(_ call: ReferenceCall) -> [Double] {
    guard supports > 0 else { return [Double](repeating: 0, count: call.pass.batch * classes) }
    let features = call.inputs[0].count
    return (0..<call.pass.batch).flatMap { row in
      let x = call.x[0][row * features..<(row + 1) * features]
      let values = (0..<supports).map { support in
        value(
          zip(x, (0..<features).map { call.weights[0][$0 * supports + support] }), gamma: call.weights.count > 3 ? call.weights[3][0] : 1)
      }
      let decisions = (0..<partCount).map { part in
        values.indices.reduce(call.weights[2][part]) { $0 + call.weights[1][part * supports + $1] * values[$1] }
      }
      return outputs(decisions)
    }
  }

  /// K(x, z)
  private func value(_ pairs: some Sequence<(Double, Double)>, gamma: Double) -> Double {
    var (product, distance) = (0.0, 0.0)
    for (x, z) in pairs {
      product += x * z
      distance += (x - z) * (x - z)
    }
    switch kind {
    case .linear: return product
    case .poly(let degree):
      let base = gamma * product + coef0
      return (0..<degree).reduce(1.0) { power, _ in power * base }
    case .rbf: return exp(-gamma * distance)
    case .sigmoid: return tanh(gamma * product + coef0)
    }
  }

  /// What comes out for the decisions of the machines.
  private func outputs<Number: FloatingPoint>(_ decisions: [Number]) -> [Number] {
    if classes == 2 { return isAgainstRest ? [-decisions[0], decisions[0]] : [decisions[0], -decisions[0]] }
    if isAgainstRest { return decisions }
    var votes = [Number](repeating: 0, count: classes)
    for (part, decision) in zip(parts, decisions) { votes[decision > 0 ? part.positive : part.negative ?? part.positive] += 1 }
    return votes
  }

  // MARK: Passes

  /// Rows that are done together, few enough for their values to stay near the core.
  private func block(_ batch: Int) -> Int { max(1, min(batch, 64)) }

  /// Offsets of what depends on the weights alone, which inference prepares once, and of what a pass works in.
  private struct Room {
    var right = 0
    var bias = 0
    var offsets = 0
    /// What of it can be prepared; first.
    var preparedCount = 0
    var left = 0
    var values = 0
    var decisions = 0
    var shares = 0
    var count = 0
  }

  /// Offsets into the scratch, multiples of 16.
  private func room(_ features: Int, batch: Int, isTraining: Bool) -> Room {
    var room = Room()
    func place(_ numbers: Int) -> Int {
      defer { room.count += (numbers + 15) / 16 * 16 }
      return room.count
    }
    let rows = block(batch)
    room.right = place((features + 1) * supports)
    room.bias = place(supports)
    room.offsets = place(partCount)
    room.preparedCount = room.count
    room.left = place(rows * (features + 1))
    room.values = place(rows * supports)
    room.decisions = place(rows * partCount)
    if isTraining { room.shares = place(rows * supports) }
    return room
  }

  public func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    let room = room(inputs[0].count, batch: batch, isTraining: pass == .training)
    return LayerMemory(scratch: room.count, readsY: false, prepared: pass == .inference ? room.preparedCount : 0)
  }

  private func function(_ weights: [UnsafePointer<Float>]) -> KernelFunction {
    KernelFunction(kind, gamma: kind == .linear ? 1 : Double(weights[3][0]), coef0: coef0)
  }

  public func forward(_ call: ForwardCall) {
    let (batch, features) = (call.pass.batch, call.inputs[0].count)
    guard supports > 0 else { return call.kernels.fill(count: batch * classes, y: call.y) }
    let weights = call.weights.map { UnsafePointer($0) }
    let function = function(weights)
    let room = room(features, batch: batch, isTraining: call.pass.mode == .training)
    let prepared = call.preparedWeights
    let machines = prepared?.memory ?? call.scratch
    if prepared?.areNew ?? true { prepare(function, weights, features, machines, room) }
    for start in stride(from: 0, to: batch, by: block(batch)) {
      let rows = min(block(batch), batch - start)
      fillValues(function, call.x[0] + start * features, rows, features, machines, call.scratch, room, call.kernels)
      let decisions = call.scratch + room.decisions
      call.kernels.gemm(
        m: rows, n: partCount, k: supports, a: call.scratch + room.values, b: weights[1], transposeB: true, c: decisions,
        epilogue: Epilogue(bias: Floats(machines + room.offsets)))
      for row in 0..<rows {
        let own = outputs((0..<partCount).map { decisions[row * partCount + $0] })
        for (index, output) in own.enumerated() { call.y[(start + row) * classes + index] = output }
      }
    }
  }

  /// The support vectors in the kernels' order, and the offsets of the decisions with the constant that the values leave out.
  private func prepare(
    _ function: KernelFunction, _ weights: [UnsafePointer<Float>], _ features: Int, _ machines: UnsafeMutablePointer<Float>, _ room: Room
  ) {
    function.prepareRight(
      weights[0], count: supports, features: features, right: machines + room.right, bias: machines + room.bias)
    for part in 0..<partCount {
      let sum = (0..<supports).reduce(0.0) { $0 + Double(weights[1][part * supports + $1]) }
      machines[room.offsets + part] = weights[2][part] + function.constant * Float(sum)
    }
  }

  private func fillValues(
    _ function: KernelFunction, _ x: UnsafePointer<Float>, _ rows: Int, _ features: Int, _ machines: UnsafeMutablePointer<Float>,
    _ scratch: UnsafeMutablePointer<Float>, _ room: Room, _ kernels: Kernels
  ) {
    function.prepareLeft(x, rows: rows, features: features, left: scratch + room.left)
    kernels.kernelMatrix(
      function, rows: rows, count: supports, features: features, left: scratch + room.left, right: machines + room.right,
      bias: machines + room.bias, y: scratch + room.values)
  }

  /// dx = sum over s of (sum over p of dd[p] dual_coef[p, s]) dK(s, x) / dx. Votes have no slope.
  public func backward(_ call: BackwardCall) {
    let (batch, features) = (call.pass.batch, call.inputs[0].count)
    guard let dx = call.dx[0] else { return }
    guard supports > 0, classes == 2 || isAgainstRest else { return call.kernels.fill(count: batch * features, y: dx) }
    let function = function(call.weights)
    let room = room(features, batch: batch, isTraining: true)
    function.prepareRight(
      call.weights[0], count: supports, features: features, right: call.scratch + room.right, bias: call.scratch + room.bias)
    for start in stride(from: 0, to: batch, by: block(batch)) {
      let rows = min(block(batch), batch - start)
      let x = call.x[0] + start * features
      let decisions = call.scratch + room.decisions
      for row in 0..<rows {
        let dy = call.dy + (start + row) * classes
        if classes == 2 {
          decisions[row] = isAgainstRest ? dy[1] - dy[0] : dy[0] - dy[1]
        } else {
          for part in 0..<partCount { decisions[row * partCount + part] = dy[part] }
        }
      }
      let shares = call.scratch + room.shares
      call.kernels.gemm(m: rows, n: supports, k: partCount, a: decisions, b: call.weights[1], c: shares)
      multiplyBySlopes(function, x, rows, features, call.scratch, room, call.kernels)
      call.kernels.gemm(
        m: rows, n: features, k: supports, a: shares, b: call.weights[0], transposeB: true, c: dx + start * features)
      finish(function, x, rows, features, shares, dx + start * features)
    }
  }

  /// shares *= what dK / dx is a multiple of: z, and of rbf z - x.
  private func multiplyBySlopes(
    _ function: KernelFunction, _ x: UnsafePointer<Float>, _ rows: Int, _ features: Int, _ scratch: UnsafeMutablePointer<Float>,
    _ room: Room, _ kernels: Kernels
  ) {
    var slope = function
    if case .poly(let degree) = kind { slope.kind = degree == 1 ? .linear : .poly(degree: degree - 1) }
    guard slope.kind != .linear else {
      let factor = function.kind == .linear ? 1 : Float(function.gamma)
      for index in 0..<rows * supports { scratch[room.shares + index] *= factor }
      return
    }
    fillValues(slope, x, rows, features, scratch, scratch, room, kernels)
    for index in 0..<rows * supports {
      let value = scratch[room.values + index]
      switch kind {
      case .linear: break
      case .poly(let degree): scratch[room.shares + index] *= Float(function.gamma) * Float(degree) * value
      case .rbf: scratch[room.shares + index] *= 2 * Float(function.gamma) * (value + 1)
      case .sigmoid: scratch[room.shares + index] *= Float(function.gamma) * (1 - value * value)
      }
    }
  }

  /// Of rbf: less x times the sum of the shares.
  private func finish(
    _ function: KernelFunction, _ x: UnsafePointer<Float>, _ rows: Int, _ features: Int, _ shares: UnsafeMutablePointer<Float>,
    _ dx: UnsafeMutablePointer<Float>
  ) {
    guard kind == .rbf else { return }
    for row in 0..<rows {
      let sum = (0..<supports).reduce(Float(0)) { $0 + shares[row * supports + $1] }
      for feature in 0..<features { dx[row * features + feature] -= sum * x[row * features + feature] }
    }
  }
}
