import NNKernels
import NNRecipe

extension GradientCheck {
  /// The gradient of a loss against central differences of its definition, on random outputs and targets. The tensor is called `output`.
  package static func finding(_ loss: Loss, rows: Int, columns: Int, kernels: Kernels, seed: UInt64 = 0) -> Finding {
    var random = Random(seed: seed, .check)
    let x = (0..<rows * columns).map { _ in Float(random.normal()) }
    let targets = targets(of: loss, rows: rows, columns: columns, &random)
    let gradient = gradient(of: loss, x, targets, rows: rows, columns: columns, kernels)
    let definition = x.map(Double.init)
    let scale = max(Double(gradient.map(abs).max() ?? 0), .leastNormalMagnitude)
    var finding = Finding("output", count: x.count)
    let value = { loss.reference(rows: rows, columns: columns, x: $0, targets: targets.map(Double.init)) }
    let start = value(definition)
    for element in 0..<min(200, x.count) {
      finding.compare(gradient[element], scale: scale) { step in
        var (below, above) = (definition, definition)
        below[element] -= step
        above[element] += step
        return Slope(below: (start - value(below)) / step, above: (value(above) - start) / step)
      }
    }
    return finding
  }

  /// Labels, or numbers of the kind that the loss compares with.
  private static func targets(of loss: Loss, rows: Int, columns: Int, _ random: inout Random) -> [Float] {
    switch loss {
    case .crossEntropy: (0..<rows).map { _ in Float(random.below(columns)) }
    case .binaryCrossEntropy: (0..<rows * columns).map { _ in Float(random.below(2)) }
    case .hinge: (0..<rows * columns).map { _ in Float(2 * random.below(2) - 1) }
    case .meanSquaredError, .meanAbsoluteError, .huber: (0..<rows * columns).map { _ in Float(random.normal()) }
    }
  }

  private static func gradient(
    of loss: Loss, _ x: [Float], _ targets: [Float], rows: Int, columns: Int, _ kernels: Kernels
  ) -> [Float] {
    let labels = targets.map { Int32($0) }
    return [Float](unsafeUninitializedCapacity: x.count) { buffer, count in
      count = x.count
      guard let gradient = buffer.baseAddress else { return }
      gradient.initialize(repeating: 0, count: x.count)
      labels.withUnsafeBufferPointer { labels in
        targets.withUnsafeBufferPointer { values in
          guard let labels = labels.baseAddress, let values = values.baseAddress else { return }
          let targets: LossTargets = if case .crossEntropy = loss { .labels(labels) } else { .values(values) }
          _ = loss.evaluate(rows: rows, columns: columns, x: x, targets: targets, gradient: gradient, kernels: kernels)
        }
      }
    }
  }
}
