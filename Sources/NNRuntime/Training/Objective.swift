import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNLayers
import NNRecipe

/// A loss, and how the data's targets are turned into what it compares the output with.
struct Objective: Sendable {
  typealias Target = TrainingSetup.Target

  let loss: Loss
  let target: Target
  /// Numbers that the network gives per row: per example, or per step where it gives a sequence.
  let outputs: Int
  /// What is compared on its own: 1, or the steps of a sequence.
  let rowsPerExample: Int
  /// For training, per class; empty where all count the same. Losses of an evaluation are not weighted.
  let classWeights: [Float]

  /// - Parameters:
  ///   - name: of the data set, for messages.
  ///   - parts: the examples it is for, those of training first.
  /// - Throws: NN304, NN501, NN502 where the targets do not belong to the network's output.
  init(_ model: Model, name: String, classes: [String], parts: [Examples]) throws(Diagnostic) {
    guard let loss = model.loss else {
      throw Diagnostic(.targetShape, .error, "`\(model.name)` has no loss, so it cannot be trained", at: model.statements["loss"])
    }
    self.loss = loss
    (rowsPerExample, outputs) = model.outputRows
    target = try TargetFit(model: model, name: name, classes: classes, parts: parts).target(for: loss)
    if model.recipe.balancedClasses {
      guard case .crossEntropy = loss else {
        throw Diagnostic(
          .targetShape, .error, "`weights balanced` needs `cross_entropy`, the loss is `\(loss.word)`", at: model.statements["loss"])
      }
      classWeights = Objective.balanced(parts[0], classes: outputs)
    } else {
      classWeights = []
    }
  }

  /// n / (classes x n of the class), scikit-learn's `balanced`; a class without examples has weight 0, since no example asks for it.
  private static func balanced(_ examples: Examples, classes: Int) -> [Float] {
    let counts = examples.countsPerClass(classes)
    let all = Double(counts.reduce(0, +))
    return counts.map { $0 == 0 ? 0 : Float(all / (Double(classes) * Double($0))) }
  }

  /// Whether examples have classes, so that there is an accuracy.
  var isClassification: Bool { target != .values }

  /// The sum of the losses of a batch, and the gradient of their mean where wanted; weighted by class where that is wanted and asked for.
  func evaluate(
    _ batch: Targets, examples: Int, output: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>?, isWeighted: Bool,
    _ kernels: Kernels
  ) -> LossSum {
    classWeights.withUnsafeBufferPointer {
      loss.evaluate(
        rows: examples * rowsPerExample, columns: outputs, x: output,
        targets: target == .label ? .labels(UnsafePointer(batch.labels)) : .values(UnsafePointer(batch.values)),
        classWeights: $0.isEmpty || !isWeighted ? nil : $0.baseAddress, gradient: gradient, kernels: kernels)
    }
  }

  /// The class an output stands for. Of equal outputs the first counts.
  @inline(__always)
  func predictedClass(_ output: UnsafePointer<Float>) -> Int {
    if outputs == 1 { return output[0] > threshold ? 1 : 0 }
    var best = 0
    for index in 1..<outputs where output[index] > output[best] { best = index }
    return best
  }

  /// Between the two classes of a single output: 0 for logits and margins, the middle for plain numbers.
  private var threshold: Float {
    switch target {
    case .sign(let low, let high): loss == .binaryCrossEntropy ? 0 : (low + high) / 2
    case .label, .values, .oneHot: 0
    }
  }
}

extension Model {
  /// The rows of an output, and the numbers of each: the steps of a sequence, else one row.
  var outputRows: (rows: Int, columns: Int) {
    if case .sequence(let steps, let features) = output { (steps, features) } else { (1, output.count) }
  }
}

/// The targets of one batch: labels where examples have classes, numbers where the loss compares numbers.
final class Targets {
  let labels: UnsafeMutablePointer<Int32>
  let values: UnsafeMutablePointer<Float>
  private let memory: Arena

  /// The plan of this batch was made, so that its rows can be counted.
  init(batch: Int, _ objective: Objective) throws(Diagnostic) {
    let rows = batch * objective.rowsPerExample
    let (count, overflow) = rows.multipliedReportingOverflow(by: objective.outputs)
    memory = try Arena(count: overflow ? Int.max : count)
    values = memory.base
    labels = .allocate(capacity: rows)
    labels.initialize(repeating: 0, count: rows)
  }

  deinit { labels.deallocate() }

  func fill(_ objective: Objective, _ reader: BatchReader, _ indices: ArraySlice<Int32>) {
    if objective.isClassification { reader.fill(labels: labels, indices: indices) }
    switch objective.target {
    case .label: break
    case .values: reader.fill(targets: values, indices: indices)
    case .sign(let low, let high):
      for row in 0..<indices.count * objective.rowsPerExample { values[row] = labels[row] == 0 ? low : high }
    case .oneHot(let low, let high):
      for row in 0..<indices.count * objective.rowsPerExample {
        for column in 0..<objective.outputs { values[row * objective.outputs + column] = Int(labels[row]) == column ? high : low }
      }
    }
  }
}
