import NNRecipe

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The learning rate over a run. All schedules but `cosine` change between epochs only; epochs and steps count from 0.
public struct LearningRate: Sendable {
  private let schedule: Schedule
  private let base: Double
  private let stepsPerEpoch: Int
  private let totalSteps: Int
  /// What a `plateau` schedule remembers.
  var plateau = Plateau()

  /// - Parameter totalSteps: of the whole run; `cosine` reaches its end there.
  public init(_ schedule: Schedule, base: Double, stepsPerEpoch: Int, totalSteps: Int) {
    self.schedule = schedule
    self.base = base
    self.stepsPerEpoch = max(1, stepsPerEpoch)
    self.totalSteps = totalSteps
  }

  /// The rate of a step of the whole run.
  public func rate(step: Int) -> Double {
    let epoch = step / stepsPerEpoch
    return switch schedule {
    case .constant: base
    case .exponential(let factor): base * pow(factor, Double(epoch))
    case .step(let epochs, let factor): base * pow(factor, Double(epoch / max(1, epochs)))
    case .phases(let phases): LearningRate.phase(phases, at: epoch) ?? base
    case .cosine(let end, let warmup): cosine(step: step, end: end, warmup: warmup)
    case .plateau: base * plateau.factor
    }
  }

  /// The rate is one number for all steps of an epoch.
  var isConstantWithinEpoch: Bool { if case .cosine = schedule { false } else { true } }

  /// Tells a `plateau` schedule how an epoch went: PyTorch's `ReduceLROnPlateau` with its defaults (mode min, relative threshold 1e-4).
  public mutating func epochEnded(loss: Double) {
    if case .plateau(let patience, let factor) = schedule { plateau.epochEnded(loss, patience: patience, by: factor) }
  }

  /// The phase an epoch lies in; after the end of the last one that one goes on.
  private static func phase(_ phases: [Schedule.Phase], at epoch: Int) -> Double? {
    var end = 0
    for phase in phases {
      guard let epochs = phase.epochs else { return phase.rate }
      // Counted without overflow: a phase of more epochs than there are left to count is the last one.
      let (next, overflow) = end.addingReportingOverflow(epochs)
      if overflow || epoch < next { return phase.rate }
      end = next
    }
    return phases.last?.rate
  }

  /// Linear from base/n to base over the n steps of the warm-up epochs, then half a cosine from base to `end` (Loshchilov and Hutter 2017,
  /// equation 5, without restarts), both step by step.
  private func cosine(step: Int, end: Double, warmup: Int) -> Double {
    let (product, overflow) = warmup.multipliedReportingOverflow(by: stepsPerEpoch)
    let warmupSteps = overflow ? Int.max : product
    if step < warmupSteps { return base * Double(step + 1) / Double(warmupSteps) }
    let length = max(1, totalSteps - warmupSteps)
    let progress = min(1, Double(step - warmupSteps) / Double(length))
    return end + (base - end) * (1 + cos(.pi * progress)) / 2
  }

  struct Plateau: Sendable, Equatable {
    var factor = 1.0
    var best = Double.infinity
    var badEpochs = 0

    mutating func epochEnded(_ loss: Double, patience: Int, by reduction: Double) {
      if loss < best * (1 - 1e-4) {
        best = loss
        badEpochs = 0
      } else {
        badEpochs += 1
      }
      if badEpochs > patience {
        factor *= reduction
        badEpochs = 0
      }
    }
  }
}
