/// A layer: its syntax, its shape rule, its weights, its definition and its two passes, in one file.
///
/// None of the requirements has a default, so that a new one makes the compiler list every layer that lacks it; only families of layers that differ in
/// little else (`RecurrentLayer`, `WindowedPool`) answer some of them together.
/// Layers know nothing of source positions; a problem is thrown as facts, and the resolver adds the place.
package protocol Layer: Sendable {
  /// The word's entry in the table of words.
  static var signature: Signature { get }

  /// Arguments are bound and range-checked already; what is left to refuse is a combination of them.
  init(_ arguments: Arguments) throws(LayerProblem)

  /// The shape this layer gives; the only place where shapes are refused. All layers but joins get exactly one input.
  func output(for inputs: [Shape]) throws(LayerProblem) -> Shape

  /// Trainable weights and running values, in PyTorch's order. Only called with inputs that `output` accepts, as is all below.
  func weights(for inputs: [Shape]) -> [WeightSpec]

  /// Multiply-accumulates per example: convolutions, products of `fc`, recurrences and attention only.
  func macs(for inputs: [Shape]) -> Int

  /// The definition in plain loops over `Double`, for a whole batch.
  func reference(_ call: ReferenceCall) -> [Double]

  /// What the two passes need besides inputs, outputs and weights.
  func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory

  /// `call.y` from `call.x`.
  func forward(_ call: ForwardCall)

  /// `call.dx` and `call.dweights` from `call.dy`, after a forward pass in training. Both are overwritten, not added to; a nil pointer is not wanted.
  func backward(_ call: BackwardCall)
}

/// What a layer refuses, as facts. `argument` names the argument to blame, where there is one.
package enum LayerProblem: Error, Equatable, Sendable {
  /// NN301
  case window(height: Int, width: Int, input: Shape)
  /// NN302
  case kind(needs: [Shape.Kind], input: Shape)
  /// NN303: `groups 3` must divide 32 channels.
  case divide(argument: String, value: Int, what: String, count: Int)
  /// NN305, NN306: inputs that cannot be joined.
  case join(inputs: [Shape])
  /// NN309
  case reshape(from: Shape, to: [Int])
  /// NN207: a value, or a combination, outside of what makes sense.
  case value(argument: String, message: String)
  /// NN310: a size that no machine could hold.
  case tooLarge
}

/// A layer whose work in inference is a scale and a shift per channel, made from its weights: it can be worked into a product before it.
package protocol ChannelScaling: Layer {
  /// y = x scale + shift. `weights` as in `ForwardCall`; `scale` and `shift` hold a number per channel.
  func scaleAndShift(
    weights: [UnsafeMutablePointer<Float>], channels: Int, scale: UnsafeMutablePointer<Float>, shift: UnsafeMutablePointer<Float>)
}

/// A layer that may be a max pool of 2 x 2 without padding, which some layers do themselves.
package protocol PairPooling: Layer {
  /// Whether it is one on this input.
  func poolsPairs(_ input: Shape) -> Bool
}

/// A layer that gives each token the vector of its kind: a layer behind it may take the tokens themselves.
package protocol TokenVectorSource: Layer {
  /// The vectors are its first tensor of weights; otherwise they are one-hot.
  var hasVectors: Bool { get }
}

/// A layer that can take tokens in the place of their vectors, to work out once per kind what it does with each vector.
package protocol TokenReading: Layer {
  /// The memory of such calls; nil where it would not pay.
  ///
  /// - Parameter inputs: the shapes that it would read without, sequences of vectors.
  func memory(for inputs: [Shape], vocabulary: Int, batch: Int, pass: Pass.Mode) -> LayerMemory?
}
