/// How a pass is run. A value handed in, never a global state.
package struct Pass: Sendable {
  package enum Mode: Sendable { case training, inference }
  package var mode: Mode
  /// Examples in this batch.
  package var batch: Int
  /// Of the run; with `step` and the layer's number it decides every random draw of the pass.
  package var seed: UInt64
  package var step: UInt64
  /// The weights may have changed since the last pass of the same calls: what was prepared from them is made again.
  package var weightsAreNew: Bool

  package init(mode: Mode, batch: Int, seed: UInt64 = 0, step: UInt64 = 0, weightsAreNew: Bool = true) {
    self.mode = mode
    self.batch = batch
    self.seed = seed
    self.step = step
    self.weightsAreNew = weightsAreNew
  }
}

/// In numbers of `Float`. All areas are aligned to 64 bytes.
package struct LayerMemory: Sendable, Equatable {
  /// Written by `forward`, read by the same step's `backward` (a norm's statistics).
  package var saved = 0
  /// Free to use within one call.
  package var scratch = 0
  /// `backward` reads `x`. Where it does not, `call.x` may point at numbers that were overwritten since `forward`.
  package var readsX = true
  /// `backward` reads `y`; as above.
  package var readsY = true
  /// `forward` works with `y` at the place of `x[0]`, and `backward` with `dx[0]` at the place of `dy`: the layer goes number by number.
  package var inPlace = false
  /// `y` is `x[0]` and `dx[0]` is `dy`, number by number: a plan gives both one buffer and calls neither pass (flatten, dropout in inference).
  package var isAlias = false
  /// `forward` applies `call.fused.activation` to what it gives. `backward` knows nothing of it where it does not pool as well: its `dy` is that of the
  /// activation's input.
  package var fusesActivation = false
  /// In inference: `forward` adds `call.fused.bias` in place of the layer's own, and its output is linear in its first tensor of weights, whose last
  /// axis in memory is the output's. Then a scale and a shift per channel that follow can be worked into both.
  package var foldsScale = false
  /// `forward` pools 2 x 2 on top where `call.fused.poolsPairs` says so, and `backward` then goes from the gradient of the pooled numbers, activation
  /// included; this is what that needs besides. nil where the layer cannot.
  package var fusedPool: FusedPool?
  /// `backward` multiplies `dx[0]` by `call.gateSlope` where `x[0]` is not above 0, where there is one: the slope of the activation that made x.
  package var gatesInput = false
  /// Kept between the calls of inference: weights in the kernels' order.
  package var prepared = 0
  /// Kept from batch to batch, zeros at first: the state that the examples of the next batch begin with.
  package var state = 0

  /// What a fused pool needs besides.
  package struct FusedPool: Sendable, Equatable {
    package var saved: Int
    package var scratch: Int
    package init(saved: Int, scratch: Int) {
      self.saved = saved
      self.scratch = scratch
    }
  }

  package init(
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
