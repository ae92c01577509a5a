import NNKernelTypes

extension Loops {
  /// Rows of `[rows][columns]`; y may be x.
  public static func softmax(rows: Int, columns: Int, x: Floats, y: MutableFloats) {
    if columns < lanes {
      narrowSoftmax(rows, columns, x, y)
      return
    }
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

  /// Rows shorter than a vector: the exponentials of all of them in one go.
  @inline(never) static func narrowSoftmax(_ rows: Int, _ columns: Int, _ x: Floats, _ y: MutableFloats) {
    var i = 0
    while i < rows {
      subtractMaximum(columns, x + i &* columns, y + i &* columns)
      i &+= 1
    }
    map(rows &* columns, y, y) { exp($0) }
    i = 0
    while i < rows {
      let row = y + i &* columns
      scaleRow(columns, row, 1 / rowSum(columns, row))
      i &+= 1
    }
  }

  /// y = x - its largest; returns that.
  @discardableResult
  @_transparent static func subtractMaximum(_ n: Int, _ x: Floats, _ y: MutableFloats) -> Float {
    var top = x[0]
    var c = 1
    while c < n {
      top = x[c] > top ? x[c] : top
      c &+= 1
    }
    c = 0
    while c < n {
      y[c] = x[c] - top
      c &+= 1
    }
    return top
  }

  @_transparent static func rowSum(_ n: Int, _ x: Floats) -> Float {
    var sum: Float = 0
    var c = 0
    while c < n {
      sum += x[c]
      c &+= 1
    }
    return sum
  }

  @_transparent static func scaleRow(_ n: Int, _ x: MutableFloats, _ factor: Float) {
    var c = 0
    while c < n {
      x[c] *= factor
      c &+= 1
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

  /// The sum of the rows' losses; `gradient`, where wanted, gets d loss / d logits times `factor`. `scratch` holds a row, and two numbers for each row.
  public static func crossEntropy(
    rows: Int, columns n: Int, logits: Floats, labels: UnsafePointer<Int32>, classWeights: Floats?, smoothing: Float,
    factor: Float, gradient: MutableFloats?, scratch: MutableFloats
  ) -> Double {
    if n < lanes, smoothing == 0, let gradient {
      return narrowCrossEntropy(rows, n, logits, labels, classWeights, factor, gradient, scratch)
    }
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
        toGradient(n, p, scale: factor * (own + share * allWeights) / partition, shift: factor * share, classWeights)
        p[label] -= factor * own
      }
      i &+= 1
    }
    return loss
  }

  /// Exponentials become a gradient, but for the label: p scale - weights shift.
  @_transparent static func toGradient(_ n: Int, _ p: MutableFloats, scale: Float, shift: Float, _ classWeights: Floats?) {
    if shift == 0 {
      map(n, p, p) { $0 * scale }
    } else if let classWeights {
      map(n, p, classWeights, p) { $0 * scale - $1 * shift }
    } else {
      map(n, p, p) { $0 * scale - shift }
    }
  }

  /// Without smoothing, of rows shorter than a vector: the exponentials and logarithms of all of them in one go.
  @inline(never) static func narrowCrossEntropy(
    _ rows: Int, _ n: Int, _ logits: Floats, _ labels: UnsafePointer<Int32>, _ classWeights: Floats?, _ factor: Float,
    _ gradient: MutableFloats, _ scratch: MutableFloats
  ) -> Double {
    let partitions = scratch
    let tops = scratch + rows
    var i = 0
    while i < rows {
      tops[i] = subtractMaximum(n, logits + i &* n, gradient + i &* n)
      i &+= 1
    }
    map(rows &* n, gradient, gradient) { exp($0) }
    i = 0
    while i < rows {
      let p = gradient + i &* n
      let label = Int(labels[i])
      let own = classWeights?[label] ?? 1
      partitions[i] = rowSum(n, p)
      scaleRow(n, p, factor * own / partitions[i])
      p[label] -= factor * own
      i &+= 1
    }
    map(rows, partitions, partitions) { log($0) }
    var loss = 0.0
    i = 0
    while i < rows {
      let label = Int(labels[i])
      loss += Double((classWeights?[label] ?? 1) * (partitions[i] + tops[i] - logits[i &* n &+ label]))
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
