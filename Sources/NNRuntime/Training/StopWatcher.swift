import NNDiagnostics
import NNGraph
import NNRecipe

/// Decides when a run has to end before its time.
struct StopWatcher {
  private let rules: [StopRule]
  private let start: ContinuousClock.Instant
  var memory: Memory
  /// The shortest of the times given.
  private let deadline: (rule: StopRule, instant: ContinuousClock.Instant)?

  /// By rule: the best value of its quantity, and the epochs since then.
  struct Memory: Sendable, Equatable {
    var best: [Double?]
    var waited: [Int]
  }

  /// - Throws: NN207 where a rule asks for what is not measured.
  init(_ model: Model, hasValidation: Bool, isClassification: Bool, start: ContinuousClock.Instant) throws(Diagnostic) {
    rules = model.recipe.stops
    self.start = start
    memory = Memory(best: Array(repeating: nil, count: rules.count), waited: Array(repeating: 0, count: rules.count))
    var deadline: (StopRule, ContinuousClock.Instant)?
    for rule in rules {
      switch rule {
      case .patience(_, let quantity), .below(_, let quantity):
        let problem = quantity.problem(hasValidation: hasValidation, areClasses: isClassification, in: model.statements["stop"])
        if let problem { throw problem }
      case .after(let seconds):
        let instant = start.advanced(by: .seconds(max(0, min(seconds, 1e9))))
        if deadline.map({ instant < $0.1 }) ?? true { deadline = (rule, instant) }
      }
    }
    self.deadline = deadline
  }

  /// Looked at after every step; the clock is only read where a rule needs it.
  func ruleOfTime() -> StopRule? {
    guard let deadline, ContinuousClock.now >= deadline.instant else { return nil }
    return deadline.rule
  }

  /// The rule that ends the run after this row, if any.
  mutating func epochEnded(_ report: EpochReport) -> StopRule? {
    for (index, rule) in rules.enumerated() {
      switch rule {
      case .after: continue
      case .below(let limit, let quantity): if let value = report.value(quantity), value < limit { return rule }
      case .patience(let epochs, let quantity):
        guard let value = report.value(quantity) else { continue }
        if let held = memory.best[index], !quantity.isBetter(value, than: held) {
          memory.waited[index] += 1
          if memory.waited[index] >= epochs { return rule }
        } else {
          memory.best[index] = value
          memory.waited[index] = 0
        }
      }
    }
    return nil
  }
}

extension EpochReport {
  func value(_ quantity: MeasuredQuantity) -> Double? {
    switch quantity.part {
    case .train: quantity.measure == "accuracy" ? trainAccuracy : trainLoss
    case .validation: validation?.value(quantity.measure)
    case .test: nil
    }
  }
}

extension MeasuredQuantity {
  /// Losses and errors are to fall, the others to rise.
  func isBetter(_ value: Double, than other: Double) -> Bool {
    ["accuracy", "f1", "r2"].contains(measure) ? value > other : value < other
  }
}
