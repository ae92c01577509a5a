import NNKernelTypes
import NNKernels

/// What `rnn`, `lstm` and `gru` share: directions, weights under PyTorch's names, backpropagation through time, dropout of what comes out.
///
/// Starts from a state of zeros, `stateful` from that which the same row of the batch before ended with; no gradient goes back there. With both
/// directions each step gives the units of the forward direction, then those of the backward one.
package struct Recurrent: Sendable {
  package let cell: Recurrence.Cell
  package let units: Int
  package let isBoth: Bool
  package let isStateful: Bool
  package let dropout: Double

  static let units = Parameter("units", "numbers in the state, which are what every step gives", .integer(1...1 << 24))
  static let dropout = Parameter(
    "dropout", "in training every number that comes out is dropped with this probability, below 1", .number(0...1, percent: true),
    default: .number(0))
  static let both = Flag("both", "a second one goes from the last step to the first; a step gives the numbers of both")
  static let stateful = Flag("stateful", "the state goes on from window to window of a series or text, and begins anew with each epoch")

  init(_ cell: Recurrence.Cell, _ arguments: Arguments) throws(LayerProblem) {
    self.cell = cell
    units = try arguments.required("units", arguments.integer("units"))
    isBoth = arguments.has("both")
    isStateful = arguments.has("stateful")
    dropout = arguments.number("dropout") ?? 0
    guard dropout < 1 else { throw .value(argument: "dropout", message: "`dropout` with probability 1 would drop everything") }
    guard !(isBoth && isStateful) else {
      throw .value(
        argument: "stateful", message: "`stateful` with `both`: the backward direction would need the state of a window yet to come")
    }
  }

  private var directions: Int { isBoth ? 2 : 1 }
  private var width: Int { directions * units }

  /// The loops' view of one direction on a sequence.
  private func recurrence(_ input: Shape, direction: Int) -> Recurrence {
    Recurrence(
      cell: cell, steps: input.dimensions[0], inputs: input.channels, units: units, isReverse: direction == 1, outStride: width)
  }

  func output(for input: Shape) throws(LayerProblem) -> Shape {
    guard case .sequence(let steps, let features) = input else { throw .kind(needs: [.sequence], input: input) }
    let gates = recurrence(input, direction: 0).gates
    _ = try product([gates, units, max(features, units), 2], limit: Shape.largestCount)
    _ = try product([steps, gates, units, max(features, units), 4], limit: largestWork)
    return try Shape.sequence(steps: steps, features: width).checked()
  }

  /// PyTorch: weight_ih_l0 [gates units, in], weight_hh_l0 [gates units, units], bias_ih_l0, bias_hh_l0, then the same with `_reverse`; in memory both
  /// matrices are [in or units][gates][units].
  func weights(for input: Shape) -> [WeightSpec] {
    let gates = recurrence(input, direction: 0).gates
    return (0..<directions).flatMap { direction -> [WeightSpec] in
      let end = direction == 1 ? "_reverse" : ""
      return [
        WeightSpec(
          "weight_ih_l0\(end)", shape: [gates * units, input.channels], order: [1, 0], role: .kernel, fanIn: input.channels, fanOut: units),
        WeightSpec(
          "weight_hh_l0\(end)", shape: [gates * units, units], order: [1, 0], role: .recurrent(gates: gates), fanIn: units, fanOut: units),
        WeightSpec("bias_ih_l0\(end)", shape: [gates * units], role: .bias, fanIn: input.channels),
        WeightSpec("bias_hh_l0\(end)", shape: [gates * units], role: .bias, fanIn: units),
      ]
    }
  }

  func macs(for input: Shape) -> Int {
    let r = recurrence(input, direction: 0)
    return directions * r.steps * r.gates * units * (r.inputs + units)
  }

  // MARK: Definition

  func reference(_ call: ReferenceCall) -> [Double] {
    let steps = call.inputs[0].dimensions[0]
    var y = [Double](repeating: 0, count: call.pass.batch * steps * width)
    for direction in 0..<directions {
      let r = recurrence(call.inputs[0], direction: direction)
      let definition = RecurrentDefinition(r, weights: Array(call.weights[4 * direction..<4 * direction + 4]))
      for example in 0..<call.pass.batch {
        var state = RecurrentDefinition.State(units: units)
        for k in 0..<steps {
          let place = example * steps + r.time(k)
          definition.step(call.x[0][place * r.inputs..<(place + 1) * r.inputs], &state)
          for u in 0..<units { y[place * width + direction * units + u] = state.h[u] }
        }
      }
    }
    guard call.pass.mode == .training, dropout > 0 else { return y }
    let mask = mask(call.pass, layer: call.layer)
    return y.enumerated().map { mask.keeps($0) ? $1 / (1 - dropout) : 0 }
  }

  private func mask(_ pass: Pass, layer: Int) -> DropoutMask {
    DropoutMask(seed: Random.stream(seed: pass.seed, .dropout, pass.step, UInt64(layer)), probability: dropout)
  }

  // MARK: Passes

  private func hasMask(_ mode: Pass.Mode) -> Bool { mode == .training && dropout > 0 }

  /// Saved: for each direction what its gates gave. Scratch: that of one direction, and dy behind the dropout.
  func memory(for input: Shape, vocabulary: Int = 0, batch: Int, pass: Pass.Mode) -> LayerMemory {
    let r = recurrence(input, direction: 0)
    let isTraining = pass == .training
    let masked = hasMask(pass) ? batch * r.steps * width : 0
    return LayerMemory(
      saved: isTraining ? directions * Kernels.recurrentSaved(r, batch: batch) : 0,
      scratch: Kernels.recurrentScratch(r, batch: batch, vocabulary: vocabulary, isTraining: isTraining) + masked, readsY: false,
      prepared: isTraining ? 0 : directions * Kernels.recurrentPreparedCount(r, vocabulary: vocabulary),
      state: isStateful ? batch * Kernels.recurrentStateCount(r) : 0)
  }

  /// Memory of calls that take tokens; nil where these would not pay.
  func lookupMemory(for input: Shape, vocabulary: Int, batch: Int, pass: Pass.Mode) -> LayerMemory? {
    let r = recurrence(input, direction: 0)
    guard Kernels.prefersTable(r, batch: batch, vocabulary: vocabulary, isTraining: pass == .training) else { return nil }
    return memory(for: input, vocabulary: vocabulary, batch: batch, pass: pass)
  }

  func forward(_ call: ForwardCall) {
    let batch = call.pass.batch
    for direction in 0..<directions {
      let r = recurrence(call.inputs[0], direction: direction)
      let saved = call.pass.mode == .training ? call.saved + direction * Kernels.recurrentSaved(r, batch: batch) : nil
      let prepared = call.preparedWeights.map { all in
        var own = all
        own.memory += direction * Kernels.recurrentPreparedCount(r, vocabulary: call.lookup?.vocabulary ?? 0)
        return own
      }
      call.kernels.recurrentForward(
        r, batch: batch, x: call.x[0], vectors: call.lookup,
        weights: RecurrentWeights(call.weights.map { Floats($0) }, direction), y: call.y + direction * units, saved: saved,
        scratch: call.scratch, prepared: prepared, state: call.state)
    }
    if hasMask(call.pass.mode) {
      let count = batch * call.inputs[0].dimensions[0] * width
      call.kernels.dropout(mask(call.pass, layer: call.layer), count: count, x: call.y, y: call.y)
    }
  }

  func backward(_ call: BackwardCall) {
    let batch = call.pass.batch
    var dy = call.dy
    if hasMask(.training) {
      let own = Kernels.recurrentScratch(
        recurrence(call.inputs[0], direction: 0), batch: batch, vocabulary: call.lookup?.vocabulary ?? 0, isTraining: true)
      let masked = call.scratch + own
      let count = batch * call.inputs[0].dimensions[0] * width
      call.kernels.dropout(mask(call.pass, layer: call.layer), count: count, x: dy, y: masked)
      dy = Floats(masked)
    }
    for direction in 0..<directions {
      let r = recurrence(call.inputs[0], direction: direction)
      call.kernels.recurrentBackward(
        r, batch: batch, x: call.x[0], vectors: call.lookup, weights: RecurrentWeights(call.weights, direction),
        dy: dy + direction * units, dx: call.dx[0], addsToInput: direction > 0, gradients: RecurrentGradients(call.dweights, direction),
        saved: call.saved + direction * Kernels.recurrentSaved(r, batch: batch), scratch: call.scratch,
        hadState: isStateful)
    }
  }
}

