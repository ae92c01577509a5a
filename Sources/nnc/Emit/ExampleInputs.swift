import NNData
import NNDiagnostics
import NNGraph
import NNLayers

/// Made-up raw inputs of a network: after normalisation around zero, images in whole numbers from 0 to 255 where those are what is normalised.
struct ExampleInputs {
  private let model: Model
  private let normalization: NormalizationValues

  init(_ model: Model, _ normalization: NormalizationValues) {
    self.model = model
    self.normalization = normalization
  }

  /// The numbers of one example; the same ones every time.
  func values(of example: Int) -> [Float] {
    var random = Random(seed: 0, .check, UInt64(example))
    let isPixels = model.input.kind == .image && normalization.scale.contains { $0 != 1 }
    return (0..<model.input.count).map { place in
      if case .tokens(_, let vocabulary) = model.input { return Float(random.below(vocabulary)) }
      if isPixels { return Float(random.below(256)) }
      let scale = normalization.scale[place % normalization.scale.count]
      let shift = normalization.shift[place % normalization.shift.count]
      let value = Float(random.uniform(-1.5, 1.5))
      return scale == 0 ? value : (value - shift) / scale
    }
  }

  /// Several, as the engine reads them.
  func numbers(count: Int) -> Examples {
    Examples(
      shape: model.input.dimensions, storage: .floats(Stretch((0..<count).flatMap(values))), targets: .none, count: count,
      origin: .generated("example"))
  }
}
