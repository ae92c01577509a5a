import NNKernels

/// What a call does on top of its layer's own work, for the layers that follow it.
package struct FusedWork: Sendable {
  package var activation: Activation
  /// A max pool of 2 x 2 comes last.
  package var poolsPairs: Bool
  /// In place of the layer's own bias, one number per output channel. Valid as long as the call is.
  package nonisolated(unsafe) var bias: UnsafePointer<Float>?

  package init(activation: Activation = .linear, poolsPairs: Bool = false, bias: UnsafePointer<Float>? = nil) {
    self.activation = activation
    self.poolsPairs = poolsPairs
    self.bias = bias
  }
}

/// The arguments of `reference`: inputs and weights of the whole batch, in memory order (channels last, weights as `WeightSpec.order`).
package struct ReferenceCall {
  package var inputs: [Shape]
  package var x: [[Double]]
  package var weights: [[Double]]
  package var pass: Pass
  /// The layer's number in the network.
  package var layer: Int

  package init(inputs: [Shape], x: [[Double]], weights: [[Double]], pass: Pass, layer: Int = 0) {
    self.inputs = inputs
    self.x = x
    self.weights = weights
    self.pass = pass
    self.layer = layer
  }
}

/// The buffers of one forward call. Pointers are valid during the call only.
package struct ForwardCall {
  package let inputs: [Shape]
  /// An executor keeps its calls and changes this alone from step to step.
  package var pass: Pass
  /// The layer's number in the network.
  package let layer: Int
  /// One per input, batch x count.
  package let x: [UnsafePointer<Float>]
  package let y: UnsafeMutablePointer<Float>
  /// In the order of `weights(for:)`; running values are updated in place in training.
  package let weights: [UnsafeMutablePointer<Float>]
  package let saved: UnsafeMutablePointer<Float>
  package let scratch: UnsafeMutablePointer<Float>
  package let kernels: Kernels
  /// What a plan asks for, as far as `LayerMemory` allows it.
  package let fused: FusedWork
  /// `LayerMemory.prepared` numbers, in inference by a plan; otherwise nil.
  package let prepared: UnsafeMutablePointer<Float>?
  /// Of a layer before that turns tokens into vectors, worked into this call (`TokenReading`): `x` is then the tokens.
  package let lookup: TokenVectors?
  /// `LayerMemory.state` numbers; nil where every batch begins anew.
  package let state: UnsafeMutablePointer<Float>?

  package init(
    inputs: [Shape], pass: Pass, layer: Int, x: [UnsafePointer<Float>], y: UnsafeMutablePointer<Float>,
    weights: [UnsafeMutablePointer<Float>], saved: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>,
    kernels: Kernels, fused: FusedWork = FusedWork(), prepared: UnsafeMutablePointer<Float>? = nil, lookup: TokenVectors? = nil,
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
  package var preparedWeights: PreparedWeights? { prepared.map { PreparedWeights(memory: $0, areNew: pass.weightsAreNew) } }
}

/// The buffers of one backward call. `x` and `y` are those of the forward call.
package struct BackwardCall {
  package let inputs: [Shape]
  /// As in `ForwardCall`.
  package var pass: Pass
  package let layer: Int
  package let x: [UnsafePointer<Float>]
  package let y: UnsafePointer<Float>
  package let dy: UnsafePointer<Float>
  /// nil where nobody needs the gradient (the network's input).
  package let dx: [UnsafeMutablePointer<Float>?]
  package let weights: [UnsafePointer<Float>]
  /// nil for running values.
  package let dweights: [UnsafeMutablePointer<Float>?]
  package let saved: UnsafePointer<Float>
  package let scratch: UnsafeMutablePointer<Float>
  package let kernels: Kernels
  /// That of the forward call.
  package let fused: FusedWork
  /// See `LayerMemory.gatesInput`.
  package let gateSlope: Float?
  /// That of the forward call, with the place of its gradient.
  package let lookup: TokenVectors?

  package init(
    inputs: [Shape], pass: Pass, layer: Int, x: [UnsafePointer<Float>], y: UnsafePointer<Float>, dy: UnsafePointer<Float>,
    dx: [UnsafeMutablePointer<Float>?], weights: [UnsafePointer<Float>], dweights: [UnsafeMutablePointer<Float>?],
    saved: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>, kernels: Kernels, fused: FusedWork = FusedWork(),
    gateSlope: Float? = nil, lookup: TokenVectors? = nil
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
