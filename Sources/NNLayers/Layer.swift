import NNKernels

/// A layer: its syntax, its shape rule, its weights, its definition and its two passes, in one file.
///
/// None of the requirements has a default, so that a new one makes the compiler list every layer that lacks it.
/// Layers know nothing of source positions; a problem is thrown as facts, and the resolver adds the place.
public protocol Layer: Sendable {
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
public enum LayerProblem: Error, Equatable, Sendable {
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

/// A tensor of weights.
///
/// Files hold PyTorch's name, shape and order. In memory the kernels want another order of the axes: `view` splits PyTorch's shape into
/// axes (a `fc` after an image: [out, C, H, W]) and `order` lists them as they lie in memory ([2, 3, 1, 0]: H, W, C, out).
public struct WeightSpec: Sendable, Equatable {
  /// What follows the layer's name in files: `weight`, `bias`, `running_mean`, `weight_ih_l0`.
  public var name: String
  /// PyTorch's shape, as stored.
  public var shape: [Int]
  public var view: [Int]
  public var order: [Int]
  public var role: Role
  /// For the initialisers: numbers that flow into and out of one unit.
  public var fanIn: Int
  public var fanOut: Int

  public enum Role: Sendable, Equatable {
    /// Drawn by the file's `init`.
    case kernel
    /// Zero at start.
    case bias
    /// One at start (the scale of a norm).
    case scale
    /// Orthogonal at start unless `init` says otherwise; `gates` square matrices one after the other.
    case recurrent(gates: Int)
    /// Normal with deviation 1, as `torch.nn.Embedding`.
    case embedding
    /// Not trained: set by forward passes in training; the value at start.
    case running(Float)
  }

  public var isTrained: Bool { if case .running = role { false } else { true } }
  public var count: Int { shape.reduce(1, *) }

  public init(
    _ name: String, shape: [Int], view: [Int]? = nil, order: [Int]? = nil, role: Role, fanIn: Int = 1, fanOut: Int = 1
  ) {
    self.name = name
    self.shape = shape
    self.view = view ?? shape
    self.order = order ?? Array((view ?? shape).indices)
    self.role = role
    self.fanIn = fanIn
    self.fanOut = fanOut
  }
}

/// How a pass is run. A value handed in, never a global state.
public struct Pass: Sendable {
  public enum Mode: Sendable { case training, inference }
  public var mode: Mode
  /// Examples in this batch.
  public var batch: Int
  /// Of the run; with `step` and the layer's number it decides every random draw of the pass.
  public var seed: UInt64
  public var step: UInt64
  /// The weights may have changed since the last pass of the same calls: what was prepared from them is made again.
  public var weightsAreNew: Bool

  public init(mode: Mode, batch: Int, seed: UInt64 = 0, step: UInt64 = 0, weightsAreNew: Bool = true) {
    self.mode = mode
    self.batch = batch
    self.seed = seed
    self.step = step
    self.weightsAreNew = weightsAreNew
  }
}

/// In numbers of `Float`. All areas are aligned to 64 bytes.
public struct LayerMemory: Sendable, Equatable {
  /// Written by `forward`, read by the same step's `backward` (a norm's statistics).
  public var saved = 0
  /// Free to use within one call.
  public var scratch = 0
  /// `backward` reads `x`. Where it does not, `call.x` may point at numbers that were overwritten since `forward`.
  public var readsX = true
  /// `backward` reads `y`; as above.
  public var readsY = true
  /// `forward` works with `y` at the place of `x[0]`, and `backward` with `dx[0]` at the place of `dy`: the layer goes number by number.
  public var inPlace = false
  /// `y` is `x[0]` and `dx[0]` is `dy`, number by number: a plan gives both one buffer and calls neither pass (flatten, dropout in inference).
  public var isAlias = false
  /// `forward` applies `call.fused.activation` to what it gives. `backward` knows nothing of it where it does not pool as well: its `dy` is that of the
  /// activation's input.
  public var fusesActivation = false
  /// In inference: `forward` adds `call.fused.bias` in place of the layer's own, and its output is linear in its first tensor of weights, whose last
  /// axis in memory is the output's. Then a scale and a shift per channel that follow can be worked into both.
  public var foldsScale = false
  /// `forward` pools 2 x 2 on top where `call.fused.poolsPairs` says so, and `backward` then goes from the gradient of the pooled numbers, activation
  /// included; this is what that needs besides. nil where the layer cannot.
  public var fusedPool: FusedPool?
  /// `backward` multiplies `dx[0]` by `call.gateSlope` where `x[0]` is not above 0, where there is one: the slope of the activation that made x.
  public var gatesInput = false
  /// Kept between the calls of inference: weights in the kernels' order.
  public var prepared = 0
  /// Kept from batch to batch, zeros at first: the state that the examples of the next batch begin with.
  public var state = 0

