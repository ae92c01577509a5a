import NNKernels

/// A support vector machine: for every two classes, or for each class against the rest, a weighted sum of the kernel with some of the points it was
/// trained on.
///
/// It is not trained by gradient descent: its weights come from the solver, which is why they are not known before. d[p] = intercept[p] + sum over s of
/// dual_coef[p, s] K(support_vectors[s], x). Of two classes it gives d and -d, of one machine per class their decisions, else how many machines
/// voted for each class. Source: Cortes and Vapnik 1995; the names, orders and defaults of sklearn.svm.SVC.
package struct Svm: Layer {
  package static let signature = Signature(
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
      Parameter(
        "tol", "where it may stop: by how much the worst two examples may violate the conditions of the optimum",
        .number(1e-10...1, percent: false),
        default: .number(1e-4)),
      Parameter("classes", "how many there are; from the data where it is left out", .integer(2...4096), optional: true),
    ],
    flags: [
      Flag("ovo", "one machine for every two classes, each with a vote; this holds without a word too"),
      Flag("ovr", "one machine for each class against the rest"),
    ],
    takes: [.vector], example: .init("svm rbf C 10 gamma 0.5 classes 3", on: .vector(2), gives: .vector(3)))

  package enum Gamma: Sendable, Equatable {
    case value(Double)
    case scale
    case auto
  }

  package let kind: KernelFunction.Kind
  package let cost: Double
  package let gamma: Gamma
  package let coef0: Double
  /// By how much the conditions of the optimum may be violated at the end.
  ///
  /// scikit-learn stops at 1e-3, where its objective is up to 1e-5 from the optimum and the last support vectors are not settled; at 1e-4 little
  /// more than the rounding of single precision is left (`Tests/Reference/machines.py`).
  package let tolerance: Double
  package let classes: Int
  /// A machine for each class, instead of for every two.
  package let isAgainstRest: Bool
  /// 0 before it is trained.
  package let supports: Int

  package init(_ arguments: Arguments) throws(LayerProblem) {
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
    tolerance = arguments.number("tol") ?? 1e-4
    classes = try arguments.required("classes", arguments.integer("classes"))
    isAgainstRest = arguments.has("ovr")
    guard !(isAgainstRest && arguments.has("ovo")) else {
      throw .value(argument: "ovo", message: "`ovo` and `ovr` exclude each other")
    }
    supports = 0
  }

  private init(_ other: Svm, supports: Int) {
    (kind, cost, gamma, coef0, tolerance) = (other.kind, other.cost, other.gamma, other.coef0, other.tolerance)
    (classes, isAgainstRest, self.supports) = (other.classes, other.isAgainstRest, supports)
  }

  /// The same machine, trained: with so many support vectors.
  package func with(supports: Int) -> Svm { Svm(self, supports: supports) }

  /// The machines, each by the class on its side above 0 and that on the other; nil for all others. In scikit-learn's order; of two classes against the
  /// rest the second is above 0.
  package var parts: [(positive: Int, negative: Int?)] {
    guard isAgainstRest else {
      return (0..<classes).flatMap { i in (i + 1..<classes).map { (positive: i, negative: $0) } }
    }
    return classes == 2 ? [(positive: 1, negative: nil)] : (0..<classes).map { (positive: $0, negative: nil) }
  }

  private var partCount: Int { !isAgainstRest ? classes * (classes - 1) / 2 : classes == 2 ? 1 : classes }

  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape {
    guard case .vector(let features) = inputs[0] else { throw .kind(needs: Self.signature.takes, input: inputs[0]) }
    _ = try product([features + 1, max(1, supports)], limit: Shape.largestCount)
    _ = try product([partCount, max(1, supports)], limit: Shape.largestCount)
    return .vector(classes)
  }

  /// scikit-learn's attributes under their names, but a row of coefficients for each machine. All of them are set by the solver.
  package func weights(for inputs: [Shape]) -> [WeightSpec] {
    guard supports > 0 else { return [] }
    let features = inputs[0].count
    let tensors = [
      WeightSpec("support_vectors", shape: [supports, features], order: [1, 0], role: .running(0)),
      WeightSpec("dual_coef", shape: [partCount, supports], role: .running(0)),
      WeightSpec("intercept", shape: [partCount], role: .running(0)),
    ]
    return kind == .linear ? tensors : tensors + [WeightSpec("gamma", shape: [1], role: .running(1))]
  }

  package func macs(for inputs: [Shape]) -> Int { supports * (inputs[0].count + partCount) }

  // MARK: Definition

  package func reference(_ call: ReferenceCall) -> [Double] {
    guard supports > 0 else { return [Double](repeating: 0, count: call.pass.batch * classes) }
    let features = call.inputs[0].count
    let function = KernelFunction(kind, gamma: call.weights.count > 3 ? call.weights[3][0] : 1, coef0: coef0)
    return (0..<call.pass.batch).flatMap { row in
      let values = (0..<supports).map { support in
        var (product, distance) = (0.0, 0.0)
        for feature in 0..<features {
          let (x, z) = (call.x[0][row * features + feature], call.weights[0][feature * supports + support])
          product += x * z
          distance += (x - z) * (x - z)
        }
        return function.value(product: product, distance: distance)
      }
      let decisions = (0..<partCount).map { part in
        values.indices.reduce(call.weights[2][part]) { $0 + call.weights[1][part * supports + $1] * values[$1] }
      }
      return outputs(decisions)
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

  private func room(_ features: Int, _ pass: Pass.Mode, batch: Int) -> MachineRoom {
    MachineRoom(batch: batch, features: features, supports: supports, machines: partCount, isTraining: pass == .training)
  }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    let room = room(inputs[0].count, pass, batch: batch)
    return LayerMemory(scratch: room.count, readsY: false, prepared: pass == .inference ? room.preparedCount : 0)
  }

  private func function(_ weights: [UnsafePointer<Float>]) -> KernelFunction {
    KernelFunction(kind, gamma: kind == .linear ? 1 : Double(weights[3][0]), coef0: coef0)
  }

  package func forward(_ call: ForwardCall) {
    let (batch, features) = (call.pass.batch, call.inputs[0].count)
    guard supports > 0 else { return call.kernels.fill(count: batch * classes, y: call.y) }
    let weights = call.weights.map { UnsafePointer($0) }
    let pass = MachinePass(
      function(weights), room(features, call.pass.mode, batch: batch), weights, prepared: call.preparedWeights?.memory,
      scratch: call.scratch, call.kernels)
    if call.preparedWeights?.areNew ?? true { pass.prepare() }
    pass.forEachBlock(of: batch) { start, rows in
      pass.decide(call.x[0] + start * features, rows: rows)
      for row in 0..<rows {
        let own = outputs((0..<partCount).map { pass.decisions[row * partCount + $0] })
        for (index, output) in own.enumerated() { call.y[(start + row) * classes + index] = output }
      }
    }
  }

  /// Votes have no slope.
  package func backward(_ call: BackwardCall) {
    let (batch, features) = (call.pass.batch, call.inputs[0].count)
    guard let dx = call.dx[0] else { return }
    guard supports > 0, classes == 2 || isAgainstRest else { return call.kernels.fill(count: batch * features, y: dx) }
    let pass = MachinePass(
      function(call.weights), room(features, .training, batch: batch), call.weights, scratch: call.scratch, call.kernels)
    pass.prepare()
    pass.forEachBlock(of: batch) { start, rows in
      for row in 0..<rows { fillDecisionGradients(pass.decisions + row * partCount, dy: call.dy + (start + row) * classes) }
      pass.differentiate(call.x[0] + start * features, rows: rows, dx: dx + start * features)
    }
  }

  /// dd `[machines]` from dy `[classes]`: two classes have one machine, and its decision with either sign.
  private func fillDecisionGradients(_ dd: UnsafeMutablePointer<Float>, dy: UnsafePointer<Float>) {
    if classes == 2 {
      dd[0] = isAgainstRest ? dy[1] - dy[0] : dy[0] - dy[1]
    } else {
      for part in 0..<partCount { dd[part] = dy[part] }
    }
  }
}
