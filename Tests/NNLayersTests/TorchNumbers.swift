import NNKernels
import Testing

@testable import NNLayers

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A case of `Tests/Reference/layers.json`, which `layers.py` beside it wrote with PyTorch in float64.
struct TorchCase: Decodable, CustomStringConvertible {
  var line: String
  var inputs: [[Int]]
  /// Of tokens; nil for numbers.
  var vocabulary: Int?
  var batch: Int
  var mode: String
  var output: [Int]
  var names: [String]
  var x: [[Float]]
  var weights: [[Float]]
  var dy: [Float]
  var y: [Double]
  var dx: [[Double]]
  var dweights: [[Double]]
  var after: [[Double]]

  var description: String { "\(line) on \(inputs.map { $0.map(String.init).joined(separator: "x") }.joined(separator: ", "))" }

  static func load<Case: Decodable>(_ name: String) throws -> [Case] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try JSONDecoder().decode([Case].self, from: Data(contentsOf: folder.appending(path: "Reference/\(name)")))
  }

  static let all: [TorchCase] = (try? load("layers.json")) ?? []

  var inputShapes: [Shape] {
    inputs.map { dimensions in vocabulary.map { .tokens(steps: dimensions[0], vocabulary: $0) } ?? TorchCase.shape(dimensions) }
  }

  static func shape(_ dimensions: [Int]) -> Shape {
    switch dimensions.count {
    case 1: .vector(dimensions[0])
    case 2: .sequence(steps: dimensions[0], features: dimensions[1])
    default: .image(height: dimensions[0], width: dimensions[1], channels: dimensions[2])
    }
  }
}

/// The largest difference, relative to the largest expected number (and at least to 1).
func difference(_ numbers: [Float], _ expected: [Double]) -> Double {
  guard numbers.count == expected.count else { return .infinity }
  let largest = expected.reduce(1) { max($0, abs($1)) }
  return zip(numbers, expected).reduce(0) { worst, pair in
    let error = abs(Double(pair.0) - pair.1) / largest
    return error.isNaN ? .infinity : max(worst, error)
  }
}

@Suite("numbers from PyTorch")
struct TorchNumbers {
  /// Sums of at most some hundred products of numbers around 1 in Float: a few dozen roundings of 6e-8.
  static let tolerance = 2e-6

  @Test("every layer has cases")
  func coverage() throws {
    var words: Set<String> = []
    for torch in TorchCase.all { words.insert(try Line(torch.line).word) }
    // PyTorch has no support vector machines: `machines.json` holds scikit-learn's numbers.
    #expect(words == AllLayers.words.subtracting(["svm"]))
  }

  @Test("outputs, gradients and running values", arguments: TorchCase.all)
  func layers(_ torch: TorchCase) throws {
    let layer = try Line(torch.line).layer()
    let inputs = torch.inputShapes
    #expect(try layer.output(for: inputs) == TorchCase.shape(torch.output))
    let specs = layer.weights(for: inputs)
    #expect(specs.map(\.name) == torch.names)
    #expect(specs.map(\.count) == torch.weights.map(\.count))
    var run = try LayerRun(layer, on: inputs, pass: Pass(mode: torch.mode == "training" ? .training : .inference, batch: torch.batch))
    run.x = torch.x
    run.dy = torch.dy
    run.weights = zip(specs, torch.weights).map { $0.toMemory($1) }
    let reference = layer.reference(run.referenceCall)
    #expect(reference.count == torch.y.count)
    // Both are computed in double; the file holds nine digits.
    for (own, theirs) in zip(reference, torch.y) { #expect(abs(own - theirs) <= 1e-8 * max(1, abs(theirs))) }
    let result = try run.run(Kernels(threads: 1))
    #expect(result.overruns == [])
    #expect(difference(result.y, torch.y) < Self.tolerance)
    guard run.pass.mode == .training else { return }
    for (dx, expected) in zip(result.dx, torch.dx) { #expect(difference(dx, expected) < Self.tolerance) }
    let trained = specs.filter(\.isTrained)
    for (index, dw) in result.dweights.enumerated() {
      #expect(difference(trained[index].toFile(dw), torch.dweights[index]) < Self.tolerance)
    }
    let running = zip(specs, result.weights).filter { !$0.0.isTrained }.map(\.1)
    for (own, theirs) in zip(running, torch.after) { #expect(difference(own, theirs) < Self.tolerance) }
  }
}
