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

/// Inputs that are tokens: which vector of numbers each kind of token stands for.
public struct TokenVectors {
  /// Kinds of tokens.
  public var vocabulary: Int
  /// `[vocabulary][inputs]`; nil for 1 in the token's own column and 0 elsewhere, with as many inputs as kinds.
  public var vectors: Floats?
  /// Where their gradients go, like `vectors`; nil for not wanted.
  public var gradient: MutableFloats?

  public init(vocabulary: Int, vectors: Floats?, gradient: MutableFloats? = nil) {
    self.vocabulary = vocabulary
    self.vectors = vectors
    self.gradient = gradient
  }
}

extension Kernels {
  /// Floats that `recurrentForward` leaves in `saved` for the backward pass.
  public static func recurrentSaved(_ r: Recurrence, batch: Int) -> Int { batch * (r.steps * (r.recordWidth + r.padded) + r.padded) }

  /// Floats of scratch for either pass.
  ///
  /// - Parameter vocabulary: 0 where inputs are no tokens.
  public static func recurrentScratch(_ r: Recurrence, batch: Int, vocabulary: Int = 0, isTraining: Bool) -> Int {
    RecurrentScratch(r, batch: batch, vocabulary: vocabulary, isTraining: isTraining).count
  }

  /// Floats for weights that stay prepared.
  public static func recurrentPreparedCount(_ r: Recurrence, vocabulary: Int = 0) -> Int {
    RecurrentScratch.panels(r) + vocabulary * r.columns
  }

  /// Floats of the state that an example of a batch hands on.
  public static func recurrentStateCount(_ r: Recurrence) -> Int { 2 * r.padded }

  /// Whether it pays to multiply the vector of each kind of token once, instead of that of every step.
  public static func prefersTable(_ r: Recurrence, batch: Int, vocabulary: Int, isTraining: Bool) -> Bool {
    isTraining ? vocabulary <= batch * r.steps / rowRanges(batch) : vocabulary <= (1 << 22) / r.columns
  }

  /// y `[batch][steps][outStride]`, of which `units` per step are written, from x `[batch][steps][inputs]`, or with `vectors` from tokens
  /// `[batch][steps]`.
  ///
  /// - Parameters:
  ///   - saved: `recurrentSaved` floats for the backward pass; nil in inference.
  ///   - scratch: `recurrentScratch` floats, aligned to 64 bytes.
  ///   - prepared: `recurrentPreparedCount` floats.
  ///   - state: `[batch]` times `recurrentStateCount` floats, the state before the first step and after the call that after the last one; nil to begin
  ///     with zeros.
  public func recurrentForward(
    _ r: Recurrence, batch: Int, x: Floats, vectors: TokenVectors? = nil, weights: RecurrentWeights, y: MutableFloats,
    saved: MutableFloats?,
    scratch: MutableFloats, prepared: PreparedWeights? = nil, state: MutableFloats? = nil
  ) {
    let room = RecurrentScratch(r, batch: batch, vocabulary: vectors?.vocabulary ?? 0, isTraining: saved != nil)
    var buffers = buffers(r, room, scratch, saved, batch)
    fillBiases(r, weights, bias: scratch + room.bias, gatedBias: scratch + room.gatedBias)
    let bias = Epilogue(bias: Floats(scratch + room.bias))
    if let vectors {
      let table = prepared.map { $0.memory + RecurrentScratch.panels(r) } ?? scratch + room.table
      if prepared?.areNew != false { fillTable(r, vectors, weights, bias, scratch + room.inputWeights, table) }
      (buffers.tokens, buffers.table) = (x, Floats(table))
    } else {
      gemm(
        m: batch * r.steps, n: r.columns, k: r.inputs, a: x, b: paddedInputWeights(r, weights.input, scratch + room.inputWeights),
        c: scratch + room.sums, epilogue: bias)
    }
    fill(count: 2 * batch * r.padded, y: scratch + room.state)
    buffers.beginsWithZeros = state == nil
    if let state { takeUp(r, batch, state, scratch + room.state, scratch + room.cellState) }
    if let saved { (saved + room.firstCells(r, batch)).update(from: scratch + room.cellState, count: batch * r.padded) }
    (buffers.weights, buffers.order) = forwardWeights(r, batch, weights.hidden, scratch + room.packed, prepared)
    forEachRowRange(r, batch) { _, from, to in loops.recurrentForward(r, from: from, to: to, buffers: buffers, y: y) }
    if let state { handOn(r, batch, scratch + room.state, scratch + room.cellState, state) }
  }