  /// What a fused pool needs besides.
  public struct FusedPool: Sendable, Equatable {
    public var saved: Int
    public var scratch: Int
    public init(saved: Int, scratch: Int) {
      self.saved = saved
      self.scratch = scratch
    }
  }

  public init(
    saved: Int = 0, scratch: Int = 0, readsX: Bool = true, readsY: Bool = true, inPlace: Bool = false, isAlias: Bool = false,
    fusesActivation: Bool = false, foldsScale: Bool = false, fusedPool: FusedPool? = nil, gatesInput: Bool = false, prepared: Int = 0,
    state: Int = 0
  ) {
    self.saved = saved
    self.scratch = scratch
    self.readsX = readsX
    self.readsY = readsY
    self.inPlace = inPlace
    self.isAlias = isAlias
    self.fusesActivation = fusesActivation
    self.foldsScale = foldsScale
    self.fusedPool = fusedPool
    self.gatesInput = gatesInput
    self.prepared = prepared
    self.state = state
  }
}

/// A layer before that turns tokens into vectors, worked into the call of the one that reads them: `x` is then the tokens.
public struct TokenLookup {
  public let vocabulary: Int
  /// `[vocabulary][features]`; nil for one-hot vectors.
  public let vectors: UnsafePointer<Float>?
  /// Where the gradient of `vectors` goes; nil in a forward pass.
  public let gradient: UnsafeMutablePointer<Float>?

  public init(vocabulary: Int, vectors: UnsafePointer<Float>?, gradient: UnsafeMutablePointer<Float>? = nil) {
    self.vocabulary = vocabulary
    self.vectors = vectors
    self.gradient = gradient
  }
}

/// What a call does on top of its layer's own work, for the layers that follow it.
public struct FusedWork: Sendable {
  public var activation: Activation
  /// A max pool of 2 x 2 comes last.
  public var poolsPairs: Bool
  /// In place of the layer's own bias, one number per output channel. Valid as long as the call is.
  public nonisolated(unsafe) var bias: UnsafePointer<Float>?

  public init(activation: Activation = .linear, poolsPairs: Bool = false, bias: UnsafePointer<Float>? = nil) {
    self.activation = activation
    self.poolsPairs = poolsPairs
    self.bias = bias
  }
}

/// The arguments of `reference`: inputs and weights of the whole batch, in memory order (channels last, weights as `WeightSpec.order`).
public struct ReferenceCall {
  public var inputs: [Shape]
  public var x: [[Double]]
  public var weights: [[Double]]
  public var pass: Pass
  /// The layer's number in the network.
  public var layer: Int

  public init(inputs: [Shape], x: [[Double]], weights: [[Double]], pass: Pass, layer: Int = 0) {
    self.inputs = inputs
    self.x = x
    self.weights = weights
    self.pass = pass
    self.layer = layer
  }
}

/// The buffers of one forward call. Pointers are valid during the call only.
public struct ForwardCall {
  public let inputs: [Shape]
  /// An executor keeps its calls and changes this alone from step to step.
  public var pass: Pass
  /// The layer's number in the network.
  public let layer: Int
  /// One per input, batch x count.
  public let x: [UnsafePointer<Float>]
  public let y: UnsafeMutablePointer<Float>
  /// In the order of `weights(for:)`; running values are updated in place in training.
  public let weights: [UnsafeMutablePointer<Float>]
  public let saved: UnsafeMutablePointer<Float>
  public let scratch: UnsafeMutablePointer<Float>
  public let kernels: Kernels
  /// What a plan asks for, as far as `LayerMemory` allows it.
  public let fused: FusedWork
  /// `LayerMemory.prepared` numbers, in inference by a plan; otherwise nil.
  public let prepared: UnsafeMutablePointer<Float>?
  /// See `TokenReading`.
  public let lookup: TokenLookup?
  /// `LayerMemory.state` numbers; nil where every batch begins anew.
  public let state: UnsafeMutablePointer<Float>?

