import NNKernels
import NNRecipe
import Testing

@testable import NNLayers

/// A case of `Tests/Reference/losses.json`.
struct TorchLoss: Decodable, CustomStringConvertible, Sendable {
  var name: String
  var parameter: Double
  var rows: Int
  var columns: Int
  var x: [Double]
  var targets: [Double]
  var weights: [Double]
  var value: Double
  var dx: [Double]

  enum CodingKeys: String, CodingKey {
    case name = "loss"
    case parameter, rows, columns, x, targets, weights, value, dx
  }

  var description: String { "\(name) \(parameter) of \(rows)x\(columns)\(weights.isEmpty ? "" : ", weighted")" }

  var loss: Loss? {
    switch name {
    case "cross_entropy": .crossEntropy(smooth: parameter)
    case "binary_cross_entropy": .binaryCrossEntropy
    case "mse": .meanSquaredError
    case "mae": .meanAbsoluteError
    case "huber": .huber(delta: parameter)
    case "hinge": .hinge
    default: nil
    }
  }

  static let all: [TorchLoss] = (try? TorchCase.load("losses.json")) ?? []
}

@Suite("losses")
struct LossTests {
  static let every: [Loss] = [
    .crossEntropy(smooth: 0), .crossEntropy(smooth: 0.1), .binaryCrossEntropy, .meanSquaredError, .meanAbsoluteError, .huber(delta: 0.5),
    .hinge,
  ]

  @Test func coverage() {
    #expect(Set(TorchLoss.all.compactMap { $0.loss?.word }) == Set(Self.every.map(\.word)))
  }

  @Test("values and gradients from PyTorch", arguments: TorchLoss.all)
  func torch(_ torch: TorchLoss) throws {
    let loss = try #require(torch.loss)
    let value = loss.reference(
      rows: torch.rows, columns: torch.columns, x: torch.x, targets: torch.targets, classWeights: torch.weights)
    #expect(abs(value - torch.value) < 1e-8)
    let labels = torch.targets.map { Int32($0) }
    let values = torch.targets.map { Float($0) }
    let weights = torch.weights.map { Float($0) }
    var gradient = [Float](repeating: .nan, count: torch.x.count)
    let sum = gradient.withUnsafeMutableBufferPointer { gradient in
      labels.withUnsafeBufferPointer { labels in
        values.withUnsafeBufferPointer { values in
          weights.withUnsafeBufferPointer { weights in
            loss.evaluate(
              rows: torch.rows, columns: torch.columns, x: torch.x.map { Float($0) },
              targets: torch.name == "cross_entropy" ? .labels(labels.baseAddress!) : .values(values.baseAddress!),
              classWeights: weights.isEmpty ? nil : weights.baseAddress, gradient: gradient.baseAddress,
              kernels: ContractTests.oneThread)
          }
        }
      }
    }
    // Sums of at most 21 terms in Float.
    #expect(abs(sum.mean - torch.value) < 1e-6 * max(1, abs(torch.value)))
    #expect(difference(gradient, torch.dx) < 1e-6)
  }

  @Test("gradients against central differences", arguments: every)
  func gradients(_ loss: Loss) {
    let finding = GradientCheck.finding(loss, rows: 12, columns: 5, kernels: ContractTests.oneThread, seed: 3)
    #expect(finding.compared > 55)
    #expect(finding.error < 2e-6)
  }

  @Test("losses stay finite far out", arguments: every)
  func extremes(_ loss: Loss) {
    let x = [1e4, -1e4, 80, -80.0]
    let targets = if case .crossEntropy = loss { [1.0, 0] } else { [1.0, 1, 0, 0] }
    #expect(loss.reference(rows: 2, columns: 2, x: x, targets: targets).isFinite)
  }

  /// Every comparison with it is false: it must not pass for a small difference.
  @Test func aGradientThatIsNoNumberIsWrong() {
    var finding = GradientCheck.Finding("output", count: 1)
    finding.compare(.nan, scale: 1) { _ in Slope(below: 1, above: 1) }
    #expect(finding.error == .infinity && finding.compared == 1 && finding.kinks == 0)
  }
}
