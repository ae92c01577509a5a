import NNDiagnostics
import NNGraph
import NNLayers

/// What stateful layers hand on from one batch to the next: row by row, so that the examples of one series keep their row.
final class CarriedStates {
  private let arena: Arena
  /// By forward step: where its states begin; nil where it has none.
  private let offsets: [Int?]

  /// nil for a network that begins every batch anew.
  /// - Throws: NN310 where the machine has too little memory.
  init?(_ plan: Plan, _ model: Model) throws(Diagnostic) {
    var size = 0
    var offsets: [Int?] = []
    for step in plan.forward {
      let count = model.memory(of: step.nodes[0], lookup: step.lookup, batch: plan.batch, plan.purpose.mode).state
      offsets.append(count > 0 ? size : nil)
      size += (count + 15) / 16 * 16
    }
    guard size > 0 else { return nil }
    self.offsets = offsets
    arena = try Arena(count: size)
    reset()
  }

  func pointer(_ step: Int) -> UnsafeMutablePointer<Float>? { offsets[step].map { arena.base + $0 } }

  /// All states, one behind the other.
  var values: [Float] {
    get { arena.copy(arena.count) }
    set { arena.fill(from: newValue) }
  }

  var count: Int { arena.count }

  func copy(to memory: Arena) { memory.base.update(from: arena.base, count: arena.count) }
  func restore(from memory: Arena) { arena.base.update(from: memory.base, count: arena.count) }

  /// The states become zeros.
  func reset() { arena.base.update(repeating: 0, count: arena.count) }
}
