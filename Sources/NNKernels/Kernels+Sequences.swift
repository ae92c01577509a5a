import NNKernelTypes

// Tokens are whole numbers in `Float`, and steps lie one after the other.

extension Kernels {
  /// y `[count][columns]`: row x[i] of the table `[rows][columns]` for each token x `[count]`.
  public func lookUp(count: Int, columns: Int, x: Floats, table: Floats, y: MutableFloats) {
    forEachRange(of: count, grain: max(1, Self.grain / max(1, columns)), work: count * columns) { start, size in
      for i in start..<start + size { (y + i * columns).update(from: table + Int(x[i]) * columns, count: columns) }
    }
  }

  /// dtable `[rows][columns]`: for each row the sum of dy `[count][columns]` over the tokens that name it.
  public func lookUpGradient(count: Int, rows: Int, columns: Int, x: Floats, dy: Floats, dtable: MutableFloats) {
    // By columns: each thread goes through all tokens in their order, so that the sums do not depend on the threads.
    let width = columns >= 64 ? 32 : columns
    forEach(chunks: Self.pieces(columns, width), work: count * columns) { chunk in
      let start = chunk * width
      let size = min(width, columns - start)
      for row in 0..<rows { loops.fill(count: size, value: 0, y: dtable + row * columns + start) }
      for i in 0..<count {
        let target = dtable + Int(x[i]) * columns + start
        loops.add(count: size, a: target, b: dy + i * columns + start, y: target)
      }
    }
  }

  /// y `[count][columns]`: 1 in column x[i], 0 elsewhere.
  public func oneHot(count: Int, columns: Int, x: Floats, y: MutableFloats) {
    fill(count: count * columns, y: y)
    for i in 0..<count { y[i * columns + Int(x[i])] = 1 }
  }

  /// y `[batch][count]` = x + a row `[count]`.
  public func addRow(batch: Int, count: Int, x: Floats, row: Floats, y: MutableFloats) {
    forEach(chunks: batch, work: batch * count) { example in
      loops.add(count: count, a: x + example * count, b: row, y: y + example * count)
    }
  }

  /// One step of each example: y `[batch]`, rows `ldy` apart, from x `[batch]`, rows `ldx` apart, `columns` numbers of each.
  public func copySteps(batch: Int, columns: Int, x: Floats, ldx: Int, y: MutableFloats, ldy: Int) {
    loops.copyRows(rows: batch, columns: columns, x: x, ldx: ldx, y: y, ldy: ldy, accumulate: false)
  }

  /// y `[batch][columns]` = the mean of x `[batch][steps][columns]` over its steps.
  public func meanOfSteps(batch: Int, steps: Int, columns: Int, x: Floats, y: MutableFloats) {
    forEach(chunks: batch, work: batch * steps * columns) { example in
      let x = x + example * steps * columns
      let y = y + example * columns
      loops.scale(count: columns, factor: 1 / Float(steps), x: x, y: y)
      for step in 1..<max(1, steps) { loops.addScaled(count: columns, factor: 1 / Float(steps), x: x + step * columns, y: y) }
    }
  }

  /// dx `[batch][steps][columns]`: dy `[batch][columns]` / steps at every step.
  public func meanOfStepsGradient(batch: Int, steps: Int, columns: Int, dy: Floats, dx: MutableFloats) {
    forEach(chunks: batch, work: batch * steps * columns) { example in
      for step in 0..<steps {
        loops.scale(
          count: columns, factor: 1 / Float(steps), x: dy + example * columns, y: dx + (example * steps + step) * columns)
      }
    }
  }
}
