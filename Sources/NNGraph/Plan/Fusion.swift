import NNKernelTypes
import NNLayers

/// Which layers are computed together: a convolution or product with the normalisation, activation and pool behind it.
///
/// A layer joins the one before it where that is its only reader, so that nobody misses the numbers in between.
struct FusionPass {
  /// By node: the one in whose call it is computed; itself where it has a call of its own.
  private(set) var leader: [Int]
  /// By node: what its call does on top; nothing for nodes without a call.
  private(set) var group: [Group]
  /// By node: the slope below zero of the activation that made its first input, where its backward pass takes care of that.
  private(set) var gate: [Float?]
  /// By node: the one before it whose vectors it looks up itself.
  private(set) var lookup: [Int?]

  /// What one call does besides its own layer's work.
  struct Group: Sendable {
    var norm: Int?
    var activation: Int?
    var pool: Int?
    /// The node whose output the call writes.
    var last: Int

    var nodes: [Int] { [norm, activation, pool].compactMap { $0 } }
  }

  private let model: Model
  private let memory: [LayerMemory]
  private let root: [Int]
  /// By value: the nodes that read it.
  private let readers: [[Int]]
  private let isTraining: Bool

  /// - Parameters:
  ///   - root: by value, see `Planner`.
  ///   - output: the value that the loss or the caller reads.
  ///   - order: the nodes that are computed.
  ///   - hasLookup: whether it pays that this node looks up the vectors of that source.
  init(
    _ model: Model, memory: [LayerMemory], root: [Int], output: Int, order: [Int], isTraining: Bool,
    hasLookup: (_ node: Int, _ source: Int) -> Bool
  ) {
    self.model = model
    self.memory = memory
    self.root = root
    self.isTraining = isTraining
    leader = Array(model.nodes.indices)
    group = model.nodes.indices.map { Group(last: $0) }
    gate = Array(repeating: nil, count: model.nodes.count)
    lookup = Array(repeating: nil, count: model.nodes.count)
    var readers = [[Int]](repeating: [], count: root.count)
    for index in order {
      for input in model.nodes[index].inputs { readers[root[input.value]].append(index) }
    }
    // Read from outside, so never in between.
    readers[output] += [-1]
    self.readers = readers
    for index in order where leader[index] == index && memory[index].fusesActivation { fuse(into: index) }
    if isTraining { for index in order { openGate(at: index) } }
    for index in order { takeUpLookup(at: index, isWanted: hasLookup) }
  }

  private mutating func fuse(into index: Int) {
    var group = Group(last: index)
    if !isTraining, memory[index].foldsScale, let next = onlyReader(of: group.last), model.nodes[next].layer is any ChannelScaling {
      group.norm = next
      group.last = next
    }
    if let next = onlyReader(of: group.last), let activation = model.nodes[next].layer as? any Pointwise,
      !isTraining || !activation.kernel.backwardReadsInput
    {
      group.activation = next
      group.last = next
    }
    if memory[index].fusedPool != nil, let next = onlyReader(of: group.last), let pool = model.nodes[next].layer as? any PairPooling,
      pool.poolsPairs(model.nodes[next].inputShapes[0]), activation(group).commutesWithMaximum
    {
      group.pool = next
      group.last = next
    }
    for node in group.nodes { leader[node] = index }
    self.group[index] = group
  }

  func activation(_ group: Group) -> Activation {
    group.activation.flatMap { model.nodes[$0].layer as? any Pointwise }?.kernel ?? .linear
  }

  /// The one node that reads this node's output, as its only input.
  private func onlyReader(of node: Int) -> Int? {
    let found = readers[node + 1]
    guard found.count == 1, found[0] >= 0, model.nodes[found[0]].inputs.count == 1 else { return nil }
    return found[0]
  }

  /// Where a call alone reads the vectors of tokens, it can look them up.
  private mutating func takeUpLookup(at index: Int, isWanted: (Int, Int) -> Bool) {
    guard leader[index] == index, model.nodes[index].layer is any TokenReading, let input = model.nodes[index].inputs.first else { return }
    let value = root[input.value]
    guard value > 0, leader[value - 1] == value - 1, group[value - 1].last == value - 1, onlyReader(of: value - 1) == index,
      model.nodes[value - 1].layer is any TokenVectorSource, isWanted(index, value - 1)
    else { return }
    lookup[index] = value - 1
    leader[value - 1] = index
  }

  /// Where a call reads what an activation made, and nobody else does, its backward pass applies the activation's slope as it writes the gradient.
  private mutating func openGate(at index: Int) {
    guard memory[index].gatesInput, let input = model.nodes[index].inputs.first else { return }
    let value = root[input.value]
    guard value > 0, onlyReader(of: value - 1) == index else { return }
    let before = group[leader[value - 1]]
    guard before.last == value - 1, before.pool == nil, before.activation != nil else { return }
    gate[index] = activation(before).gateSlope
  }
}
