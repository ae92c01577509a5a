import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import Testing

@testable import NNRuntime

@Suite("Training")
struct TrainerTests {
  @Test("learns xor to the last row")
  func learnsXor() throws {
    let model = try model("input 2\nclasses equal, different\noptimizer adam lr 0.05\nbatch all\nepochs 200\nfc 8 tanh | fc 2 softmax")
    let result = try Trainer(model, xor, kernels: kernels).run()
    #expect(result.epochs.count == 200)
    #expect(result.epochs.last?.trainAccuracy == 1)
    #expect(try #require(result.epochs.last?.trainLoss) < 0.02)
    let network = try TrainedNetwork(model, result.last, normalization: .identity, kernels: kernels)
    #expect(try network.predict(xor.train).classes == [0, 1, 1, 0])
  }

  /// A batch that is filled ahead is the same as one that is filled when it is needed.
  @Test("makes batches ready ahead")
  func batchesAhead() throws {
    let pixels = (0..<40 * 64).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let images = Examples(
      shape: [8, 8, 1], storage: .bytes(Stretch(pixels)), targets: .classes((0..<40).map { Int32($0 % 3) }), count: 40,
      origin: .generated("test"))
    let reader = try BatchReader(images, normalization: .identity, augmentations: [.rotate(degrees: 20), .noise(deviation: 3)], seed: 5)
    let ahead = try #require(try BatchAhead(reader, batch: 16, augment: true, threads: 2))
    let order = (0..<Int32(40)).map { ($0 * 7) % 40 }
    for epoch in 0..<3 {
      for batch in [0..<16, 16..<32, 32..<40] {
        var (x, expected) = ([Float](repeating: 0, count: 16 * 64), [Float](repeating: 0, count: 16 * 64))
        ahead.prepare(order[batch], epoch: epoch)
        let isReady = x.withUnsafeMutableBufferPointer { $0.baseAddress.map { ahead.take($0, order[batch], epoch: epoch) } }
        #expect(isReady == true)
        expected.withUnsafeMutableBufferPointer {
          if let x = $0.baseAddress { reader.fill(x: x, indices: order[batch], epoch: epoch, augment: true) }
        }
        #expect(x == expected)
        #expect(x.withUnsafeMutableBufferPointer { $0.baseAddress.map { ahead.take($0, order[batch], epoch: epoch) } } == false)
      }
    }
    ahead.prepare(order[0..<16], epoch: 0)
    var x = [Float](repeating: 0, count: 16 * 64)
    let isOther = x.withUnsafeMutableBufferPointer { $0.baseAddress.map { ahead.take($0, order[0..<16], epoch: 1) } }
    #expect(isOther == false, "another epoch has other pictures")
    #expect(try BatchAhead(BatchReader(images, normalization: .identity), batch: 16, augment: false, threads: 2) == nil)
  }

  @Test("learns with every loss", arguments: ["binary_cross_entropy", "hinge", "mse", "mae", "huber delta 0.5"])
  func learnsWithEveryLoss(loss: String) throws {
    let last = loss == "binary_cross_entropy" ? "fc 1 sigmoid" : "fc 1"
    let model = try model(
      "input 2\nclasses equal, different\nloss \(loss)\noptimizer adam lr 0.05\nbatch 4\nepochs 300\nfc 8 tanh | \(last)")
    let result = try Trainer(model, xor, kernels: kernels).run()
    #expect(result.epochs.last?.trainAccuracy == 1)
    let network = try TrainedNetwork(model, result.last, normalization: .identity, kernels: kernels)
    #expect(try network.evaluate(xor.train, name: "xor", classes: xor.classes)?.accuracy == 1)
    #expect(try network.predict(xor.train).classes == [0, 1, 1, 0])
  }