  /// h and c from `[batch][2][padded]`.
  private func takeUp(_ r: Recurrence, _ batch: Int, _ from: Floats, _ state: MutableFloats, _ cells: MutableFloats) {
    for (half, to) in [state, cells].enumerated() {
      loops.copyRows(
        rows: batch, columns: r.padded, x: from + half * r.padded, ldx: 2 * r.padded, y: to, ldy: r.padded, accumulate: false)
    }
  }

  private func handOn(_ r: Recurrence, _ batch: Int, _ state: Floats, _ cells: Floats, _ to: MutableFloats) {
    for (half, from) in [state, cells].enumerated() {
      loops.copyRows(
        rows: batch, columns: r.padded, x: from, ldx: r.padded, y: to + half * r.padded, ldy: 2 * r.padded, accumulate: false)
    }
  }

  /// Gradients from dy `[batch][steps][outStride]`, after a forward pass with `saved`, whose state began with zeros unless `hadState`. dx is added to where
  /// `addsToInput`; tokens have none.
  public func recurrentBackward(
    _ r: Recurrence, batch: Int, x: Floats, vectors: TokenVectors? = nil, weights: RecurrentWeights, dy: Floats, dx: MutableFloats?,
    addsToInput: Bool, gradients: RecurrentGradients, saved: Floats, scratch: MutableFloats, hadState: Bool = false
  ) {
    let room = RecurrentScratch(r, batch: batch, vocabulary: vectors?.vocabulary ?? 0, isTraining: true)
    // The loops read what was saved, but take it in one structure with what they write.
    var buffers = buffers(r, room, scratch, MutableFloats(mutating: saved), batch)
    buffers.firstCells = saved + room.firstCells(r, batch)
    buffers.beginsWithZeros = !hadState
    pack(r, weights.hidden, isTransposed: true, scratch + room.packed)
    buffers.weights = Floats(scratch + room.packed)
    if vectors != nil { buffers.tokens = x }
    let (tables, hidden) = (scratch + room.tableGradients, scratch + room.hiddenGradients)
    let tableCount = (vectors?.vocabulary ?? 0) * r.columns
    forEachRowRange(r, batch) { range, from, to in
      var own = buffers
      if tableCount > 0 {
        own.tableGradient = tables + range * tableCount
        loops.fill(count: tableCount, value: 0, y: tables + range * tableCount)
      }
      loops.recurrentBackward(r, from: from, to: to, buffers: own, dy: dy)
    }
    if let dw = gradients.hidden { hiddenGradient(r, batch, buffers, into: dw, parts: hidden) }
    if let vectors {
      addParts(Self.rowRanges(batch), count: tableCount, tables, into: tables)
      tableGradient(r, vectors, weights, gradients, table: tables, room, scratch, addsToInput: addsToInput)
      biasGradients(r, vectors.vocabulary, Floats(tables), batch, buffers, gradients, scratch + room.bias)
    } else {
      inputGradient(r, batch, x, weights, gradients, buffers.sums, dx: dx, addsToInput: addsToInput, room, scratch)
      biasGradients(r, batch * r.steps, buffers.sums, batch, buffers, gradients, scratch + room.bias)
    }
  }

  private func buffers(
    _ r: Recurrence, _ room: RecurrentScratch, _ scratch: MutableFloats, _ saved: MutableFloats?, _ batch: Int
  ) -> RecurrentBuffers {
    RecurrentBuffers(
      sums: scratch + room.sums, gatedBias: scratch + room.gatedBias, weights: scratch + room.packed, order: .panels,
      products: scratch + room.products, state: scratch + room.state, cellState: scratch + room.cellState, record: saved,
      previous: saved.map { $0 + batch * r.steps * r.recordWidth }, hiddenSums: scratch + room.hiddenSums)
  }

