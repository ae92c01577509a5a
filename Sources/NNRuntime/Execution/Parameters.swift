import NNDiagnostics
import NNGraph
import NNLayers

/// The weights of one network at one time, in memory order; `WeightLayout` says which number is which.
public struct Weights: Sendable, Equatable {
  /// What gradients change: `WeightLayout.trainedCount` numbers.
  public var trained: [Float]
  /// Running means and variances.
  public var running: [Float]
}

/// The memory of a network's weights, which all executors of that network share.
public final class Parameters: Sendable {
  /// Which number is which.
  public let layout: WeightLayout
  let trained: Arena
  let running: Arena

  /// All zero. Throws NN310 where the weights do not fit into the machine.
  public init(_ model: Model) throws(Diagnostic) {
    do throws(PlanProblem) { layout = try WeightLayout(model) } catch { throw error.diagnostic(model) }
    trained = try Arena(count: layout.trainedCount)
    running = try Arena(count: layout.runningCount)
  }

  /// A copy of all of them; set, they are the weights that all executors compute with.
  public var weights: Weights {
    get { Weights(trained: trained.copy(layout.trainedCount), running: running.copy(layout.runningCount)) }
    set {
      trained.fill(from: newValue.trained)
      running.fill(from: newValue.running)
    }
  }

  /// The numbers of tensor `index` of the layout.
  func pointer(_ index: Int) -> UnsafeMutablePointer<Float> {
    let tensor = layout.tensors[index]
    return (tensor.spec.isTrained ? trained : running).base + tensor.offset
  }
}

extension Weights {
  /// The numbers of one tensor in memory order.
  public func values(of tensor: WeightLayout.Tensor) -> [Float] {
    Array((tensor.spec.isTrained ? trained : running)[tensor.offset..<tensor.offset + tensor.spec.count])
  }

  /// The numbers of one tensor in the order of files.
  func inFileOrder(_ tensor: WeightLayout.Tensor) -> [Float] {
    tensor.spec.toFile(values(of: tensor))
  }

  /// Takes the numbers of one tensor, as many as it has, in memory order.
  mutating func set(_ values: [Float], _ tensor: WeightLayout.Tensor) {
    let range = tensor.offset..<tensor.offset + tensor.spec.count
    if tensor.spec.isTrained { trained.replaceSubrange(range, with: values) } else { running.replaceSubrange(range, with: values) }
  }

  init(layout: WeightLayout) {
    trained = Array(repeating: 0, count: layout.trainedCount)
    running = Array(repeating: 0, count: layout.runningCount)
  }
}

extension PlanProblem {
  func diagnostic(_ model: Model) -> Diagnostic {
    switch self {
    case .tooLarge:
      Diagnostic(
        .memory, .error, "this network needs more memory than can be counted", at: model.statements["batch"],
        fixes: [.init("a smaller `batch` or smaller layers need less")])
    case .empty: Diagnostic(.syntax, .error, "`\(model.name)` has no layers, so there is nothing to run")
    }
  }
}
