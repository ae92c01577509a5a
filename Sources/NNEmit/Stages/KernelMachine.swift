import NNKernels
import NNLayers

/// The kernel of an input with all support vectors, and the weighted sums of that, in one go: no value of the kernel is written down.
struct KernelMachineSums: Operation {
  var kernel: KernelFunction
  /// Whether every two classes have a machine that votes.
  var isVoted: Bool
  /// Of two classes: whether the decision is that of the second.
  var isSecond: Bool
  /// `[features][supports]`
  var supports: Tensor
  /// `[machines][supports]`
  var coefficients: Tensor
  /// `[machines]`
  var offsets: Tensor

  var name: String { "kernelMachine" }
  var summary: String {
    "Decisions of \(offsets.columns) \(offsets.columns == 1 ? "machine" : "machines") with \(supports.columns) support vectors"
  }

  func write(_ function: inout StageFunction) {
    let lanes = function.processor.vectorLanes(dividing: 64)
    // A vector for each of so many supports at a time, none of which waits for another.
    let count = supports.columns > 2 * lanes ? 4 : 1
    let (features, machines, block) = (supports.rows, offsets.columns, count * lanes)
    for helper in [Helper.load(lanes), .store(lanes), .multiplyAdd(lanes)] { function.use(helper) }
    let s = function.tensor(supports, .panels(width: block), as: "s")
    let c = function.tensor(coefficients, .panels(width: block), as: "c")
    let offset = function.tensor(offsets, .panels(width: machines), as: "offset")
    function.scratch = machines * lanes
    function.line("let sums = scratch")
    function.line("sums.update(repeating: 0, count: \(machines * lanes))")
    function.loop("block", (supports.columns + block - 1) / block) { function, number in
      function.move(s, by: Index((number, features * block)))
      function.move(c, by: Index((number, machines * block)))
      for vector in 0..<count { function.line("var v\(vector) = Vector\(lanes)()") }
      function.block("for feature in 0..<\(features)") { function in
        function.line("let value = Vector\(lanes)(repeating: x[feature])")
        for vector in 0..<count {
          let other = "load\(lanes)(\(Index(("feature", block), plus: vector * lanes).added(to: s)))"
          if kernel.kind == .rbf {
            function.line("let d\(vector) = value - \(other)")
            function.line("v\(vector) = multiplyAdd(d\(vector), d\(vector), v\(vector))")
          } else {
            function.line("v\(vector) = multiplyAdd(value, \(other), v\(vector))")
          }
        }
      }
      for vector in 0..<count { writeKernel(&function, "v\(vector)", lanes) }
      function.loop("machine", machines) { function, machine in
        function.line("let sum = \(Index((machine, lanes)).added(to: "sums"))")
        let products = (0..<count).reduce("load\(lanes)(sum)") { inner, vector in
          "multiplyAdd(v\(vector), load\(lanes)(\(Index((machine, block), plus: vector * lanes).added(to: c))), \(inner))"
        }
        function.line("store(\(products), sum)")
      }
    }
    writeOutputs(&function, offset, lanes)
  }

  /// `v = K(v)`, v being the product, or of rbf the squared distance.
  private func writeKernel(_ function: inout StageFunction, _ v: String, _ lanes: Int) {
    let (gamma, coef0) = (Float(kernel.gamma), Float(kernel.coef0))
    switch kernel.kind {
    case .linear: break
    case .poly(let degree):
      function.line("let b\(v) = \(v) * \(gamma) + \(coef0)")
      function.line("\(v) = b\(v)")
      // By squaring.
      for bit in (0..<Int.bitWidth - 1 - degree.leadingZeroBitCount).reversed() {
        function.line("\(v) = \(v) * \(v)")
        if degree >> bit & 1 == 1 { function.line("\(v) = \(v) * b\(v)") }
      }
    case .rbf:
      function.use(.mathematics(.exp, lanes))
      function.line("\(v) = exp(\(v) * (\(-gamma)))")
    case .sigmoid:
      function.use(.activation(.tanh, lanes))
      function.line("\(v) = tanh(\(v) * \(gamma) + \(coef0))")
    }
  }

  private func writeOutputs(_ function: inout StageFunction, _ offset: String, _ lanes: Int) {
    func decision(_ machine: String) -> String {
      "\(Index((machine, 1)).isZero ? "\(offset)[0]" : "\(offset)[\(machine)]") + load\(lanes)(\(Index((machine, lanes)).added(to: "sums"))).sum()"
    }
    let classes = function.output.channels
    if classes == 2 {
      function.line("let decision = \(decision("0"))")
      function.line("y[0] = \(isSecond ? "0 - decision" : "decision")")
      function.line("y[1] = \(isSecond ? "decision" : "0 - decision")")
    } else if isVoted {
      function.line("y.update(repeating: 0, count: \(classes))")
      function.line("var machine = 0")
      function.block("for first in 0..<\(classes - 1)") { function in
        function.block("for second in first + 1..<\(classes)") { function in
          function.line("y[\(decision("machine")) > 0 ? first : second] += 1")
          function.line("machine += 1")
        }
      }
    } else {
      function.block("for machine in 0..<\(classes)") { $0.line("y[machine] = \(decision("machine"))") }
    }
  }
}

// MARK: Layers

extension Svm: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    let features = node.node.inputShapes[0].count
    let machines = parts.count
    // One that was not trained gives zeros: a support vector without a say.
    let w =
      supports > 0
      ? node.weights
      : [[Float](repeating: 0, count: features), [Float](repeating: 0, count: machines), [Float](repeating: 0, count: machines)]
    let count = max(1, supports)
    let gamma = w.count > 3 ? w[3].first ?? 1 : 1
    let sums = KernelMachineSums(
      kernel: KernelFunction(kind, gamma: Double(gamma), coef0: coef0), isVoted: !isAgainstRest, isSecond: isAgainstRest,
      supports: node.tensor("support_vectors", shape: [features, count], w[0]),
      coefficients: node.tensor("dual_coef", shape: [machines, count], w[1]),
      offsets: node.tensor("intercept", shape: [1, machines], w[2]))
    return network.add(sums, node)
  }
}
