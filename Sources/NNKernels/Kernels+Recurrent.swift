import NNKernelTypes

// Recurrent layers over whole sequences: one product for the inputs of all steps, then the steps one after the other, with the examples shared out over
// the threads; an example's steps need no other example, so no thread waits for another between steps.

/// The weights of one direction: `[inputs][gates][units]`, `[units][gates][units]` and two biases `[gates][units]`.
public struct RecurrentWeights {
  public var input: Floats
  public var hidden: Floats
  public var inputBias: Floats
  public var hiddenBias: Floats

  public init(input: Floats, hidden: Floats, inputBias: Floats, hiddenBias: Floats) {
    self.input = input
    self.hidden = hidden
    self.inputBias = inputBias
    self.hiddenBias = hiddenBias
  }
}

/// Where the gradients of `RecurrentWeights` go; nil for what is not wanted.
public struct RecurrentGradients {
  public var input: MutableFloats?
  public var hidden: MutableFloats?
  public var inputBias: MutableFloats?
  public var hiddenBias: MutableFloats?

  public init(input: MutableFloats?, hidden: MutableFloats?, inputBias: MutableFloats?, hiddenBias: MutableFloats?) {
    self.input = input
    self.hidden = hidden
    self.inputBias = inputBias
    self.hiddenBias = hiddenBias
  }
}

extension Kernels {
  /// Floats that `recurrentForward` leaves in `saved` for the backward pass.
  public static func recurrentSaved(_ r: Recurrence, batch: Int) -> Int { batch * r.steps * (r.recordWidth + r.padded) }

  /// Floats of scratch for either pass.
  public static func recurrentScratch(_ r: Recurrence, batch: Int) -> Int { RecurrentScratch(r, batch: batch).count }

  /// y `[batch][steps][outStride]`, of which `units` per step are written, from x `[batch][steps][inputs]`.
  ///
  /// - Parameters:
  ///   - saved: `recurrentSaved` floats for the backward pass; nil in inference.
  ///   - scratch: `recurrentScratch` floats, aligned to 64 bytes.
  public func recurrentForward(
    _ r: Recurrence, batch: Int, x: Floats, weights: RecurrentWeights, y: MutableFloats, saved: MutableFloats?, scratch: MutableFloats
  ) {
    let room = RecurrentScratch(r, batch: batch)
    fillBiases(r, weights, bias: scratch + room.bias, gatedBias: scratch + room.gatedBias)
    gemm(
      m: batch * r.steps, n: r.columns, k: r.inputs, a: x, b: paddedInputWeights(r, weights.input, scratch + room.inputWeights),
      c: scratch + room.sums, epilogue: Epilogue(bias: Floats(scratch + room.bias)))
    fill(count: 2 * batch * r.padded, y: scratch + room.state)
    var buffers = buffers(r, room, scratch, saved, batch)
    (buffers.weights, buffers.isPacked) = forwardWeights(r, batch, weights.hidden, scratch + room.packed)
    forEachRowRange(r, batch) { loops.recurrentForward(r, from: $0, to: $1, buffers: buffers, y: y) }
  }

  /// Gradients from dy `[batch][steps][outStride]`, after a forward pass with `saved`. dx is added to where `addsToInput`.
  public func recurrentBackward(
    _ r: Recurrence, batch: Int, x: Floats, weights: RecurrentWeights, dy: Floats, dx: MutableFloats?, addsToInput: Bool,
    gradients: RecurrentGradients, saved: Floats, scratch: MutableFloats
  ) {
    let room = RecurrentScratch(r, batch: batch)
    // The loops read what was saved, but take it in one structure with what they write.
    var buffers = buffers(r, room, scratch, MutableFloats(mutating: saved), batch)
    loops.packRecurrent(r, w: weights.hidden, isTransposed: true, packed: scratch + room.packed)
    buffers.weights = Floats(scratch + room.packed)
    forEachRowRange(r, batch) { loops.recurrentBackward(r, from: $0, to: $1, buffers: buffers, dy: dy) }
    let rows = batch * r.steps
    if let dw = gradients.input {
      let target = r.isPadded ? scratch + room.gradient : dw
      gemm(m: r.inputs, n: r.columns, k: rows, a: x, transposeA: true, b: buffers.sums, c: target)
      if r.isPadded { removePadding(r, rows: r.inputs, target, dw) }
    }
    if let dw = gradients.hidden, let previous = buffers.previous {
      let target = r.isPadded ? scratch + room.gradient : dw
      gemm(m: r.units, n: r.columns, k: rows, a: previous, lda: r.padded, transposeA: true, b: buffers.hiddenSums, c: target)
      if r.isPadded { removePadding(r, rows: r.units, target, dw) }
    }
    biasGradients(r, rows, buffers, gradients, scratch + room.bias)
    if let dx {
      gemm(
        m: rows, n: r.inputs, k: r.columns, a: buffers.sums, b: paddedInputWeights(r, weights.input, scratch + room.inputWeights),
        ldb: r.columns, transposeB: true, c: dx, accumulate: addsToInput)
    }
  }

