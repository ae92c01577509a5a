import NNLayers
import NNRecipe

/// Where a run stands.
struct Progress {
  /// Of the whole run.
  var steps = 0
  /// The epoch that is under way, from 0; after its end the number of epochs that are done.
  var epoch = 0
  var stepInEpoch = 0
  /// Of the last step, both from 0.
  private(set) var last = (epoch: 0, batch: 0)
  var examples = 0
  var trainingSeconds = 0.0
  var order: BatchOrder
  var rate: LearningRate
  var learningRate = 0.0
  /// Why the run ends, once it does.
  var reason: StopReason?
  /// Where in its epoch a run was broken off.
  var brokenOff: Int?
  var best: TrainingState.Best?
  private(set) var rows: [EpochReport] = []
  private(set) var rowBegun: ContinuousClock.Instant
  private var rowExamples = 0
  private var rowSeconds = 0.0
  private let length: TrainingLength

  init(_ recipe: Recipe, _ length: TrainingLength, _ begun: ContinuousClock.Instant, isStateful: Bool) {
    order =
      isStateful
      ? BatchOrder(count: length.examples, streams: length.batch)
      : BatchOrder(count: length.examples, seed: recipe.seed, shuffles: length.stepsPerEpoch > 1)
    rate = LearningRate(
      recipe.schedule, base: recipe.optimizer.learningRate, stepsPerEpoch: length.stepsPerEpoch, totalSteps: length.totalSteps)
    rowBegun = begun
    self.length = length
  }

  /// Goes on from a state; its rows have been told already.
  mutating func restore(_ state: TrainingState) {
    (steps, epoch, stepInEpoch, examples) = (state.steps, state.epoch, state.stepInEpoch, state.examples)
    (trainingSeconds, best, rows) = (state.trainingSeconds, state.best, state.rows)
    (rowExamples, rowSeconds) = (examples, trainingSeconds)
    last = stepInEpoch > 0 ? (epoch, stepInEpoch - 1) : (max(0, epoch - 1), max(0, length.stepsPerEpoch - 1))
    rate.plateau = state.plateau
    learningRate = rate.rate(step: max(0, steps - 1))
  }

  mutating func endStep(examples count: Int) {
    last = (epoch, stepInEpoch)
    steps += 1
    stepInEpoch += 1
    examples += count
  }

  /// An epoch that was broken off counts as its number too.
  mutating func endEpoch() {
    stepInEpoch = 0
    epoch += 1
  }

  /// Whether a row of the table is due after this epoch: every so many epochs, and at the end.
  func rowIsDue(cancelled: Bool) -> Bool {
    cancelled || epoch % length.epochsPerReport == 0 || steps >= length.totalSteps
  }

  var rowSamplesPerSecond: Double {
    let seconds = trainingSeconds - rowSeconds
    return seconds > 0 ? Double(examples - rowExamples) / seconds : 0
  }

  /// - Parameter loss: what plateaus are judged by.
  mutating func endRow(_ report: EpochReport, loss: Double) {
    rows.append(report)
    rate.epochEnded(loss: loss)
    rowBegun = .now
    rowExamples = examples
    rowSeconds = trainingSeconds
  }
}

/// The order in which examples come, drawn anew for every epoch from the seed and the epoch's number alone.
struct BatchOrder {
  private var order: [Int32]
  private let seed: UInt64
  private let shuffles: Bool

  /// - Parameter shuffles: not where all examples are one batch, whose order makes no difference.
  init(count: Int, seed: UInt64, shuffles: Bool) {
    order = (0..<Int32(count)).map { $0 }
    self.seed = seed
    self.shuffles = shuffles
  }

  /// The examples in so many streams of equal length, or one less: row by row a batch goes on where the batch before it ended. Shorter streams come last, so
  /// that the last batch is the front of the others.
  init(count: Int, streams: Int) {
    let (shortest, longer) = count.quotientAndRemainder(dividingBy: max(1, streams))
    let starts = (0..<streams).map { $0 * shortest + min($0, longer) }
    order = (0...shortest).flatMap { round in starts.prefix(round < shortest ? streams : longer).map { Int32($0 + round) } }
    seed = 0
    shuffles = false
  }

  mutating func shuffle(epoch: Int) {
    guard shuffles else { return }
    for index in order.indices { order[index] = Int32(index) }
    var random = Random(seed: seed, .shuffle, UInt64(epoch))
    // Fisher and Yates as `Random.shuffle`, which is generic: across modules that costs an allocation per swap.
    for last in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(last, random.below(last + 1)) }
  }

  /// The examples of a batch; the last one may be smaller.
  func batch(_ number: Int, of size: Int) -> ArraySlice<Int32> { order[number * size..<min((number + 1) * size, order.count)] }
}

extension Duration {
  package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
