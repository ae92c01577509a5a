/// One direction of a recurrent layer over whole sequences.
///
/// Inside, the units of every gate are padded to a multiple of 16 (`padded`), so that each gate of each row is made of whole vectors on every instruction
/// set; weights of the padding are zero, and so is all that comes of it. Gates stand in PyTorch's order: lstm i f g o, gru r z n.
public struct Recurrence: Sendable, Hashable {
  /// tanh and relu are Elman's.
  public enum Cell: Sendable, Hashable, CaseIterable { case tanh, relu, lstm, gru }

  public var cell: Cell
  public var steps: Int
  /// Numbers per step that come in.
  public var inputs: Int
  public var units: Int
  /// From the last step to the first.
  public var isReverse: Bool
  /// Numbers per step of the output, those of the other direction included.
  public var outStride: Int

  public init(cell: Cell, steps: Int, inputs: Int, units: Int, isReverse: Bool = false, outStride: Int? = nil) {
    self.cell = cell
    self.steps = steps
    self.inputs = inputs
    self.units = units
    self.isReverse = isReverse
    self.outStride = outStride ?? units
  }

  /// Blocks of weights per unit.
  @inlinable public var gates: Int {
    switch cell {
    case .tanh, .relu: 1
    case .lstm: 4
    case .gru: 3
    }
  }

  /// Units, up to a multiple of 16.
  @inlinable public var padded: Int { (units + 15) / 16 * 16 }
  @inlinable public var isPadded: Bool { padded != units }
  /// Numbers per row of all gates.
  @inlinable public var columns: Int { gates * padded }

  /// Numbers per example and step that the backward pass needs. tanh and relu: h. lstm: i, f, g, o, c. gru: r, z, n and what r gates.
  @inlinable public var recordWidth: Int {
    switch cell {
    case .tanh, .relu: padded
    case .lstm: 5 * padded
    case .gru: 4 * padded
    }
  }

  /// The place in time of the k-th step that is computed.
  @inlinable public func time(_ k: Int) -> Int { isReverse ? steps - 1 - k : k }
}

/// The buffers of a range of rows (examples) of one pass; all but the weights begin at row 0 of the batch.
public struct RecurrentBuffers {
  /// `[batch][steps][columns]`: products of the inputs, biases added. After the backward pass their gradients, in the order of `place`.
  public var sums: MutableFloats
  /// Where the inputs are tokens, they, `[batch][steps]`; the sums of each kind of token then stand in `table` `[vocabulary][columns]`.
  public var tokens: Floats?
  public var table: Floats?
  /// `[vocabulary][columns]`: the gradients of the table are added to what is there; of this range of rows alone.
  public var tableGradient: MutableFloats?
  /// `[columns]`: the bias of the hidden state that r gates (gru), else unused.
  public var gatedBias: Floats
  /// The recurrent weights.
  public var weights: Floats
  /// Of `weights`.
  public var order: Order
  /// Room: `[batch][columns]`, `[batch][padded]`, `[batch][padded]`.
  public var products: MutableFloats
  public var state: MutableFloats
  public var cellState: MutableFloats
  /// `[batch][steps][recordWidth]` and, before each step, the state `[batch][steps][padded]`, in the order of `place`; nil in inference.
  public var record: MutableFloats?
  public var previous: MutableFloats?
  /// gru's gradients of the hidden state's products `[batch][steps][columns]`; for the others these are those in `sums`.
  public var hiddenSums: MutableFloats
  /// The state before the first step is zero, and so are its products.
  public var beginsWithZeros = false
  /// c before the first step `[batch][padded]` (lstm); nil for zeros.
  public var firstCells: Floats?

  /// How the recurrent weights lie.
  public enum Order: Sendable { case rows, panels }

  /// Where the k-th step of a row of the range `from ..< to` is recorded. Inputs that have a product for each step fix the order, since their gradients
  /// stand in the same one. Those of tokens do not: there a step of all rows is one piece of memory.
  @inlinable public func place(_ r: Recurrence, row: Int, k: Int, from: Int, to: Int) -> Int {
    tokens == nil ? row &* r.steps &+ r.time(k) : from &* r.steps &+ k &* (to &- from) &+ (row &- from)
  }

  @inlinable public init(
    sums: MutableFloats, gatedBias: Floats, weights: Floats, order: Order, products: MutableFloats, state: MutableFloats,
    cellState: MutableFloats, record: MutableFloats?, previous: MutableFloats?, hiddenSums: MutableFloats
  ) {
    self.sums = sums
    self.gatedBias = gatedBias
    self.weights = weights
    self.order = order
    self.products = products
    self.state = state
    self.cellState = cellState
    self.record = record
    self.previous = previous
    self.hiddenSums = hiddenSums
  }
}

/// The loops over sequences, compiled for one instruction set.
public protocol SequenceLoops: SendableMetatype {
  /// Recurrent weights `[units][gates][units]` as panels of a product: forward B(h, gate and unit), transposed B(gate and unit, h), padding zero; of the
  /// panels one share of `parts`.
  static func packRecurrent(_ r: Recurrence, w: Floats, isTransposed: Bool, part: Int, of parts: Int, packed: MutableFloats)
  /// Weights `[rows][gates][units]` with the units padded: `[rows][columns]`.
  static func padGates(_ r: Recurrence, rows: Int, w: Floats, padded: MutableFloats)
  /// y `[batch][steps][outStride]` for rows `from ..< to`, all steps; state and cellState hold the start and then the end.
  static func recurrentForward(_ r: Recurrence, from: Int, to: Int, buffers: RecurrentBuffers, y: MutableFloats)
  /// Gradients of `sums` (and `hiddenSums`) from dy; `state` and `cellState` are room for the gradients that go back in time.
  static func recurrentBackward(_ r: Recurrence, from: Int, to: Int, buffers: RecurrentBuffers, dy: Floats)
}
