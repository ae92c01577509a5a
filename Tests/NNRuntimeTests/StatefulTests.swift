import NNData
import NNGraph
import NNLayers
import Testing

@testable import NNRuntime

/// Networks that carry their state from one window to the next.
@Suite struct StatefulTests {
  private static let cells = ["rnn 5", "rnn 4 relu", "lstm 5", "gru 18"]

  private func network(_ cell: String, steps: Int, _ front: String = "") throws -> Model {
    try model("input seq \(steps)x3\nloss mse\n\(front)\(cell) | fc 2")
  }

  /// Numbers without a pattern, the same every time.
  private func numbers(_ count: Int) -> [Float] { (0..<count).map { Float(($0 * 37 + 11) % 23) / 23 - 0.5 } }

  private func executor(_ model: Model, _ purpose: Plan.Purpose, batch: Int) throws -> Executor {
    let parameters = try Parameters(model)
    parameters.weights = Weights(initial: model, layout: parameters.layout)
    return try Executor(try Plan(model, purpose, batch: batch), model, parameters, kernels)
  }

  private func outputs(_ executor: Executor, _ x: ArraySlice<Float>, rows: Int, mode: Pass.Mode) -> [Float] {
    for (index, value) in x.enumerated() { executor.input[index] = value }
    executor.forward(Pass(mode: mode, batch: rows))
    return Array(UnsafeBufferPointer(start: executor.output, count: rows * executor.plan.outputShape.count))
  }