  /// Ranges of at most 24 rows, an even number of them: few enough for a range's gates to stay near the core, many enough to use each weight several times.
  static func rowRanges(_ batch: Int) -> Int { batch < 8 ? 1 : 2 * pieces(batch, 48) }

  private func forEachRowRange(_ r: Recurrence, _ batch: Int, _ body: (_ range: Int, _ from: Int, _ to: Int) -> Void) {
    let ranges = Self.rowRanges(batch)
    forEach(chunks: ranges, work: batch * r.steps * r.columns * (r.units + 16)) { range in
      body(range, range * batch / ranges, (range + 1) * batch / ranges)
    }
  }

  // MARK: Gradients of the weights

  /// dU = Σ hᵀ dsums: a part for each range of rows, which are then added in their order. A first step's h of zeros adds nothing; where a step of all rows is
  /// one piece of memory, it is left out.
  private func hiddenGradient(_ r: Recurrence, _ batch: Int, _ buffers: RecurrentBuffers, into dw: MutableFloats, parts: MutableFloats) {
    guard let previous = buffers.previous else { return }
    let ranges = Self.rowRanges(batch)
    let count = r.units * r.columns
    let skipped = buffers.beginsWithZeros && buffers.tokens != nil && r.steps > 1 ? 1 : 0
    let product = Product(
      n: r.columns, k: 0, aRow: 1, aStep: r.padded, bRow: r.columns, bColumn: 1, ldc: r.columns, accumulate: false)
    forEachWithWorkspace(chunks: ranges) { range, _, workspace in
      let (first, last) = (range * batch / ranges, (range + 1) * batch / ranges)
      let from = first * r.steps + skipped * (last - first)
      var part = product
      part.k = last * r.steps - from
      multiply(
        part, rows: r.units, columns: r.columns, a: previous + from * r.padded, b: buffers.hiddenSums + from * r.columns,
        c: parts + range * count, workspace: workspace)
    }
    addParts(ranges, count: count, parts, into: r.isPadded ? parts : dw)
    if r.isPadded { removePadding(r, rows: r.units, parts, dw) }
  }

  /// dW = xᵀ dsums, dx = dsums Wᵀ.
  private func inputGradient(
    _ r: Recurrence, _ batch: Int, _ x: Floats, _ weights: RecurrentWeights, _ gradients: RecurrentGradients, _ sums: Floats,
    dx: MutableFloats?, addsToInput: Bool, _ room: RecurrentScratch, _ scratch: MutableFloats
  ) {
    let rows = batch * r.steps
    if let dw = gradients.input {
      let target = r.isPadded ? scratch + room.gradient : dw
      gemm(m: r.inputs, n: r.columns, k: rows, a: x, transposeA: true, b: sums, c: target)
      if r.isPadded { removePadding(r, rows: r.inputs, target, dw) }
    }
    guard let dx else { return }
    gemm(
      m: rows, n: r.inputs, k: r.columns, a: sums, b: paddedInputWeights(r, weights.input, scratch + room.inputWeights), ldb: r.columns,
      transposeB: true, c: dx, accumulate: addsToInput)
  }

  // MARK: Tokens

  /// table `[vocabulary][columns]` = the vectors times W, biases added.
  private func fillTable(
    _ r: Recurrence, _ tokens: TokenVectors, _ weights: RecurrentWeights, _ bias: Epilogue, _ room: MutableFloats, _ table: MutableFloats
  ) {
    if let vectors = tokens.vectors {
      gemm(
        m: tokens.vocabulary, n: r.columns, k: r.inputs, a: vectors, b: paddedInputWeights(r, weights.input, room), c: table,
        epilogue: bias)
    } else {
      loops.padGates(r, rows: r.inputs, w: weights.input, padded: table)
      guard let bias = bias.bias else { return }
      for row in 0..<r.inputs { loops.add(count: r.columns, a: table + row * r.columns, b: bias, y: table + row * r.columns) }
    }
  }

