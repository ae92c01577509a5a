import NNKernels
import Testing

@testable import NNLayers

@Suite("layers over sequences")
struct SequenceTests {
  private func bound(_ line: String) throws -> any Layer { try Line(line).layer() }

  /// h_n of torch.nn.RNN with both directions is the forward state of the last step and the backward state of the first.
  @Test func lastOfBothTakesEachFinalState() throws {
    let both = try #require(try bound("rnn 2 both") as? any RecurrentLayer)
    let last = try #require(try bound("last") as? Last).following(both)
    var run = try LayerRun(last, on: [.sequence(steps: 3, features: 4)], pass: Pass(mode: .training, batch: 2))
    run.x = [(0..<24).map { Float($0) }]
    run.dy = (1...8).map { Float($0) }
    let result = try run.run(ContractTests.oneThread)
    #expect(result.y == [8, 9, 2, 3, 20, 21, 14, 15])
    #expect(last.reference(run.referenceCall) == result.y.map(Double.init))
    #expect(result.dx[0] == [0, 0, 3, 4, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 7, 8, 0, 0, 0, 0, 5, 6, 0, 0])
    let single = try #require(try bound("rnn 2") as? any RecurrentLayer)
    #expect(last.following(single).reference(run.referenceCall) == [8, 9, 10, 11, 20, 21, 22, 23])
  }

  @Test func sizesAreRefused() throws {
    let sequence = Shape.sequence(steps: 1 << 20, features: 1 << 10)
    #expect(throws: LayerProblem.tooLarge) { try bound("lstm 16777216").output(for: [sequence]) }
    #expect(throws: LayerProblem.tooLarge) { try bound("attention").output(for: [sequence]) }
    #expect(throws: LayerProblem.tooLarge) { try bound("embed 16777216").output(for: [.tokens(steps: 1 << 30, vocabulary: 2)]) }
    #expect(throws: LayerProblem.tooLarge) { try bound("onehot").output(for: [.tokens(steps: 1 << 30, vocabulary: 1 << 24)]) }
    #expect(throws: LayerProblem.divide(argument: "heads", value: 3, what: "features", count: 8)) {
      try bound("attention heads 3").output(for: [.sequence(steps: 4, features: 8)])
    }
    #expect(throws: LayerProblem.self) { try bound("gru 4 dropout 1") }
  }

  /// On every instruction set, in batches that are computed row by row and in packed panels, with padding and without.
  @Test(arguments: InstructionSet.supported, ["rnn 20", "lstm 16", "lstm 9 both", "gru 13", "gru 32"])
  func everyInstructionSet(_ set: InstructionSet, _ line: String) throws {
    let kernels = try Kernels(threads: 2, cpu: set.rawValue)
    for batch in [1, 3, 4, 30] {
      var run = try LayerRun(try bound(line), on: [.sequence(steps: 4, features: 3)], pass: Pass(mode: .training, batch: batch))
      // Small weights: with large ones a recurrence makes rounding errors grow from step to step.
      run.weights = run.weights.map { $0.map { $0 * 0.3 } }
      let result = try run.run(kernels)
      #expect(difference(result.y, run.layer.reference(run.referenceCall)) < ContractTests.tolerance)
      let exact = try run.run(ContractTests.oneThread)
      for (own, theirs) in zip(result.dx + result.dweights, exact.dx + exact.dweights) {
        #expect(difference(own, theirs.map(Double.init)) < ContractTests.tolerance)
      }
    }
  }
}
