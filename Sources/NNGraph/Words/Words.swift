import NNLayers

/// The words of the layer table, as suggestions need them.
enum Words {
  /// In the order of the layer table.
  static let layers: [String] = AllLayers.types.map { $0.signature.word }
  static let activations: [String] = AllLayers.activations.map { $0.signature.word }

  private static let activationSet = Set(activations)
  private static let layerSet = Set(layers)

  static func isLayer(_ word: String) -> Bool { layerSet.contains(word) }
  static func isActivation(_ word: String) -> Bool { activationSet.contains(word) }
}
