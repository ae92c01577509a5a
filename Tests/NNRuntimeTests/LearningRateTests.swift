import NNRecipe
import NNRuntime
import Testing

@Suite("Learning rates")
struct LearningRateTests {
  /// The same numbers from another order of multiplications: a few units in the last place.
  private let tolerance = 1e-12

  @Test(
    "agree with PyTorch's schedulers",
    arguments: [
      ("exponential", Schedule.exponential(0.9), 1), ("step", .step(epochs: 5, factor: 0.1), 1),
      ("cosine", .cosine(to: 0.01, warmup: 0), 1), ("warm cosine", .cosine(to: 0.01, warmup: 1), 3),
    ])
  func pytorch(name: String, schedule: Schedule, stepsPerEpoch: Int) throws {
    let expected = try #require(try reference("optimizers", as: OptimizerReference.self).schedules[name])
    let rate = LearningRate(schedule, base: 0.1, stepsPerEpoch: stepsPerEpoch, totalSteps: 12)
    for (step, value) in expected.enumerated() { #expect(abs(rate.rate(step: step) - value) < tolerance, "step \(step)") }
  }

  @Test("of a plateau fall as ReduceLROnPlateau's")
  func plateau() throws {
    let numbers = try reference("optimizers", as: OptimizerReference.self)
    let expected = try #require(numbers.schedules["plateau"])
    var rate = LearningRate(.plateau(patience: 2, factor: 0.5), base: 0.1, stepsPerEpoch: 4, totalSteps: 48)
    for (epoch, value) in expected.enumerated() {
      #expect(abs(rate.rate(step: 4 * epoch + 3) - value) < tolerance, "epoch \(epoch)")
      rate.epochEnded(loss: numbers.plateauLosses[epoch])
    }
  }

  @Test("of phases hold for their epochs, and the last one to the end")
  func phases() {
    let open = [Schedule.Phase(rate: 0.1, epochs: 2), .init(rate: 0.01, epochs: 1), .init(rate: 0.001, epochs: nil)]
    let rate = LearningRate(.phases(open), base: 5, stepsPerEpoch: 2, totalSteps: 10)
    #expect((0..<10).map { rate.rate(step: $0) } == [0.1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.001, 0.001, 0.001, 0.001])
    let closed = LearningRate(
      .phases([.init(rate: 0.5, epochs: 1), .init(rate: 0.25, epochs: 1)]), base: 5, stepsPerEpoch: 1, totalSteps: 4)
    #expect((0..<4).map { closed.rate(step: $0) } == [0.5, 0.25, 0.25, 0.25])
    let endless = LearningRate(
      .phases([.init(rate: 1, epochs: 1), .init(rate: 2, epochs: .max)]), base: 5, stepsPerEpoch: 1, totalSteps: 4)
    #expect(endless.rate(step: 3) == 2)
  }
}
