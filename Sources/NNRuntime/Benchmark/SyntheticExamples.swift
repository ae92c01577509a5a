import NNData
import NNGraph
import NNLayers

/// Examples of a network's shapes: standard normal numbers in, or random tokens, and targets that its loss can be compared with.
struct SyntheticExamples {
  let examples: Examples

  init(_ model: Model, count: Int, seed: UInt64 = 1) {
    var random = Random(seed: seed, .generator)
    if case .tokens(let steps, let vocabulary) = model.input {
      examples = Self.text(steps: steps, vocabulary: min(vocabulary, model.outputRows.columns), model, count: count, &random)
      return
    }
    let x = (0..<count * model.input.count).map { _ in Float(random.normal()) }
    let outputs = model.output.count
    let targets: Examples.Targets =
      switch model.loss {
      case .crossEntropy?, .binaryCrossEntropy?, .hinge?:
        .classes((0..<count).map { _ in Int32(random.below(max(2, outputs))) })
      case .meanSquaredError?, .meanAbsoluteError?, .huber?, nil:
        .values((0..<count * outputs).map { _ in Float(random.normal()) }, width: outputs)
      }
    examples = Examples(
      shape: model.input.dimensions, storage: .floats(Stretch(x)), targets: targets, count: count, origin: .generated("random numbers"))
  }

  /// Windows side by side in a text without sense.
  private static func text(steps: Int, vocabulary: Int, _ model: Model, count: Int, _ random: inout Random) -> Examples {
    let tokens = (0..<(count + 1) * steps).map { _ in Float(random.below(vocabulary)) }
    let windows = Windows(
      values: tokens, features: 1, steps: steps, starts: (0..<count).map { Int32(clamping: $0 * steps) }, isText: true)
    return Examples(
      shape: model.input.dimensions, storage: .windows(windows), targets: .following(Following(steps: model.outputRows.rows)), count: count,
      origin: .generated("random text"))
  }
}
