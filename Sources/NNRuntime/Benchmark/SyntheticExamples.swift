import NNData
import NNGraph
import NNLayers

/// Examples of a network's shapes: standard normal numbers in, and targets that its loss can be compared with.
struct SyntheticExamples {
  let examples: Examples

  init(_ model: Model, count: Int, seed: UInt64 = 1) {
    var random = Random(seed: seed, .generator)
    let size = model.input.count
    let x = (0..<count * size).map { _ in Float(random.normal()) }
    let outputs = model.output.count
    let targets: Examples.Targets =
      switch model.loss {
      case .crossEntropy?, .binaryCrossEntropy?, .hinge?:
        .classes((0..<count).map { _ in Int32(random.below(max(2, outputs))) })
      case .meanSquaredError?, .meanAbsoluteError?, .huber?, nil:
        .values((0..<count * outputs).map { _ in Float(random.normal()) }, width: outputs)
      }
    examples = Examples(
      shape: model.input.dimensions, storage: .floats(x), targets: targets, count: count, origin: .generated("random numbers"))
  }
}
