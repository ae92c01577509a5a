import NNGraph
import Testing

@testable import NNRuntime

@Suite("Resuming")
struct ResumeTests {
  private static func text(_ optimizer: String, _ rest: String = "") -> String {
    "input 2\nclasses 2\nnormalize standard\noptimizer \(optimizer)\nbatch 32\nepochs 6\nseed 7\n\(rest)\n"
      + "fc 20 relu | bn | dropout 0.1 | fc 10 leaky_relu | fc 2 softmax"
  }

  /// A run that is broken off after `step` steps, written, read back, and gone on with.
  private func interrupted(_ model: Model, after step: Int) throws -> TrainingResult {
    let cancellation = Cancellation()
    var saved: TrainingState?
    let first = try Trainer(model, rings, kernels: kernels, options: TrainingOptions(stepInterval: 1))
    _ = try first.run(
      cancellation: cancellation, checkpoints: Checkpoints(isDue: { false }, save: { saved = $0 }),
      watch: { if case .step(let report) = $0, report.step == step { cancellation.cancel() } })
    let bytes = try #require(saved).safetensors(["note": "x"]).encoded()
    let state = try TrainingState(try Safetensors(decoding: bytes))
    #expect(state == saved && state.steps == step)
    return try Trainer(model, rings, kernels: kernels).run(from: state)
  }

  @Test(
    "goes on to the same bits, wherever it was broken off",
    arguments: [
      text("sgd lr 0.1 momentum 0.9"), text("adam lr 0.02", "schedule cosine to 1e-4 warmup 1"),
      text("rmsprop lr 0.01", "schedule plateau patience 0 by 0.5\nstop patience 3 on validation.loss"), text("adagrad lr 0.1"),
      text("sgd lr 0.1", "clip norm 0.5"),
    ])
  func sameBits(text: String) throws {
    let model = try model(text)
    let whole = try Trainer(model, rings, kernels: kernels).run()
    for step in [1, 4, 5, 13] {
      let resumed = try interrupted(model, after: step)
      #expect(resumed.last == whole.last && resumed.best == whole.best && resumed.bestEpoch == whole.bestEpoch)
      #expect(resumed.steps == whole.steps && resumed.epochs.count == whole.epochs.count)
      for (a, b) in zip(resumed.epochs, whole.epochs) {
        #expect(a.epoch == b.epoch && a.trainLoss == b.trainLoss && a.trainAccuracy == b.trainAccuracy && a.validation == b.validation)
        #expect(a.learningRate == b.learningRate)
      }
    }
  }

  /// Ten epochs at once are the same as six and then four more.
  @Test("a finished run can be made longer")
  func longer() throws {
    let short = try model(Self.text("adam lr 0.02"))
    let long = try model(Self.text("adam lr 0.02").replacing("epochs 6", with: "epochs 10"))
    var saved: TrainingState?
    _ = try Trainer(short, rings, kernels: kernels).run(checkpoints: Checkpoints(isDue: { false }, save: { saved = $0 }))
    let state: TrainingState = try #require(saved)
    let resumed = try Trainer(long, rings, kernels: kernels).run(from: state)
    let whole = try Trainer(long, rings, kernels: kernels).run()
    #expect(resumed.last == whole.last)
    #expect(resumed.epochs.map(\.epoch) == Array(1...10))
  }

  @Test("saves where it is asked to, between two steps")
  func checkpoints() throws {
    let model = try model(Self.text("adam lr 0.02"))
    var steps: [Int] = []
    let whole = try Trainer(model, rings, kernels: kernels).run(
      checkpoints: Checkpoints(isDue: { true }, save: { steps.append($0.steps) }))
    // 5 steps an epoch, 30 in all; a look every 8 steps, and the end.
    #expect(steps == [8, 16, 24, 30] && whole.steps == 30)
  }

  @Test("refuses the state of another network or optimizer")
  func refusals() throws {
    var saved: TrainingState?
    let first = try Trainer(try model(Self.text("adam lr 0.02")), rings, kernels: kernels)
    _ = try first.run(checkpoints: Checkpoints(isDue: { false }, save: { saved = $0 }))
    let state = try #require(saved)
    for text in [Self.text("sgd lr 0.1"), Self.text("adam lr 0.02").replacing("fc 10", with: "fc 11")] {
      #expect(throws: (any Error).self) { try Trainer(try model(text), rings, kernels: kernels).run(from: state) }
    }
    var broken = state.safetensors()
    for seconds in ["0.5 nan", "0.5 1e300", "-1 2", "inf 2"] {
      broken.metadata["nnc.state.seconds"] = seconds
      #expect(throws: SafetensorsProblem.self) { try TrainingState(broken) }
    }
    broken = state.safetensors()
    // The last two: a count from which one cannot go on, and one that is none.
    for position in ["1 2 x 4", "1 2 3 9223372036854774784", "1 2 3 0.5"] {
      broken.metadata["nnc.state.position"] = position
      #expect(throws: SafetensorsProblem.self) { try TrainingState(broken) }
    }
    broken.metadata["nnc.state.version"] = "99"
    #expect(throws: SafetensorsProblem.self) { try TrainingState(broken) }
    #expect(throws: SafetensorsProblem.self) { try TrainingState(Safetensors()) }
  }
}
