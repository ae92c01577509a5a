import NNKernelTypes

// Loops over n elements; y may be one of the inputs.

extension Kernels {
  /// y times `slope` where `gate` is not above 0.
  public func gate(count: Int, gate: Floats, slope: Float, y: MutableFloats) {
    forEachRange(of: count, grain: Self.grain, work: count) { loops.gate(count: $1, gate: gate + $0, slope: slope, y: y + $0) }
  }

  /// Elements per chunk: 64 KiB of each buffer.
  static let grain = 16_384

  /// y = f(x)
  public func activate(_ activation: Activation, count: Int, x: Floats, y: MutableFloats) {
    forEachRange(of: count, grain: Self.grain, work: count * activation.cost) { start, size in
      loops.activate(activation, count: size, x: x + start, y: y + start)
    }
  }

  /// dx = dy f'(x). y is f(x); x is read only where `activation.backwardReadsInput`.
  public func activateBackward(
    _ activation: Activation, count: Int, x: Floats, y: Floats, dy: Floats, dx: MutableFloats
  ) {
    forEachRange(of: count, grain: Self.grain, work: count * activation.cost) { start, size in
      loops.activateBackward(activation, count: size, x: x + start, y: y + start, dy: dy + start, dx: dx + start)
    }
  }

  /// y = value
  public func fill(count: Int, value: Float = 0, y: MutableFloats) {
    forEachRange(of: count, grain: Self.grain, work: count) { loops.fill(count: $1, value: value, y: y + $0) }
  }

  /// y = x; they do not overlap.
  public func copy(count: Int, x: Floats, y: MutableFloats) {
    forEachRange(of: count, grain: Self.grain, work: count) { (y + $0).update(from: x + $0, count: $1) }
  }

  /// y `[rows][columns]` = activation(y + bias), a bias per column.
  public func finish(rows: Int, columns: Int, bias: Floats?, activation: Activation = .linear, y: MutableFloats) {
    let epilogue = Epilogue(bias: bias, activation: activation)
    guard !epilogue.isEmpty else { return }
    forEachRange(of: rows, grain: max(1, Self.grain / max(1, columns)), work: rows * columns * (activation.cost + 1)) {
      loops.finish(rows: $1, columns: columns, c: y + $0 * columns, ldc: columns, epilogue: epilogue)
    }
  }

  /// y = a + b
  public func add(count: Int, a: Floats, b: Floats, y: MutableFloats) {
    forEachRange(of: count, grain: Self.grain, work: count) { loops.add(count: $1, a: a + $0, b: b + $0, y: y + $0) }
  }

  /// y = a b, element by element. The gradient of a is `multiply` of dy and b.
  public func multiply(count: Int, a: Floats, b: Floats, y: MutableFloats) {
    forEachRange(of: count, grain: Self.grain, work: count) { loops.multiply(count: $1, a: a + $0, b: b + $0, y: y + $0) }
  }

  /// y += a b
  public func addProduct(count: Int, a: Floats, b: Floats, y: MutableFloats) {
    forEachRange(of: count, grain: Self.grain, work: count) { loops.addProduct(count: $1, a: a + $0, b: b + $0, y: y + $0) }
  }

  /// y = factor x
  public func scale(count: Int, factor: Float, x: Floats, y: MutableFloats) {
    forEachRange(of: count, grain: Self.grain, work: count) { loops.scale(count: $1, factor: factor, x: x + $0, y: y + $0) }
  }

  /// y += factor x
  public func addScaled(count: Int, factor: Float, x: Floats, y: MutableFloats) {
    forEachRange(of: count, grain: Self.grain, work: count) { loops.addScaled(count: $1, factor: factor, x: x + $0, y: y + $0) }
  }

  /// y = x cut to low ... high; NaN stays NaN.
  public func clamp(count: Int, low: Float, high: Float, x: Floats, y: MutableFloats) {
    forEachRange(of: count, grain: Self.grain, work: count) {
      loops.clamp(count: $1, low: low, high: high, x: x + $0, y: y + $0)
    }
  }

  /// y `[rows]`, rows `ldy` apart, = x `[rows][columns]`, rows `ldx` apart: parts of wider rows, as a concatenation over channels needs in both directions.
  public func copyRows(
    rows: Int, columns: Int, x: Floats, ldx: Int, y: MutableFloats, ldy: Int, accumulate: Bool = false
  ) {
    forEachRange(of: rows, grain: max(1, Self.grain / max(1, columns)), work: rows * columns) {
      loops.copyRows(
        rows: $1, columns: columns, x: x + $0 * ldx, ldx: ldx, y: y + $0 * ldy, ldy: ldy, accumulate: accumulate)
    }
  }

  /// y = x / (1 - p) where the mask keeps an element, else 0. The backward pass is the same call on dy. `DropoutMask.keeps` is the definition of the mask.
  public func dropout(_ mask: DropoutMask, count: Int, x: Floats, y: MutableFloats) {
    forEachRange(of: count, grain: Self.grain, work: count * 4) {
      loops.dropout(mask, start: $0, count: $1, x: x + $0, y: y + $0)
    }
  }
}

extension Activation {
  /// Operations per element, about: decides whether the pool is woken.
  var cost: Int {
    switch kind {
    case .linear, .relu, .leakyRelu: 1
    case .softsign: 4
    case .elu, .sigmoid, .tanh, .silu: 16
    case .softplus, .gelu: 40
    }
  }
}
