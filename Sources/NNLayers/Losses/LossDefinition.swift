import NNRecipe

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Loss {
  /// The definition over a batch in `Double`: the mean that training goes down on.
  ///
  /// - Parameters:
  ///   - x: what the network gives `[rows][columns]`; for the two cross entropies before softmax and sigmoid.
  ///   - targets: for `cross_entropy` a class per row; for the others a number per output (0 or 1, for `hinge` -1 or 1, else any).
  ///   - classWeights: for `cross_entropy`; empty where all classes count the same.
  package func reference(rows: Int, columns: Int, x: [Double], targets: [Double], classWeights: [Double] = []) -> Double {
    if case .crossEntropy(let smooth) = self {
      return crossEntropy(rows, columns, x, targets.map { Int($0) }, classWeights, smooth)
    }
    return zip(x, targets).reduce(0) { $0 + term($1.0, $1.1) } / Double(x.count)
  }

  /// What one output adds to the mean over all outputs.
  private func term(_ x: Double, _ t: Double) -> Double {
    switch self {
    case .crossEntropy: 0
    // -t log s(x) - (1 - t) log(1 - s(x)), written so that nothing overflows (torch.nn.BCEWithLogitsLoss).
    case .binaryCrossEntropy: max(x, 0) - x * t + log1p(exp(-abs(x)))
    case .meanSquaredError: (x - t) * (x - t)
    case .meanAbsoluteError: abs(x - t)
    case .huber(let delta): abs(x - t) <= delta ? (x - t) * (x - t) / 2 : delta * (abs(x - t) - delta / 2)
    case .hinge: max(0, 1 - t * x)
    }
  }

  /// torch.nn.CrossEntropyLoss: with weights v and smoothing s a row costs (1 - s) v[t] (-log p[t]) + s / columns · sum of v[c] (-log p[c]); the mean
  /// divides by the sum of v[t].
  private func crossEntropy(
    _ rows: Int, _ columns: Int, _ x: [Double], _ labels: [Int], _ classWeights: [Double], _ smooth: Double
  ) -> Double {
    let weights = classWeights.isEmpty ? [Double](repeating: 1, count: columns) : classWeights
    var (total, weight) = (0.0, 0.0)
    for row in 0..<rows {
      let logits = x[row * columns..<(row + 1) * columns]
      let largest = logits.max() ?? 0
      let logarithm = largest + log(logits.reduce(0) { $0 + exp($1 - largest) })
      let costs = zip(weights, logits).map { $0 * (logarithm - $1) }
      total += (1 - smooth) * costs[labels[row]] + smooth / Double(columns) * costs.reduce(0, +)
      weight += weights[labels[row]]
    }
    return weight == 0 ? 0 : total / weight
  }
}
