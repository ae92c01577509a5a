import Foundation
import NNData
import NNGraph
import NNLayers
import Testing

@testable import NNRuntime

/// Layers that are computed together, against the definitions one after the other in double precision.
@Suite struct FusionTests {
  static let networks = [
    "input 9x8x3\nclasses 3\nconv 3x3x8 pad 1 nobias | bn | leaky_relu 0.1 | maxpool 2 | conv 3x3x8 pad 1 | relu | conv 3x3x4 | tanh | fc $classes softmax",
    "input 8x8x8\nclasses 2\nconv 3x3x24 pad 1 | bn | relu | maxpool 2 | conv 3x3x16 pad 1 | relu | maxpool 2 | dropout 0.2 | fc 6 relu | bn | fc $classes softmax",
    "input 12x12x2\nclasses 2\nconv 3x3x8 pad 1 | relu\nres { conv 3x3x8 pad 1 | bn | relu | conv 3x3x8 pad 1 | bn } | relu | gap | fc $classes softmax",
    "input text 6 vocab 5\nclasses 5\nembed 4 | lstm 5 | last | fc 5 softmax",
    "input text 7 vocab 5\nclasses 3\nonehot | gru 18 both | mean | fc 3 softmax",
    "input text 6 vocab 5\nclasses 3\nembed 3 | dropout 0.2 | rnn 16 relu both | last | fc 3 softmax",
    // Two readers: the vectors are needed as they are.
    "input text 6 vocab 5\nclasses 3\nembed 4 as e | lstm 4 | concat e | mean | fc 3 softmax",
  ]

  @Test(arguments: networks)
  func predictions(text: String) throws {
    let model = try model(text)
    let parameters = try Parameters(model)
    parameters.weights = Self.weights(parameters.layout)
    let batch = 3
    let examples = SyntheticExamples(model, count: batch).examples
    let network = try TrainedNetwork(model, parameters.weights, normalization: .identity, kernels: kernels)
    let found = try network.predict(examples).outputs
    let expected = Self.reference(model, parameters, x: examples, batch: batch, mode: .inference)
    for (a, b) in zip(found, expected) { #expect(abs(Double(a) - b) < 1e-5) }
  }

  /// The gradients of fused steps against central differences of the definitions' loss.
  @Test(arguments: networks)
  func gradients(text: String) throws {
    // Dropout would draw the same mask in both, but a network that is smooth between two points is a better judge.
    let model = try model(text.replacing("| dropout 0.2", with: ""))
    let parameters = try Parameters(model)
    parameters.weights = Self.weights(parameters.layout)
    // Of texts enough for two ranges of rows.
    let batch = text.contains("input text") ? 9 : 4
    let examples = SyntheticExamples(model, count: batch).examples
    let executor = try Executor(try Plan(model, .training, batch: batch), model, parameters, kernels)
    let objective = try Objective(model, name: "test", classes: [], parts: [examples])
    guard case .floats(let x) = examples.storage else { return }
    x.withUnsafeBufferPointer { if let x = $0.baseAddress { executor.input.update(from: x, count: $0.count) } }
    let targets = try Targets(batch: batch, objective)
    for (index, label) in examples.labels.enumerated() { targets.labels[index] = label }
    let pass = Pass(mode: .training, batch: batch)
    let before = parameters.weights
    executor.forward(pass)
    _ = objective.evaluate(
      targets, examples: batch, output: UnsafePointer(executor.output), gradient: executor.outputGradient, isWeighted: false, kernels)
    executor.backward(pass)
    parameters.weights = before
    let gradients = try #require(executor.gradients)
    for tensor in parameters.layout.tensors where tensor.spec.isTrained {
      let largest = (0..<tensor.spec.count).map { abs(gradients.base[tensor.offset + $0]) }.max() ?? 0
      for index in stride(from: 0, to: tensor.spec.count, by: max(1, tensor.spec.count / 3)) {
        let slope = Self.slope(model, parameters, examples, batch, at: tensor.offset + index)
        let found = Double(gradients.base[tensor.offset + index])
        // Differences across a kink are off by a share of the step; none of these numbers is.
        #expect(abs(found - slope) < 2e-3 * Double(largest) + 1e-6, "\(tensor.name) \(index)")
      }
    }
  }

  private static func slope(_ model: Model, _ parameters: Parameters, _ x: Examples, _ batch: Int, at index: Int) -> Double {
    let step: Float = 1.0 / 8192
    func loss(_ move: Float) -> Double {
      let before = parameters.trained.base[index]
      parameters.trained.base[index] = before + move
      defer { parameters.trained.base[index] = before }
      let y = reference(model, parameters, x: x, batch: batch, mode: .training)
      let classes = y.count / batch
      return (0..<batch).reduce(0) { $0 - log(y[$1 * classes + Int(x.labels[$1])]) } / Double(batch)
    }
    return (loss(step) - loss(-step)) / Double(2 * step)
  }

  /// All nodes by their definitions.
  private static func reference(_ model: Model, _ parameters: Parameters, x: Examples, batch: Int, mode: Pass.Mode) -> [Double] {
    guard case .floats(let input) = x.storage else { return [] }
    var values: [[Double]] = [input.map(Double.init)]
    for (index, node) in model.nodes.enumerated() {
      let weights = parameters.layout.ofNode[index].map { number -> [Double] in
        let count = parameters.layout.tensors[number].spec.count
        return (0..<count).map { Double(parameters.pointer(number)[$0]) }
      }
      let inputs = node.inputs.map { source -> [Double] in
        switch source {
        case .input: values[0]
        case .node(let number): values[number + 1]
        }
      }
      values.append(
        node.layer.reference(
          ReferenceCall(inputs: node.inputShapes, x: inputs, weights: weights, pass: Pass(mode: mode, batch: batch), layer: index)))
    }
    return values[values.count - 1]
  }

  /// Small numbers of both signs, and positive running variances.
  private static func weights(_ layout: WeightLayout) -> Weights {
    var weights = Weights(layout: layout)
    var random = Random(seed: 3, .check)
    for tensor in layout.tensors {
      let isVariance = tensor.name.hasSuffix("running_var")
      let isScale = tensor.spec.role == .scale
      let deviation = 1.5 / Double(max(1, tensor.spec.fanIn)).squareRoot()
      weights.set(
        (0..<tensor.spec.count).map { _ in
          isVariance ? Float(random.uniform(0.5, 2)) : isScale ? Float(random.uniform(-1.5, 1.5)) : Float(random.normal() * deviation * 0.6)
        }, tensor)
    }
    return weights
  }
}
