import NNLayers

/// Where each tensor of a model lies: the trained ones in one area, so that an optimizer is one loop over it, the running values in
/// another. Gradients lie as the trained weights do. The gaps between tensors (to 64 bytes) are and stay zero.
public struct WeightLayout: Sendable {
  /// One of the network's, with its place.
  public struct Tensor: Sendable {
    /// `conv1.weight`
    public var name: String
    /// The index of the node that it belongs to.
    public var node: Int
    /// Its shapes in memory and in files, and how it begins.
    public var spec: WeightSpec
    /// Into the trained or the running area, in numbers; a multiple of 16.
    public var offset: Int
  }

  /// In the order of nodes, and of a layer's own.
  public let tensors: [Tensor]
  /// Numbers in the trained area, gaps included.
  public let trainedCount: Int
  /// Numbers in the running area, gaps included.
  public let runningCount: Int
  /// The tensors of each node, as a range of `tensors`.
  public let ofNode: [Range<Int>]

  /// Throws NN310 where the numbers cannot be counted.
  public init(_ model: Model) throws(PlanProblem) {
    var tensors: [Tensor] = []
    var ranges: [Range<Int>] = []
    var trained = 0
    var running = 0
    for (index, node) in model.nodes.enumerated() {
      let start = tensors.count
      for spec in node.weights {
        let offset = spec.isTrained ? trained : running
        let end = try Planner.sum(offset, try Planner.product(spec.shape))
        tensors.append(Tensor(name: "\(node.name).\(spec.name)", node: index, spec: spec, offset: offset))
        if spec.isTrained { trained = ArenaLayout.aligned(end) } else { running = ArenaLayout.aligned(end) }
      }
      ranges.append(start..<tensors.count)
    }
    self.tensors = tensors
    trainedCount = trained
    runningCount = running
    ofNode = ranges
  }

  /// Numbers that are trained, without the gaps: what a summary shows as parameters.
  public var parameters: Int { tensors.reduce(0) { $0 + ($1.spec.isTrained ? $1.spec.count : 0) } }
}

/// Why there is no plan.
public enum PlanProblem: Error, Equatable, Sendable {
  /// NN310: more numbers than can be counted. The node where that was seen.
  case tooLarge
  /// The model has no layers.
  case empty
}