extension RecurrentWeights {
  /// Those of one direction among a layer's.
  fileprivate init(_ weights: [Floats], _ direction: Int) {
    let first = 4 * direction
    self.init(input: weights[first], hidden: weights[first + 1], inputBias: weights[first + 2], hiddenBias: weights[first + 3])
  }
}

extension RecurrentGradients {
  /// Those of one direction, in the same order.
  fileprivate init(_ gradients: [MutableFloats?], _ direction: Int) {
    let first = 4 * direction
    self.init(input: gradients[first], hidden: gradients[first + 1], inputBias: gradients[first + 2], hiddenBias: gradients[first + 3])
  }
}

/// `rnn`, `lstm` and `gru`, which differ in their words and their cells alone.
package protocol RecurrentLayer: TokenReading {
  /// What they share, with the cell of this one.
  var recurrent: Recurrent { get }
}

extension RecurrentLayer {
  package func output(for inputs: [Shape]) throws(LayerProblem) -> Shape { try recurrent.output(for: inputs[0]) }

  package func weights(for inputs: [Shape]) -> [WeightSpec] { recurrent.weights(for: inputs[0]) }

  package func macs(for inputs: [Shape]) -> Int { recurrent.macs(for: inputs[0]) }

  package func reference(_ call: ReferenceCall) -> [Double] { recurrent.reference(call) }

  package func memory(for inputs: [Shape], batch: Int, pass: Pass.Mode) -> LayerMemory {
    recurrent.memory(for: inputs[0], batch: batch, pass: pass)
  }

  package func memory(for inputs: [Shape], vocabulary: Int, batch: Int, pass: Pass.Mode) -> LayerMemory? {
    recurrent.lookupMemory(for: inputs[0], vocabulary: vocabulary, batch: batch, pass: pass)
  }

  package func forward(_ call: ForwardCall) { recurrent.forward(call) }

  package func backward(_ call: BackwardCall) { recurrent.backward(call) }
}
