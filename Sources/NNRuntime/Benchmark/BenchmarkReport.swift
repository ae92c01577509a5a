import NNGraph
import NNKernels
import NNLayers

/// What a benchmark measured. All times in seconds.
public struct BenchmarkReport: Sendable {
  public let model: Model
  public let mode: Benchmark.Mode
  /// Examples per run.
  public let batch: Int
  public let threads: Int
  public let instructionSet: InstructionSet
  /// Of the whole network.
  public let runs: Int
  /// Of one run; where a run is too short for the clock, each sample is the mean of several.
  public let times: Times
  /// Operations per second that all threads reach in registers alone.
  public let peak: Double
  /// In the order of the plan.
  public let layers: [Layer]

  /// By the median.
  public var samplesPerSecond: Double { Double(batch) / times.median }

  /// Operations of one run, two per multiply-accumulate of convolutions, products, recurrences and attention.
  public var operations: Double { layers.reduce(0) { $0 + $1.operations } }

  /// By the median.
  public var operationsPerSecond: Double { operations / times.median }

  /// Order statistics of a number of times.
  public struct Times: Sendable, Equatable {
    public let minimum: Double
    public let median: Double
    /// 99 of 100 are not above it.
    public let p99: Double

    init(_ times: [Double]) {
      let sorted = times.sorted()
      guard let first = sorted.first else {
        (minimum, median, p99) = (0, 0, 0)
        return
      }
      minimum = first
      median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
      p99 = sorted[min(sorted.count - 1, (sorted.count * 99 + 99) / 100 - 1)]
    }
  }

  /// Medians of the steps of a plan.
  struct StepTimes {
    var forward: [Double]
    /// As `Plan.backwardLayers`.
    var backward: [Double]
    var loss: Double
    var update: Double
  }

  /// One row: the stages that are computed together, or a part of a training step that belongs to no stage.
  public struct Layer: Sendable {
    /// Indices into `Model.stages`; empty for the loss and the update of the weights.
    public let stages: [Int]
    /// `conv 3x3x32 pad 1 | leaky_relu 0.01 | maxpool 2`
    public let text: String
    /// The median of the forward pass; of the loss and the update, theirs.
    public let forward: Double
    /// nil in inference, and where nothing flows back.
    public let backward: Double?
    /// Of both passes, two per multiply-accumulate.
    public let operations: Double

    /// Both passes.
    public var seconds: Double { forward + (backward ?? 0) }
  }
}

extension BenchmarkReport.Layer {
  static func all(of plan: Plan, _ model: Model, batch: Int, _ times: BenchmarkReport.StepTimes) -> [Self] {
    var backward = [Double?](repeating: nil, count: model.nodes.count)
    var hasInputGradient = [Bool](repeating: false, count: model.nodes.count)
    for (step, time) in zip(plan.backwardLayers, times.backward) {
      backward[step.node] = time
      hasInputGradient[step.node] = step.dx.contains { $0 != nil }
    }
    var rows = zip(plan.forward, times.forward).map { step, time in
      let times = step.nodes.compactMap { backward[$0] }
      let operations = step.nodes.reduce(0.0) { sum, node in
        let layer = model.nodes[node]
        // A weight's and an input's gradient each cost what the forward pass does.
        let passes = 1 + (backward[node] != nil && layer.weights.contains(where: \.isTrained) ? 1 : 0) + (hasInputGradient[node] ? 1 : 0)
        return sum + 2 * Double(layer.layer.macs(for: layer.inputShapes)) * Double(passes * batch)
      }
      return Self(
        stages: stages(step.nodes, model), text: text(step.nodes, model), forward: time,
        backward: times.isEmpty ? nil : times.reduce(0, +), operations: operations)
    }
    if plan.purpose == .training {
      rows.append(Self(stages: [], text: "loss", forward: times.loss, backward: nil, operations: 0))
      rows.append(Self(stages: [], text: "optimizer \(model.recipe.optimizer.word)", forward: times.update, backward: nil, operations: 0))
    }
    return rows
  }

  private static func stages(_ nodes: [Int], _ model: Model) -> [Int] {
    var result: [Int] = []
    for node in nodes.sorted() where result.last != model.nodes[node].stage { result.append(model.nodes[node].stage) }
    return result
  }

  private static func text(_ nodes: [Int], _ model: Model) -> String {
    stages(nodes, model).map { model.stages.indices.contains($0) ? model.stages[$0].text : model.nodes[nodes[0]].word }.joined(
      separator: " | ")
  }
}