  /// The gradients of W and of the vectors from that of the table: the input's, as if every kind of token had come once.
  private func tableGradient(
    _ r: Recurrence, _ tokens: TokenVectors, _ weights: RecurrentWeights, _ gradients: RecurrentGradients, table: Floats,
    _ room: RecurrentScratch, _ scratch: MutableFloats, addsToInput: Bool
  ) {
    guard let vectors = tokens.vectors else {
      if let dw = gradients.input { removePadding(r, rows: r.inputs, table, dw) }
      return
    }
    var once = r
    once.steps = 1
    inputGradient(
      once, tokens.vocabulary, vectors, weights, gradients, table, dx: tokens.gradient, addsToInput: addsToInput, room, scratch)
  }

  // MARK: Weights

  /// Few rows read each weight about once, so that packing them for one call would cost as much as the product.
  private func forwardWeights(
    _ r: Recurrence, _ batch: Int, _ w: Floats, _ room: MutableFloats, _ prepared: PreparedWeights?
  ) -> (Floats, RecurrentBuffers.Order) {
    if let prepared {
      if prepared.areNew { pack(r, w, isTransposed: false, prepared.memory) }
      return (Floats(prepared.memory), .panels)
    }
    guard batch < 4 else {
      pack(r, w, isTransposed: false, room)
      return (Floats(room), .panels)
    }
    guard r.isPadded else { return (w, .rows) }
    loops.padGates(r, rows: r.units, w: w, padded: room)
    return (Floats(room), .rows)
  }

  private func pack(_ r: Recurrence, _ w: Floats, isTransposed: Bool, _ packed: MutableFloats) {
    let parts = 8
    forEach(chunks: parts, work: 2 * r.units * r.columns) {
      loops.packRecurrent(r, w: w, isTransposed: isTransposed, part: $0, of: parts, packed: packed)
    }
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

  /// - Parameter sums: `[rows][columns]`: the gradients of all places, or those of the table.
  private func biasGradients(
    _ r: Recurrence, _ rows: Int, _ sums: Floats, _ batch: Int, _ buffers: RecurrentBuffers, _ gradients: RecurrentGradients,
    _ room: MutableFloats
  ) {
    if let target = gradients.inputBias ?? gradients.hiddenBias {
      columnSums(rows: rows, columns: r.columns, x: sums, y: room)
      removePadding(r, rows: 1, room, target)
    }
    guard let target = gradients.hiddenBias else { return }
    if r.cell == .gru {
      columnSums(rows: batch * r.steps, columns: r.columns, x: buffers.hiddenSums, y: room)
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
  /// Products of the kinds of tokens, and for each range of rows their gradients.
  var table = 0
  var tableGradients = 0
  /// For each range of rows.
  var hiddenGradients = 0

  init(_ r: Recurrence, batch: Int, vocabulary: Int, isTraining: Bool) {
    let ranges = Kernels.rowRanges(batch)
    sums = add(isTraining || vocabulary == 0 ? batch * r.steps * r.columns : 0)
    hiddenSums = r.cell == .gru && isTraining ? add(batch * r.steps * r.columns) : sums
    products = add(batch * r.columns)
    state = add(batch * r.padded)
    cellState = add(batch * r.padded)
    packed = add(max(Self.panels(r), isTraining ? r.columns * (r.padded + 31) : 0))
    bias = add(r.columns)
    gatedBias = add(r.padded)
    inputWeights = r.isPadded ? add(r.inputs * r.columns) : 0
    table = add(vocabulary * r.columns)
    guard isTraining else { return }
    gradient = r.isPadded ? add(r.inputs * r.columns) : 0
    tableGradients = add(ranges * vocabulary * r.columns)
    hiddenGradients = add(ranges * r.units * r.columns)
  }

  /// Floats of the recurrent weights in panels, which are at most 32 columns wide.
  static func panels(_ r: Recurrence) -> Int { r.units * ((r.columns + 31) / 32 * 32) }

  /// Where in what is saved the first step's c begins.
  func firstCells(_ r: Recurrence, _ batch: Int) -> Int { batch * r.steps * (r.recordWidth + r.padded) }

  private mutating func add(_ floats: Int) -> Int {
    defer { count += (floats + 15) / 16 * 16 }
    return count
  }
}