  public init(
    inputs: [Shape], pass: Pass, layer: Int, x: [UnsafePointer<Float>], y: UnsafeMutablePointer<Float>,
    weights: [UnsafeMutablePointer<Float>], saved: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>,
    kernels: Kernels, fused: FusedWork = FusedWork(), prepared: UnsafeMutablePointer<Float>? = nil, lookup: TokenLookup? = nil,
    state: UnsafeMutablePointer<Float>? = nil
  ) {
    self.inputs = inputs
    self.pass = pass
    self.layer = layer
    self.x = x
    self.y = y
    self.weights = weights
    self.saved = saved
    self.scratch = scratch
    self.kernels = kernels
    self.fused = fused
    self.prepared = prepared
    self.lookup = lookup
    self.state = state
  }

  /// Weights that stay as they are between calls, for the kernels that can use them.
  public var preparedWeights: PreparedWeights? { prepared.map { PreparedWeights(memory: $0, areNew: pass.weightsAreNew) } }
}

/// The buffers of one backward call. `x` and `y` are those of the forward call.
public struct BackwardCall {
  public let inputs: [Shape]
  /// As in `ForwardCall`.
  public var pass: Pass
  public let layer: Int
  public let x: [UnsafePointer<Float>]
  public let y: UnsafePointer<Float>
  public let dy: UnsafePointer<Float>
  /// nil where nobody needs the gradient (the network's input).
  public let dx: [UnsafeMutablePointer<Float>?]
  public let weights: [UnsafePointer<Float>]
  /// nil for running values.
  public let dweights: [UnsafeMutablePointer<Float>?]
  public let saved: UnsafePointer<Float>
  public let scratch: UnsafeMutablePointer<Float>
  public let kernels: Kernels
  /// That of the forward call.
  public let fused: FusedWork
  /// See `LayerMemory.gatesInput`.
  public let gateSlope: Float?
  /// That of the forward call, with the place of its gradient.
  public let lookup: TokenLookup?

  public init(
    inputs: [Shape], pass: Pass, layer: Int, x: [UnsafePointer<Float>], y: UnsafePointer<Float>, dy: UnsafePointer<Float>,
    dx: [UnsafeMutablePointer<Float>?], weights: [UnsafePointer<Float>], dweights: [UnsafeMutablePointer<Float>?],
    saved: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>, kernels: Kernels, fused: FusedWork = FusedWork(),
    gateSlope: Float? = nil, lookup: TokenLookup? = nil
  ) {
    self.inputs = inputs
    self.pass = pass
    self.layer = layer
    self.x = x
    self.y = y
    self.dy = dy
    self.dx = dx
    self.weights = weights
    self.dweights = dweights
    self.saved = saved
    self.scratch = scratch
    self.kernels = kernels
    self.fused = fused
    self.gateSlope = gateSlope
    self.lookup = lookup
  }
}

/// A layer whose work in inference is a scale and a shift per channel, made from its weights: it can be worked into a product before it.
public protocol ChannelScaling: Layer {
  /// y = x scale + shift. `weights` as in `ForwardCall`; `scale` and `shift` hold a number per channel.
  func scaleAndShift(
    weights: [UnsafeMutablePointer<Float>], channels: Int, scale: UnsafeMutablePointer<Float>, shift: UnsafeMutablePointer<Float>)
}

/// A layer that may be a max pool of 2 x 2 without padding, which some layers do themselves.
public protocol PairPooling: Layer {
  func poolsPairs(_ input: Shape) -> Bool
}

/// A layer that gives each token the vector of its kind: a layer behind it may take the tokens themselves.
public protocol TokenVectorSource: Layer {
  /// The vectors are its first tensor of weights; otherwise they are one-hot.
  var hasVectors: Bool { get }
}

/// A layer that can take tokens in the place of their vectors, to work out once per kind what it does with each vector.
public protocol TokenReading: Layer {
  /// The memory of such calls; nil where it would not pay.
  ///
  /// - Parameter inputs: the shapes that it would read without, sequences of vectors.
  func memory(for inputs: [Shape], vocabulary: Int, batch: Int, pass: Pass.Mode) -> LayerMemory?
}
