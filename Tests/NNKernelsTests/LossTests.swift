import NNKernels
import Testing

@Suite struct LossTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var rows: Int
    var classes: Int
    var weighted: Bool
    var smoothing: Float
    var testDescription: String { "\(rows)x\(classes) \(weighted) \(smoothing)" }
  }
  static let cases = [
    Case(rows: 1, classes: 1, weighted: false, smoothing: 0), Case(rows: 7, classes: 3, weighted: false, smoothing: 0),
    Case(rows: 25, classes: 4, weighted: true, smoothing: 0), Case(rows: 64, classes: 10, weighted: false, smoothing: 0.1),
    Case(rows: 33, classes: 37, weighted: true, smoothing: 0.2), Case(rows: 3, classes: 16, weighted: true, smoothing: 0.1),
  ]

  @Test(arguments: InstructionSet.supported, cases)
  func crossEntropy(set: InstructionSet, test: Case) throws {
    let n = test.classes
    var numbers = Numbers(test.rows * n)
    let logits = numbers.array(test.rows * n).map { $0 * 8 }
    let labels = (0..<test.rows).map { _ in Int32(numbers.below(n)) }
    let weights = test.weighted ? numbers.array(n).map { $0 + 1.5 } : [Float](repeating: 1, count: n)
    let weight = labels.reduce(0) { $0 + Double(weights[Int($1)]) }
    let s = Double(test.smoothing)
    var total = 0.0
    var gradient: [Double] = []
    for i in 0..<test.rows {
      let row = logits[i * n..<(i + 1) * n].map(Double.init)
      let partition = row.reduce(0) { $0 + exponential($1) }
      // The target distribution, each class by its weight: PyTorch's rule for smoothing and weights together.
      let target = (0..<n).map { Double(weights[$0]) * (s / Double(n) + ($0 == Int(labels[i]) ? 1 - s : 0)) }
      for c in 0..<n { total -= target[c] * (row[c] - logarithm(partition)) }
      let mass = target.reduce(0, +)
      gradient += (0..<n).map { (mass * exponential(row[$0]) / partition - target[$0]) / weight }
    }
    let kernels = try Machine.kernels(set, threads: 2)
    weights.withUnsafeBufferPointer { weights in
      let table = test.weighted ? weights.baseAddress : nil
      var sum = LossSum()
      let found = output(test.rows * n) {
        sum = kernels.crossEntropy(
          rows: test.rows, classes: n, logits: logits, labels: labels, classWeights: table, smoothing: test.smoothing, gradient: $0)
      }
      let alone = kernels.crossEntropy(
        rows: test.rows, classes: n, logits: logits, labels: labels, classWeights: table, smoothing: test.smoothing)
      #expect(alone == sum)
      #expect(abs(sum.total - total) <= 1e-6 * Double(test.rows) * 8)
      #expect(abs(sum.weight - weight) <= 1e-6 * weight)
      if n > 1 { #expect(error(found, gradient) < 2 * tolerance(terms: n)) }
    }
  }

  /// From PyTorch 2: F.cross_entropy(tensor([[1., 2., 3.], [0.5, -1., 0.]]), tensor([0, 2]), weight=tensor([1., 2., 0.5]), label_smoothing=0.1)
  @Test func crossEntropyOfPyTorch() throws {
    let kernels = try Kernels(threads: 1)
    let sum = kernels.crossEntropy(
      rows: 2, classes: 3, logits: [1, 2, 3, 0.5, -1, 0], labels: [0, 2], classWeights: [1, 2, 0.5], smoothing: 0.1)
    #expect(abs(sum.mean - 2.015604493) < 1e-6)
  }

  static let losses: [ElementLoss] = [.binaryCrossEntropy, .meanSquared, .meanAbsolute, .huber(delta: 0.7), .hinge]

  @Test(arguments: InstructionSet.supported, losses)
  func elements(set: InstructionSet, loss: ElementLoss) throws {
    let kernels = try Machine.kernels(set, threads: 2)
    for count in [1, 3, 16, 37, 700] {
      let x = Numbers(count).repeated(count).map { $0 * 6 }
      let target = Numbers(count + 5).repeated(count).map { loss == .hinge ? ($0 < 0 ? -1 : 1) : $0 }
      var total = 0.0
      var gradient: [Double] = []
      for (x, t) in zip(x.map(Double.init), target.map(Double.init)) {
        let (value, slope) = definition(loss, x, t)
        total += value
        gradient.append(slope / Double(count))
      }
      var sum = LossSum()
      let found = output(count) { sum = kernels.loss(loss, count: count, x: x, target: target, gradient: $0) }
      // Terms of up to about 6 of both signs, each within 1e-7 of its size.
      #expect(abs(sum.total - total) <= 1e-6 * (abs(total) + Double(count)))
      #expect(sum.weight == Double(count))
      #expect(error(found, gradient) < tolerance(terms: 1))
    }
  }

  func definition(_ loss: ElementLoss, _ x: Double, _ t: Double) -> (Double, Double) {
    let d = x - t
    switch loss {
    case .binaryCrossEntropy: return (logarithm(1 + exponential(x)) - x * t, 1 / (1 + exponential(-x)) - t)
    case .meanSquared: return (d * d, 2 * d)
    case .meanAbsolute: return (abs(d), d > 0 ? 1 : d < 0 ? -1 : 0)
    case .huber(let delta):
      let edge = Double(delta)
      return abs(d) <= edge ? (d * d / 2, d) : (edge * (abs(d) - edge / 2), d > 0 ? edge : -edge)
    case .hinge: return x * t < 1 ? (1 - x * t, -t) : (0, 0)
    }
  }
}