  private func buffers(
    _ r: Recurrence, _ room: RecurrentScratch, _ scratch: MutableFloats, _ saved: MutableFloats?, _ batch: Int
  ) -> RecurrentBuffers {
    RecurrentBuffers(
      sums: scratch + room.sums, gatedBias: scratch + room.gatedBias, weights: scratch + room.packed, isPacked: true,
      products: scratch + room.products, state: scratch + room.state, cellState: scratch + room.cellState, record: saved,
      previous: saved.map { $0 + batch * r.steps * r.recordWidth }, hiddenSums: scratch + room.hiddenSums)
  }

  /// Ranges of at most 24 rows, an even number of them: few enough for a range's gates to stay near the core, many enough to use each weight several times.
  private func forEachRowRange(_ r: Recurrence, _ batch: Int, _ body: (_ from: Int, _ to: Int) -> Void) {
    let chunks = batch < 8 ? 1 : 2 * Self.pieces(batch, 48)
    forEach(chunks: chunks, work: batch * r.steps * r.columns * (r.units + 16)) { chunk in
      body(chunk * batch / chunks, (chunk + 1) * batch / chunks)
    }
  }

  // MARK: Weights

  /// Few rows read each weight about once, so that packing them would cost as much as the product.
  private func forwardWeights(_ r: Recurrence, _ batch: Int, _ w: Floats, _ room: MutableFloats) -> (Floats, isPacked: Bool) {
    guard batch < 4 else {
      loops.packRecurrent(r, w: w, isTransposed: false, packed: room)
      return (Floats(room), true)
    }
    guard r.isPadded else { return (w, false) }
    loops.padGates(r, rows: r.units, w: w, padded: room)
    return (Floats(room), false)
  }

  private func paddedInputWeights(_ r: Recurrence, _ w: Floats, _ room: MutableFloats) -> Floats {
    guard r.isPadded else { return w }
    loops.padGates(r, rows: r.inputs, w: w, padded: room)
    return Floats(room)
  }

  /// Both biases in one where both are only added; those of the n gate of a gru apart.
  private func fillBiases(_ r: Recurrence, _ weights: RecurrentWeights, bias: MutableFloats, gatedBias: MutableFloats) {
    loops.padGates(r, rows: 1, w: weights.inputBias, padded: bias)
    let added = r.cell == .gru ? 2 : r.gates
    for gate in 0..<added {
      loops.add(
        count: r.units, a: bias + gate * r.padded, b: weights.hiddenBias + gate * r.units, y: bias + gate * r.padded)
    }
    loops.fill(count: r.padded, value: 0, y: gatedBias)
    if added < r.gates { gatedBias.update(from: weights.hiddenBias + added * r.units, count: r.units) }
  }

  private func biasGradients(
    _ r: Recurrence, _ rows: Int, _ buffers: RecurrentBuffers, _ gradients: RecurrentGradients, _ room: MutableFloats
  ) {
    if let target = gradients.inputBias ?? gradients.hiddenBias {
      columnSums(rows: rows, columns: r.columns, x: buffers.sums, y: room)
      removePadding(r, rows: 1, room, target)
    }
    guard let target = gradients.hiddenBias else { return }
    if r.cell == .gru {
      columnSums(rows: rows, columns: r.columns, x: buffers.hiddenSums, y: room)
      removePadding(r, rows: 1, room, target)
    } else if let same = gradients.inputBias {
      target.update(from: same, count: r.gates * r.units)
    }
  }

  /// y `[rows][gates][units]` from x with padded units.
  private func removePadding(_ r: Recurrence, rows: Int, _ x: Floats, _ y: MutableFloats) {
    loops.copyRows(rows: rows * r.gates, columns: r.units, x: x, ldx: r.padded, y: y, ldy: r.units, accumulate: false)
  }
}

/// Where things lie in the scratch of a recurrent layer: offsets in floats, each a multiple of 16.
private struct RecurrentScratch {
  private(set) var count = 0
  var sums = 0
  var hiddenSums = 0
  var products = 0
  var state = 0
  var cellState = 0
  var packed = 0
  var bias = 0
  var gatedBias = 0
  var inputWeights = 0
  var gradient = 0

  init(_ r: Recurrence, batch: Int) {
    sums = add(batch * r.steps * r.columns)
    hiddenSums = r.cell == .gru ? add(batch * r.steps * r.columns) : sums
    products = add(batch * r.columns)
    state = add(batch * r.padded)
    cellState = add(batch * r.padded)
    // Panels are at most 32 columns wide.
    packed = add(max(r.units * (r.columns + 31), r.columns * (r.padded + 31)))
    bias = add(r.columns)
    gatedBias = add(r.padded)
    inputWeights = r.isPadded ? add(r.inputs * r.columns) : 0
    gradient = r.isPadded ? add(max(r.inputs, r.units) * r.columns) : 0
  }

  private mutating func add(_ floats: Int) -> Int {
    defer { count += (floats + 15) / 16 * 16 }
    return count
  }
}
