/// A function of one number, applied to every element.
public struct Activation: Sendable, Hashable {
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

  public static let linear = Activation(.linear)
}

/// What is done to a product or convolution before it is stored: a bias per column, then an activation.
public struct Epilogue {
  /// `[columns]`, or nil.
  public var bias: UnsafePointer<Float>?
  public var activation: Activation

  @inlinable public init(bias: UnsafePointer<Float>? = nil, activation: Activation = .linear) {
    self.bias = bias
    self.activation = activation
  }

  @inlinable public var isEmpty: Bool { bias == nil && activation.kind == .linear }
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
