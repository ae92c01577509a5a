import NNKernelTypes

extension Kernels {
  // MARK: Softmax

  /// y = exp(x - max) / Σ exp(x - max), row by row of `[rows][columns]`; y may be x.
  public func softmaxForward(rows: Int, columns: Int, x: Floats, y: MutableFloats) {
    forEachRow(rows, columns, cost: 16) { loops.softmax(rows: $1, columns: columns, x: x + $0 * columns, y: y + $0 * columns) }
  }

  /// dx = y (dy - Σ y dy), row by row; dx may be dy.
  public func softmaxBackward(rows: Int, columns: Int, y: Floats, dy: Floats, dx: MutableFloats) {
    forEachRow(rows, columns, cost: 4) {
      let at = $0 * columns
      loops.softmaxBackward(rows: $1, columns: columns, y: y + at, dy: dy + at, dx: dx + at)
    }
  }

  // MARK: Layer norm

  /// y = (x - mean) rstd scale + shift per row of `[rows][columns]`; `mean` and `rstd` `[rows]` are written for the backward pass. The variance is the
  /// biased one.
  public func layerNormForward(
    rows: Int, columns: Int, epsilon: Float, x: Floats, scale: Floats, shift: Floats, y: MutableFloats, mean: MutableFloats,
    rstd: MutableFloats
  ) {
    forEachRow(rows, columns, cost: 8) {
      let at = $0 * columns
      loops.layerNormForward(
        rows: $1, columns: columns, epsilon: epsilon, x: x + at, scale: scale, shift: shift, y: y + at, mean: mean + $0,
        rstd: rstd + $0)
    }
  }

  /// dx, dscale and dshift; nil for what is not wanted.
  public func layerNormBackward(
    rows: Int, columns: Int, x: Floats, scale: Floats, mean: Floats, rstd: Floats, dy: Floats, dx: MutableFloats?,
    dscale: MutableFloats?, dshift: MutableFloats?
  ) {
    if let dscale {
      reduceColumns(rows: rows, columns: columns, sets: 1) { start, count, sums in
        let at = start * columns
        loops.layerNormScaleSums(
          rows: count, columns: columns, x: x + at, mean: mean + start, rstd: rstd + start, dy: dy + at, sums: sums)
      } finish: { sums in
        for j in 0..<columns { dscale[j] = Float(sums[j]) }
      }
    }
    if let dshift { columnSums(rows: rows, columns: columns, x: dy, y: dshift) }
    guard let dx else { return }
    forEachRow(rows, columns, cost: 8) {
      let at = $0 * columns
      loops.layerNormInputGradient(
        rows: $1, columns: columns, x: x + at, scale: scale, mean: mean + $0, rstd: rstd + $0, dy: dy + at, dx: dx + at)
    }
  }

  // MARK: Batch norm

  /// Training: y = (x - mean) rstd scale + shift per channel of `[rows][channels]`, mean and biased variance over the rows. `mean` and `rstd` `[channels]`
  /// are written for the backward pass; `runningMean` and `runningVariance` move by `momentum` towards the mean and the unbiased variance.
  public func batchNormForward(
    rows: Int, channels: Int, epsilon: Float, momentum: Float, x: Floats, scale: Floats, shift: Floats,
    runningMean: MutableFloats, runningVariance: MutableFloats, y: MutableFloats, mean: MutableFloats, rstd: MutableFloats
  ) {
    reduceColumns(rows: rows, columns: channels, sets: 1) { start, count, sums in
      loops.columnSums(rows: count, columns: channels, x: x + start * channels, ldx: channels, sums: sums)
    } finish: { sums in
      for j in 0..<channels {
        mean[j] = Float(sums[j] / Double(rows))
        runningMean[j] += momentum * (mean[j] - runningMean[j])
      }
    }
    reduceColumns(rows: rows, columns: channels, sets: 1) { start, count, sums in
      loops.columnSquares(rows: count, columns: channels, x: x + start * channels, center: mean, sums: sums)
    } finish: { sums in
      for j in 0..<channels {
        rstd[j] = Float(1 / (sums[j] / Double(rows) + Double(epsilon)).squareRoot())
        let unbiased = Float(sums[j] / Double(max(1, rows - 1)))
        runningVariance[j] += momentum * (unbiased - runningVariance[j])
      }
    }
    applyBatchNorm(rows, channels, x, mean, rstd, scale, shift, y)
  }

  /// Inference: y from the running values. `rstd` has room for `channels` floats; it is ready where `isPrepared`.
  public func batchNormInference(
    rows: Int, channels: Int, epsilon: Float, x: Floats, scale: Floats, shift: Floats, runningMean: Floats,
    runningVariance: Floats, y: MutableFloats, rstd: MutableFloats, isPrepared: Bool = false
  ) {
    if !isPrepared {
      for j in 0..<channels { rstd[j] = Float(1 / (Double(runningVariance[j]) + Double(epsilon)).squareRoot()) }
    }
    applyBatchNorm(rows, channels, x, runningMean, rstd, scale, shift, y)
  }

  /// dx, dscale and dshift of the training pass; nil for what is not wanted. `scratch` holds 4 x `channels` floats.
  public func batchNormBackward(
    rows: Int, channels: Int, x: Floats, scale: Floats, mean: Floats, rstd: Floats, dy: Floats, dx: MutableFloats?,
    dscale: MutableFloats?, dshift: MutableFloats?, scratch: MutableFloats
  ) {
    let gain = scratch
    let meanDy = scratch + channels
    let slope = scratch + 2 * channels
    reduceColumns(rows: rows, columns: channels, sets: 2) { start, count, sums in
      let at = start * channels
      loops.columnSums(rows: count, columns: channels, x: dy + at, ldx: channels, sums: sums)
      loops.columnProducts(rows: count, columns: channels, dy: dy + at, x: x + at, center: mean, sums: sums + channels)
    } finish: { sums in
      for j in 0..<channels {
        let factor = Double(rstd[j])
        dshift?[j] = Float(sums[j])
        dscale?[j] = Float(sums[channels + j] * factor)
        gain[j] = scale[j] * rstd[j]
        meanDy[j] = Float(sums[j] / Double(rows))
        slope[j] = Float(sums[channels + j] * factor * factor / Double(rows))
      }
    }
    guard let dx else { return }
    forEachRow(rows, channels, cost: 4) {
      let at = $0 * channels
      loops.batchNormInputGradient(
        rows: $1, channels: channels, x: x + at, mean: mean, gain: gain, meanDy: meanDy, slope: slope, dy: dy + at, dx: dx + at)
    }
  }

  private func applyBatchNorm(
    _ rows: Int, _ channels: Int, _ x: Floats, _ mean: Floats, _ rstd: Floats, _ scale: Floats, _ shift: Floats,
    _ y: MutableFloats
  ) {
    forEachRow(rows, channels, cost: 2) {
      let at = $0 * channels
      loops.batchNormApply(
        rows: $1, channels: channels, x: x + at, mean: mean, rstd: rstd, scale: scale, shift: shift, y: y + at)
    }
  }

  private func forEachRow(_ rows: Int, _ columns: Int, cost: Int, _ body: (Int, Int) -> Void) {
    forEachRange(of: rows, grain: max(1, Self.grain / max(1, columns)), work: rows * columns * cost, body)
  }
}
