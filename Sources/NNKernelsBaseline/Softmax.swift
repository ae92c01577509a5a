import NNKernelTypes

extension Loops {
  /// Rows of `[rows][columns]`; y may be x.
  public static func softmax(rows: Int, columns: Int, x: Floats, y: MutableFloats) {
    var i = 0
    while i < rows {
      let row = y + i &* columns
      let top = rowMaximum(columns, x + i &* columns)
      map(columns, x + i &* columns, row) { exp($0 - top) }
      let factor = 1 / total(columns, row) { $0 }
      map(columns, row, row) { $0 * factor }
      i &+= 1
    }
  }

  /// dx = y (dy - Σ y dy), row by row.
  public static func softmaxBackward(rows: Int, columns: Int, y: Floats, dy: Floats, dx: MutableFloats) {
    var i = 0
    while i < rows {
      let at = i &* columns
      let mean = total(columns, y + at, dy + at) { $0 * $1 }
      map(columns, y + at, dy + at, dx + at) { $0 * ($1 - mean) }
      i &+= 1
    }
  }

  /// The sum of the rows' losses; `gradient`, where wanted, gets d loss / d logits times `factor`. `scratch` holds a row.
  public static func crossEntropy(
    rows: Int, columns n: Int, logits: Floats, labels: UnsafePointer<Int32>, classWeights: Floats?, smoothing: Float,
    factor: Float, gradient: MutableFloats?, scratch: MutableFloats
  ) -> Double {
    var loss = 0.0
    let share = smoothing / Float(n)
    let allWeights = classWeights.map { total(n, $0) { $0 } } ?? Float(n)
    var i = 0
    while i < rows {
      let row = logits + i &* n
      let label = Int(labels[i])
      let p = gradient.map { $0 + i &* n } ?? scratch
      let top = rowMaximum(n, row)
      map(n, row, p) { exp($0 - top) }
      let partition = total(n, p) { $0 }
      let logPartition = logOf(partition) + top
      let own = (1 - smoothing) * (classWeights?[label] ?? 1)
      loss += Double(own * (logPartition - row[label]))
      if smoothing > 0 {
        let spread =
          if let weights = classWeights {
            total(n, weights, row) { $0 * (logPartition - $1) }
          } else {
            total(n, row) { logPartition - $0 }
          }
        loss += Double(share * spread)
      }
      if gradient != nil {
        let scale = factor * (own + share * allWeights) / partition
        if smoothing > 0 {
          let shift = factor * share
          if let weights = classWeights {
            map(n, p, weights, p) { $0 * scale - $1 * shift }
          } else {
            map(n, p, p) { $0 * scale - shift }
          }
        } else {
          map(n, p, p) { $0 * scale }
        }
        p[label] -= factor * own
      }
      i &+= 1
    }
    return loss
  }
}

@_transparent func rowMaximum(_ n: Int, _ x: Floats) -> Float {
  var top = -Float.infinity
  var i = 0
  if n >= lanes {
    var m = load(x)
    i = lanes
    while i &+ lanes <= n {
      m = larger(m, load(x + i))
      i &+= lanes
    }
    top = maximum(m)
  }
  while i < n {
    top = x[i] > top ? x[i] : top
    i &+= 1
  }
  return top
}

/// The logarithm of one number.
@_transparent func logOf(_ x: Float) -> Float { log(V(repeating: x))[0] }