  /// Two windows of three steps say what one of six says; so do six of one.
  @Test(arguments: cells, [Plan.Purpose.prediction, .training])
  func windowsGoOn(cell: String, purpose: Plan.Purpose) throws {
    let whole = try executor(try network(cell, steps: 6), purpose, batch: 1)
    let parts = try executor(try network("\(cell) stateful", steps: 3), purpose, batch: 1)
    let x = numbers(18)
    let expected = outputs(whole, x[...], rows: 1, mode: purpose.mode)
    for _ in 0..<2 {
      let found = outputs(parts, x[..<9], rows: 1, mode: purpose.mode) + outputs(parts, x[9...], rows: 1, mode: purpose.mode)
      // Single precision, sums in another order.
      for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-5) }
      parts.resetStates()
    }
    let step = try executor(try #require(try network("\(cell) stateful", steps: 3).oneStep), .prediction, batch: 1)
    let found = (0..<6).flatMap { outputs(step, x[$0 * 3..<$0 * 3 + 3], rows: 1, mode: .inference) }
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < 1e-5) }
  }

  /// A batch that lost its last row leaves the others' states where they were.
  @Test func rowsKeepTheirState() throws {
    let x = numbers(36)
    let model = try network("lstm 5 stateful", steps: 3)
    let both = try executor(model, .prediction, batch: 2)
    let alone = try executor(model, .prediction, batch: 1)
    _ = outputs(both, x[..<18], rows: 2, mode: .inference)
    _ = outputs(alone, x[..<9], rows: 1, mode: .inference)
    let (a, b) = (outputs(both, x[18..<27], rows: 1, mode: .inference), outputs(alone, x[18..<27], rows: 1, mode: .inference))
    for (a, b) in zip(a, b) { #expect(abs(a - b) < 1e-6) }
  }

  /// The gradient of a second window by central differences, its first state held fixed.
  @Test(arguments: cells) func gradients(cell: String) throws {
    let executor = try executor(try network("\(cell) stateful", steps: 3), .training, batch: 2)
    let x = numbers(36)
    let weights = executor.parameters.trained
    func loss() -> Double {
      let own = outputs(executor, x[18...], rows: 2, mode: .training)
      return own.reduce(0) { $0 + Double($1) * Double($1) / 2 }
    }
    /// The state after the first window, by the weights as they were.
    func prepare() {
      executor.resetStates()
      _ = outputs(executor, x[..<18], rows: 2, mode: .training)
    }
    prepare()
    _ = loss()
    let gradient = try #require(executor.outputGradient)
    gradient.update(from: executor.output, count: 2 * executor.plan.outputShape.count)
    executor.backward(Pass(mode: .training, batch: 2))
    let found = try #require(executor.gradients).copy(weights.count)
    for index in stride(from: 0, to: weights.count, by: max(1, weights.count / 40)) {
      func moved(_ step: Float) -> Double {
        prepare()
        let before = weights.base[index]
        weights.base[index] = before + step
        defer { weights.base[index] = before }
        return loss()
      }
      let slope = (moved(1.0 / 256) - moved(-1.0 / 256)) / (2.0 / 256)
      // Differences of single precision: the loss is good to 1e-6, the quotient to 2e-4.
      #expect(abs(Double(found[index]) - slope) < 2e-3 * max(1, abs(slope)), "\(index)")
    }
  }

  @Test func streams() {
    let order = BatchOrder(count: 8, streams: 3)
    #expect([0, 1, 2].map { Array(order.batch($0, of: 3)) } == [[0, 3, 6], [1, 4, 7], [2, 5]])
    #expect(Array(BatchOrder(count: 2, streams: 2).batch(0, of: 2)) == [0, 1])
  }

  @Test func windowsWithoutGaps() throws {
    let windows = Windows(values: numbers(12), features: 1, steps: 3, starts: Array(0..<9), isText: false)
    let examples = Examples(
      shape: [3, 1], storage: .windows(windows), targets: .following(Following(steps: 1)), count: 9, origin: .generated("test"))
    let consecutive = try #require(examples.consecutive)
    guard case .windows(let chosen) = consecutive.storage else { return }
    #expect(chosen.starts == [0, 3, 6])
    #expect(consecutive.consecutive?.count == 3)
    #expect(table([[1]], classes: [0]).consecutive == nil)
  }

  @Test func onlyWindowsOfOneSeries() throws {
    let model = try model("input seq 3x1\nloss mse\nrnn 4 stateful | last | fc 1")
    let examples = Examples(
      shape: [3, 1], storage: .floats(Stretch(numbers(30))), targets: .values(numbers(10), width: 1), count: 10, origin: .generated("waves")
    )
    do {
      _ = try Trainer(model, Dataset(name: "waves", train: examples), kernels: kernels)
      Issue.record("a state was carried between examples that have nothing to do with each other")
    } catch {
      #expect(error.message.contains("the examples of `waves` do not follow on one another"))
    }
  }

  /// Predictions of windows that follow on one another, and of examples for themselves.
  @Test func predictionsGoOnOrBeginAnew() throws {
    let model = try network("gru 5 stateful", steps: 3)
    let weights = Weights(initial: model, layout: try WeightLayout(model))
    let network = try TrainedNetwork(model, weights, normalization: .identity, kernels: kernels)
    func outputs(_ x: [Float], beginsAnew: Bool) throws -> [Float] {
      let examples = Examples(
        shape: [3, 3], storage: .floats(Stretch(x)), targets: .none, count: x.count / 9, origin: .generated("test"))
      return try network.predict(examples, beginsAnew: beginsAnew).outputs
    }
    let x = numbers(18)
    let (first, second) = (try outputs(Array(x[..<9]), beginsAnew: false), try outputs(Array(x[9...]), beginsAnew: false))
    #expect(try outputs(x, beginsAnew: true) == first + second)
    let carried = try outputs(x, beginsAnew: false)
    #expect(Array(carried[..<6]) == first)
    #expect(Array(carried[6...]) != second)
  }

  /// Whatever looks at several steps at once cannot go step by step.
  @Test func oneStep() throws {
    #expect(try network("lstm 4", steps: 3).oneStep == nil)
    #expect(try network("lstm 4 stateful | attention", steps: 3).oneStep == nil)
    #expect(try network("conv 3x4 pad 1 | lstm 4 stateful", steps: 3).oneStep == nil)
    #expect(try network("layernorm | lstm 4 stateful | tanh", steps: 3).oneStep?.output == .sequence(steps: 1, features: 2))
  }
}
