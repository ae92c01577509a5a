import NNKernelTypes

extension Loops {
  /// y = (x - mean) rstd scale + shift per row; saves mean and 1 / sqrt(variance + epsilon) of each row.
  public static func layerNormForward(
    rows: Int, columns n: Int, epsilon: Float, x: Floats, scale: Floats, shift: Floats, y: MutableFloats, mean: MutableFloats,
    rstd: MutableFloats
  ) {
    var i = 0
    while i < rows {
      let row = x + i &* n
      let center = Float(sum(count: n, x: row) / Double(n))
      let squares = inBlocks(n) { Double(total($1, row + $0) { ($0 - center) * ($0 - center) }) }
      let factor = Float(1 / (squares / Double(n) + Double(epsilon)).squareRoot())
      map(n, row, scale, shift, y + i &* n) { fma($2, ($0 - center) * factor, $1) }
      mean[i] = center
      rstd[i] = factor
      i &+= 1
    }
  }

  /// dx = rstd (g - mean(g) - x̂ mean(g x̂)), g = dy scale.
  public static func layerNormInputGradient(
    rows: Int, columns n: Int, x: Floats, scale: Floats, mean: Floats, rstd: Floats, dy: Floats, dx: MutableFloats
  ) {
    var i = 0
    while i < rows {
      let row = x + i &* n
      let slope = dy + i &* n
      let center = mean[i]
      let factor = rstd[i]
      let meanSlope = total(n, slope, scale) { $0 * $1 } / Float(n)
      let target = dx + i &* n
      // x̂ g per element; dx serves as the buffer unless it is dy itself.
      let along = rowProduct(n, row, slope, scale, center, factor) / Float(n)
      map(n, row, slope, scale, target) { x, dy, scale in
        let normalized = (x - center) * factor
        return (dy * scale - meanSlope - normalized * along) * factor
      }
      i &+= 1
    }
  }

  /// Σ (x - center) factor dy scale
  @_transparent static func rowProduct(
    _ n: Int, _ x: Floats, _ dy: Floats, _ scale: Floats, _ center: Float, _ factor: Float
  ) -> Float {
    var s = V()
    var i = 0
    while i &+ lanes <= n {
      s += (load(x + i) - center) * factor * (load(dy + i) * load(scale + i))
      i &+= lanes
    }
    var all = lanesSum(s)
    while i < n {
      all += (x[i] - center) * factor * (dy[i] * scale[i])
      i &+= 1
    }
    return all
  }

  /// Adds the sums over rows of dy x̂ to `dscale`.
  public static func layerNormScaleSums(
    rows: Int, columns n: Int, x: Floats, mean: Floats, rstd: Floats, dy: Floats, sums: MutableDoubles
  ) {
    reduceColumns(rows, n, sums) { row, j in
      load(dy + row &* n + j) * ((load(x + row &* n + j) - mean[row]) * rstd[row])
    } one: { row, j in
      dy[row &* n + j] * ((x[row &* n + j] - mean[row]) * rstd[row])
    }
  }
}