  /// The loss of every step, the running values and the final probabilities, with the same weights and batches.
  @Test("goes down with the same losses as PyTorch")
  func pytorch() throws {
    let numbers = try reference("training", as: TrainingReference.self)
    let model = try model(
      """
      input 8x8x2
      loss cross_entropy smooth 0.1
      normalize scale 1
      optimizer sgd lr 0.1 momentum 0.9 decay 1e-3
      batch 6
      steps 20
      conv 3x3x4 pad 1 | bn | relu | maxpool 2 as skip
      conv 3x3x4 pad 1 relu | add skip
      fc 8 tanh | fc 3 softmax
      """)
    let layout = try WeightLayout(model)
    let parameters = try Parameters(model)
    parameters.weights = try Checkpoint(numbers.checkpoint, named: "reference", model: model, layout: layout).weights
    let reader = try BatchReader(numbers.examples, normalization: .identity)
    let executor = try Executor(try Plan(model, .training, batch: 6), model, parameters, kernels)
    let objective = try Objective(model, name: "reference", classes: ["a", "b", "c"], parts: [numbers.examples])
    let step = try TrainingStep(
      executor, objective, reader, try OptimizerState(model.recipe.optimizer, count: layout.trainedCount), recipe: model.recipe)
    let order = (0..<Int32(16)).map { $0 }
    for (number, expected) in numbers.losses.enumerated() {
      step.totals = TrainingStep.Totals()
      let batch = [0..<6, 6..<12, 12..<16][number % 3]
      let failure = step.run(order[batch], epoch: 0, step: number, learningRate: 0.1)
      #expect(failure == nil)
      // 20 steps of single precision with sums in another order.
      #expect(abs(step.totals.loss.mean - expected) < 1e-4, "step \(number)")
    }
    let network = try TrainedNetwork(model, parameters.weights, normalization: .identity, kernels: kernels)
    let probabilities = try network.predict(numbers.examples).outputs
    for (value, expected) in zip(probabilities, numbers.probabilities) { #expect(abs(value - expected) < 1e-3) }
    let running = Checkpoint(weights: parameters.weights, info: CheckpointInfo()).safetensors(layout).tensors
    for (name, expected) in [("bn1.running_mean", numbers.runningMean), ("bn1.running_var", numbers.runningVariance)] {
      let values = try #require(running.first { $0.name == name }).values
      for (value, wanted) in zip(values, expected) { #expect(abs(value - wanted) < 1e-3) }
    }
  }

  private static let ringText =
    "input 2\nclasses 2\nnormalize standard\noptimizer adamw lr 0.02\nschedule cosine to 1e-4 warmup 1\nclip norm 1\nbatch 32\nepochs 6\nseed 7\n"
    + "fc 200 relu | bn | dropout 0.1 | fc 100 leaky_relu | fc 2 softmax"

  @Test("gives the same bits for the same seed, whatever the number of threads")
  func deterministic() throws {
    let model = try model(Self.ringText)
    var digests: Set<String> = []
    for threads in [1, 1, 2, 3] {
      let result = try Trainer(model, rings, kernels: try Kernels(threads: threads)).run()
      digests.insert(Checkpoint(weights: result.last, info: CheckpointInfo()).digest(try WeightLayout(model)))
    }
    #expect(digests.count == 1)
    let other = try Trainer(try self.model(Self.ringText.replacing("seed 7", with: "seed 8")), rings, kernels: kernels).run()
    #expect(!digests.contains(Checkpoint(weights: other.last, info: CheckpointInfo()).digest(try WeightLayout(model))))
  }

  private func model(_ text: String) throws -> Model { try NNRuntimeTests.model(text) }

  @Test("tells of epochs and steps, and keeps the best weights of the validation part")
  func events() throws {
    let model = try model(Self.ringText)
    let trainer = try Trainer(model, rings, kernels: kernels, options: TrainingOptions(stepInterval: 2))
    var steps: [StepReport] = []
    var epochs: [EpochReport] = []
    var reasons: [StopReason] = []
    let result = try trainer.run { event in
      switch event {
      case .started(let start):
        #expect(start.stepsPerEpoch == 5)
        #expect(start.totalSteps == 30)
        #expect(start.judgedBy == .init(part: .validation, measure: "loss"))
      case .step(let report): steps.append(report)
      case .epoch(let report): epochs.append(report)
      case .stopped(let reason): reasons.append(reason)
      }
    }
    #expect(steps.map(\.step) == Array(stride(from: 2, through: 30, by: 2)))
    #expect(epochs.map(\.epoch) == [1, 2, 3, 4, 5, 6])
    #expect(epochs.map(\.steps) == [5, 10, 15, 20, 25, 30])
    #expect(epochs.allSatisfy { $0.validation?.count == 40 })
    #expect(reasons == [.finished])
    let losses = epochs.compactMap { $0.validation?.loss }
    let best = try #require(losses.min())
    #expect(result.bestEpoch == losses.firstIndex(of: best).map { $0 + 1 })
    let network = try TrainedNetwork(model, try #require(result.best), normalization: trainer.normalization, kernels: kernels)
    #expect(try network.evaluate(try #require(rings.validation), name: "rings", classes: rings.classes)?.loss == best)
  }

  @Test("ends by its rules")
  func rules() throws {
    func reason(_ stop: String, length: String = "epochs 50") throws -> (StopReason?, Int) {
      let text = "input 2\nclasses 2\nbatch 32\noptimizer sgd lr 1e-9\n\(length)\n\(stop)\nfc 2 softmax"
      let result = try Trainer(try model(text), rings, kernels: kernels).run()
      guard case .stopped(let reason) = result.end else { return (nil, result.epochs.count) }
      return (reason, result.epochs.count)
    }
    let below = try reason("stop below 100 on train.loss")
    #expect(below.1 == 1 && below.0 != .finished)
    let accuracy = try reason("stop patience 3 on validation.accuracy")
    #expect(accuracy.1 == 4 && accuracy.0 != .finished)
    let time = try reason("stop after 0.000001 minutes", length: "epochs 100000")
    #expect(time.1 == 1 && time.0 != .finished)
    let steps = try reason("", length: "steps 7")
    #expect(steps.1 == 2 && steps.0 == .finished)
    // Of a file all alone this is not known yet.
    var one = rings
    one.validation = nil
    let watching = try model("input 2\nclasses 2\nstop patience 3\nfc 2 softmax")
    #expect(throws: Diagnostic.self) { try Trainer(watching, one, kernels: kernels).run() }
  }

  @Test("ends after the step it is in when it is cancelled")
  func cancelled() throws {
    let cancellation = Cancellation()
    let trainer = try Trainer(try model(Self.ringText), rings, kernels: kernels, options: TrainingOptions(stepInterval: 1))
    let result = try trainer.run(cancellation: cancellation) { event in
      if case .step(let report) = event, report.step == 8 { cancellation.cancel() }
    }
    #expect(result.steps == 8)
    #expect(result.epochs.map(\.steps) == [5, 8])
    guard case .stopped(.cancelled) = result.end else {
      Issue.record("\(result.end)")
      return
    }
  }

  @Test("stops with NN701 where numbers leave the finite ones, and names the stage")
  func diverges() throws {
    let text = "input 2\nclasses 2\noptimizer sgd lr 1e30\nbatch 32\nseed 1\nfc 16 relu\nfc 16\nfc 2 softmax"
    let model = try model(text)
    let result = try Trainer(model, rings, kernels: kernels).run()
    guard case .diverged(let divergence) = result.end else {
      Issue.record("\(result.end)")
      return
    }
    let diagnostic = divergence.diagnostic
    #expect(diagnostic.code == .diverged)
    #expect(diagnostic.message.hasSuffix("at epoch \(divergence.epoch), batch \(divergence.batch)"))
    let span = try #require(diagnostic.primary?.span)
    #expect(span.text.hasPrefix("fc"))
    #expect(diagnostic.primary?.text.hasPrefix("first value that is not finite, ") == true)
    #expect(diagnostic.notes.contains { $0.hasPrefix("largest gradient in the last") })
    #expect(diagnostic.fixes.first?.edits.first?.replacement == "clip norm 1.0\n")
    #expect(diagnostic.fixes.first?.edits.first?.span.startPosition.line == 4)
    #expect(diagnostic.notes.contains { $0.hasPrefix("learning rate 1e30, optimizer sgd, no clipping") })
    #expect(divergence.weightsBefore.map { $0.trained.allSatisfy(\.isFinite) } != false)
  }

  @Test("writes numbers in a message with two digits")
  func twoDigits() {
    let texts: [(Double, String)] = [
      (3.14, "3.1"), (18, "18"), (240, "240"), (9_749, "9700"), (97_000, "9.7e4"), (0.0123, "0.012"), (-1.94, "-1.9"), (1e30, "1e30"),
      (4.4e-9, "4.4e-9"), (0, "0"), (.infinity, "inf"), (.nan, "nan"), (0.1, "0.1"),
    ]
    for (value, text) in texts { #expect(brief(value) == text) }
  }

  /// A batch of one example has no variance; a norm must survive it as the last batch of an epoch.
  @Test("gets over a last batch of one example")
  func batchOfOne() throws {
    let model = try model("input 2\nclasses 2\nbatch 139\nepochs 2\nfc 4 | bn | relu | fc 2 softmax")
    let result = try Trainer(model, rings, kernels: kernels).run()
    #expect(result.steps == 4)
    #expect(result.last.isFinite)
    #expect(result.epochs.allSatisfy { $0.validation?.loss.isFinite == true })
  }

  /// Forward: 1 · 1e-37 · 1e14 · 1e14 · 1e14 = 1e5. Backward: 1 · 1e14 · 1e14 = 1e28 before the third layer, and 1e42 before the second.
  @Test("finds what is not finite in the backward pass, and leaves the weights as they were")
  func divergesBackward() throws {
    let model = try model("input 1\nloss mae\nbatch all\nfc 1\nfc 1\nfc 1\nfc 1")
    let layout = try WeightLayout(model)
    let trainer = try Trainer(model, Dataset(name: "one", train: table([[1]], values: [0])), kernels: kernels)
    var weights = Weights(layout: layout)
    for (tensor, value) in zip(layout.tensors.filter { $0.spec.name == "weight" }, [1e-37, 1e14, 1e14, 1e14] as [Float]) {
      weights.set([value], tensor)
    }
    trainer.parameters.weights = weights
    guard case .diverged(let divergence) = try trainer.run().end else {
      Issue.record("did not diverge")
      return
    }
    #expect(divergence.diagnostic.message == "the gradient became inf at epoch 1, batch 1")
    #expect(divergence.diagnostic.primary?.text == "first value that is not finite, backward pass")
    #expect(divergence.diagnostic.primary?.span.startPosition.line == 5)
    #expect(divergence.weightsBefore == weights)
    #expect(trainer.parameters.weights == weights)
  }

  /// y = 0 against 1 for x = 1e20: the gradient is -2e20, and a step of 1e30 times that is beyond 3.4e38; one of 1e18 leaves a weight of 2e38, with
  /// which y is beyond it.
  @Test("finds what the last update of all has done", arguments: [("1e30", "the weights became inf"), ("1e18", "the loss became inf")])
  func divergesWithTheLastUpdate(rate: String, words: String) throws {
    let model = try model("input 1\nloss mse\noptimizer sgd lr \(rate)  # nnc: allow NN361\nbatch all\nepochs 1\nfc 1 nobias")
    let trainer = try Trainer(model, Dataset(name: "one", train: table([[1e20]], values: [1])), kernels: kernels)
    trainer.parameters.weights = Weights(layout: try WeightLayout(model))
    var saved: [TrainingState] = []
    let result = try trainer.run(checkpoints: Checkpoints(isDue: { true }, save: { saved.append($0) }))
    guard case .diverged(let divergence) = result.end else {
      Issue.record("did not diverge")
      return
    }
    #expect(divergence.diagnostic.message == "\(words) with the last update, at epoch 1, batch 1")
    #expect(divergence.diagnostic.primary?.text == "first value that is not finite, forward pass")
    #expect(divergence.diagnostic.notes.contains("an update has made `fc1.weight` inf") == (rate == "1e30"))
    #expect(divergence.weightsBefore == nil && result.best == nil && saved.isEmpty)
  }

  /// A run comes back to the step that failed, and fails there the same way.
  @Test("saves the state before the step that failed")
  func stateBeforeFailure() throws {
    let text =
      "input 2\nclasses 2\nnormalize standard\noptimizer sgd lr 1e20\nbatch 32\nepochs 9\nseed 1\nfc 16 relu | bn\nfc 16 relu\nfc 2 softmax"
    func run(_ text: String, from state: TrainingState? = nil) throws -> (end: TrainingResult.End, state: TrainingState?) {
      var saved: TrainingState?
      let trainer = try Trainer(try model(text), rings, kernels: kernels)
      return (try trainer.run(from: state, checkpoints: Checkpoints(isDue: { false }, save: { saved = $0 })).end, saved)
    }
    let first = try run(text)
    let again = try run(text, from: first.state)
    guard case .diverged(let one) = first.end, case .diverged(let two) = again.end else {
      Issue.record("\(first.end)")
      return
    }
    #expect(one.batch == first.state.map { $0.stepInEpoch + 1 } && one.weightsBefore == first.state?.weights)
    #expect(one.diagnostic.message == two.diagnostic.message && one.weightsBefore == two.weightsBefore)
  }

  @Test("counts a constant batch the same as one that is filled anew")
  func constantBatch() throws {
    func digest(_ batch: String) throws -> [Float] {
      let text = "input 2\nclasses 2\noptimizer sgd lr 0.1\nbatch \(batch)\nepochs 5\nfc 8 tanh | fc 2 softmax"
      return try Trainer(try model(text), rings, kernels: kernels).run().last.trained
    }
    #expect(try digest("all") == digest("140"))
  }

  @Test("weighs classes by how rare they are")
  func balanced() throws {
    let rows: [[Float]] = [[0], [1], [2], [3]]
    let dataset = Dataset(name: "rare", train: table(rows, classes: [0, 0, 0, 1]), classes: ["a", "b"])
    let model = try model("input 1\nclasses 2\nloss cross_entropy weights balanced\nfc 2 softmax")
    let objective = try Objective(model, name: "rare", classes: dataset.classes, parts: [dataset.train])
    #expect(objective.classWeights == [4.0 / 6, 2])
  }

  @Test("turns values back into the data's unit")
  func regression() throws {
    let rows = (0..<64).map { [Float($0) / 8] }
    let part = table(rows, values: rows.map { 300 * $0[0] + 1000 })
    let model = try model("input 1\nnormalize standard, target standard\noptimizer adam lr 0.05\nbatch all\nepochs 300\nfc 1")
    let trainer = try Trainer(model, Dataset(name: "line", train: part), kernels: kernels)
    let result = try trainer.run()
    let network = try TrainedNetwork(model, result.last, normalization: trainer.normalization, kernels: kernels)
    let evaluation = try #require(try network.evaluate(part, name: "line", classes: []))
    #expect(try #require(evaluation.regression).meanAbsoluteError < 10)
    #expect(try #require(evaluation.regression).r2 > 0.999)
    #expect(abs(try network.predict(part).outputs[32] - 2200) < 20)
  }

  @Test("refuses data that does not belong to the network")
  func misfits() throws {
    func code(_ text: String, _ dataset: Dataset, change: (inout Model) -> Void = { _ in }) throws -> Code? {
      var model = try model(text)
      change(&model)
      do {
        _ = try Trainer(model, dataset, kernels: kernels)
        return nil
      } catch { return error.code }
    }
    #expect(try code("input 2\nfc 3 softmax", xor) == .classCount)
    #expect(try code("input 3\nfc 2 softmax", xor) == .statedShape)
    let numbers = Dataset(name: "numbers", train: table([[1, 2]], values: [1]))
    #expect(try code("input 2\nfc 2 softmax", numbers) == .targetShape)
    #expect(try code("input 2\nfc 2", numbers) == .targetShape)
    let outside = Dataset(name: "outside", train: table([[1, 2]], classes: [2]), classes: ["a", "b"])
    #expect(try code("input 2\nfc 2 softmax", outside) == .labelRange)
    let none = Dataset(
      name: "none", train: Examples(shape: [2], storage: .floats([1, 2]), targets: .none, count: 1, origin: .generated("test")))
    #expect(try code("input 2\nfc 2 softmax", none) == .targetShape)
    #expect(try code("input 2\nloss mse\nfc 2", xor) { $0.recipe.balancedClasses = true } == .targetShape)
  }
}
