/// Every layer of the language, one line each: the word table of stages.
package enum AllLayers {
  package static let types: [any Layer.Type] = [
    Conv.self,
    DepthwiseConv.self,
    Deconv.self,
    MaxPool.self,
    AvgPool.self,
    GlobalAvgPool.self,
    GlobalMaxPool.self,
    FullyConnected.self,
    Poly.self,
    Svm.self,
    Embed.self,
    OneHot.self,
    Positions.self,
    Rnn.self,
    Lstm.self,
    Gru.self,
    Attention.self,
    Last.self,
    First.self,
    Mean.self,
    BatchNorm.self,
    LayerNorm.self,
    Dropout.self,
    Flatten.self,
    Reshape.self,
    Linear.self,
    Relu.self,
    LeakyRelu.self,
    Elu.self,
    Gelu.self,
    Silu.self,
    Sigmoid.self,
    Tanh.self,
    Softsign.self,
    Softplus.self,
    Softmax.self,
    Add.self,
    Mul.self,
    Concat.self,
  ]

  private static let byWord = Dictionary(types.map { ($0.signature.word, $0) }, uniquingKeysWith: { first, _ in first })

  package static var words: Set<String> { Set(byWord.keys) }

  /// The layer or activation of a word.
  package static func type(named word: String) -> (any Layer.Type)? { byWord[word] }

  package static func isActivation(_ word: String) -> Bool { type(named: word)?.signature.isActivation ?? false }

  /// The words that may also stand last in `conv`, `fc` and the like.
  package static let activations: [any Layer.Type] = types.filter { $0.signature.isActivation }
}
