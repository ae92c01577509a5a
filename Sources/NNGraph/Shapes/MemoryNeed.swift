import NNDiagnostics
import NNLayers
import NNRecipe

/// NN310: what training takes, against what the machine has. A lower bound: buffers of single layers are not counted.
struct MemoryNeed {
  let inference: Inference
  let recipe: Recipe

  func check(against memory: Int, _ problems: Problems) {
    let weights = parameters.saturatingProduct(copies)
    let activations = values.saturatingProduct(bytesOfValue)
    let need = weights.saturatingSum(activations)
    guard need > memory else { return }
    let largest = inference.rows.max { cost($0) < cost($1) }
    problems.add(
      .memory, "training needs at least \(need.bytesText), there are \(memory.bytesText)", at: largest?.span, "takes the most",
      notes: [
        "weights, gradients and the optimizer's state: \(weights.bytesText)",
        "values and their gradients for a batch of \(batch.grouped): \(activations.bytesText)",
      ],
      fixes: [
        .init(
          activations > weights ? "try a smaller `batch`, or a stride or pool earlier" : "make the layer smaller, or put a pool before it")
      ])
  }

  private func cost(_ row: Row) -> Int {
    (row.parameters ?? 0).saturatingProduct(copies).saturatingSum((row.output?.count ?? 0).saturatingProduct(bytesOfValue))
  }

  private var parameters: Int { inference.rows.reduce(0) { $0.saturatingSum($1.parameters ?? 0) } }
  private var values: Int { inference.nodes.reduce(0) { $0.saturatingSum($1.output.count) } }

  /// Bytes for each number between two layers and its gradient, in a batch.
  private var bytesOfValue: Int { (2 * MemoryLayout<Float>.size).saturatingProduct(batch) }

  /// Bytes for each weight: itself, its gradient, and what the optimizer keeps.
  private var copies: Int {
    let slots: Int
    switch recipe.optimizer {
    case .sgd(let settings): slots = settings.momentum > 0 ? 1 : 0
    case .adam, .adamw, .adamax: slots = 2
    case .rmsprop(let settings): slots = settings.momentum > 0 ? 2 : 1
    case .adagrad: slots = 1
    }
    return (2 + slots) * MemoryLayout<Float>.size
  }

  /// Of `batch all` at least one example.
  private var batch: Int {
    switch recipe.batch {
    case .examples(let count): count
    case .all: 1
    }
  }
}
