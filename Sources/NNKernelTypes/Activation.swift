/// A function of one number, applied to every element.
public struct Activation: Sendable, Hashable {
  /// Formulas as PyTorch has them; gelu is the exact one.
  public enum Kind: UInt8, Sendable, CaseIterable {
    case linear, relu, leakyRelu, elu, gelu, silu, sigmoid, tanh, softsign, softplus
  }
  public var kind: Kind
  /// The slope below zero of leaky_relu, the scale of elu; unused by the others.
  public var alpha: Float

  @inlinable public init(_ kind: Kind, alpha: Float = 0) {
    self.kind = kind
    self.alpha = alpha
  }

  /// x itself.
  public static let linear = Activation(.linear)
}

/// What is done to a product or convolution before it is stored: a bias per column, then an activation; for convolutions also a pool, or a gate.
public struct Epilogue {
  /// `[columns]`, or nil.
  public var bias: UnsafePointer<Float>?
  public var activation: Activation
  /// Convolutions: only the largest of each 2 x 2 outputs is stored, here, `[batch][outHeight / 2][outWidth / 2][outChannels]`. The activation must
  /// not fall anywhere, and be one of those with a slope below zero.
  public var pooled: UnsafeMutablePointer<Float>?
  /// With `pooled`: for each of its numbers the bits of a `PoolChoice`, or nil.
  public var choices: UnsafeMutablePointer<Float>?
  /// Input gradients: laid out as the output, which is multiplied by `gateSlope` where this is not above 0; without bias and activation.
  public var gate: UnsafePointer<Float>?
  public var gateSlope: Float = 1

  @inlinable public init(bias: UnsafePointer<Float>? = nil, activation: Activation = .linear) {
    self.bias = bias
    self.activation = activation
  }

  /// Nothing is left to do after the product.
  @inlinable public var isEmpty: Bool { bias == nil && activation.kind == .linear }
}

/// What a fused pool remembers of a window for the backward pass: bits 0 and 1 the place of its first largest number (0 and 1 above, 2 and 3 below),
/// bit 2 that this number is not above zero.
public enum PoolChoice {
  @inlinable public static var notAbove: UInt32 { 4 }
}

extension Activation {
  /// Whether the backward pass reads x; otherwise y is enough, and x may be any pointer.
  @inlinable public var backwardReadsInput: Bool {
    switch kind {
    case .linear, .relu, .sigmoid, .tanh: false
    case .gelu, .silu, .softsign, .softplus: true
    case .leakyRelu, .elu: alpha < 0
    }
  }
}

extension Activation {
  /// The factor below zero of the activations that are one line on either side; nil for the others.
  @inlinable public var slopeBelowZero: Float? {
    switch kind {
    case .linear: 1
    case .relu: 0
    case .leakyRelu: alpha
    case .elu, .gelu, .silu, .sigmoid, .tanh, .softsign, .softplus: nil
    }
  }

  /// Whether the largest of several numbers is still the largest after the activation, which is one line on either side of zero.
  @inlinable public var commutesWithMaximum: Bool { slopeBelowZero.map { $0 >= 0 } ?? false }

  /// The slope below zero where y > 0 exactly where x > 0: then the gradient can be had from y alone, by a gate.
  @inlinable public var gateSlope: Float? {
    switch kind {
    case .relu: 0
    case .leakyRelu: alpha >= 0 ? alpha : nil
    case .linear, .elu, .gelu, .silu, .sigmoid, .tanh, .softsign, .softplus: nil
    }
  }
}
