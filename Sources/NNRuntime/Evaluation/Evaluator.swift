import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNLayers

/// Runs a network over whole parts of the data without training it.
final class Evaluator {
  private let model: Model
  private let parameters: Parameters
  private let kernels: Kernels
  private let executor: Executor

  /// - Parameters:
  ///   - purpose: `evaluation` for losses and metrics, `prediction` for outputs.
  ///   - examples: the most there will be: no larger batch is planned.
  ///   - arena: memory to share with a trainer that rests meanwhile.
  /// - Throws: NN310 where the machine has too little memory.
  convenience init(
    _ model: Model, _ parameters: Parameters, _ kernels: Kernels, purpose: Plan.Purpose, examples: Int, arena: Arena? = nil
  ) throws(Diagnostic) {
    let plan: Plan
    do throws(PlanProblem) { plan = try Self.plan(model, purpose, examples: examples, atMost: arena?.count ?? 0) } catch {
      throw error.diagnostic(model)
    }
    try self.init(plan, model, parameters, kernels, arena: arena)
  }

  private init(_ plan: Plan, _ model: Model, _ parameters: Parameters, _ kernels: Kernels, arena: Arena?) throws(Diagnostic) {
    self.model = model
    self.parameters = parameters
    self.kernels = kernels
    executor = try Executor(plan, model, parameters, kernels, arena: arena)
  }

  /// Batches as large as fit into memory that is there anyway, or into 16 MiB.
  private static func plan(_ model: Model, _ purpose: Plan.Purpose, examples: Int, atMost available: Int) throws(PlanProblem) -> Plan {
    // A state goes on from example to example.
    var batch = model.isStateful ? 1 : max(1, min(examples, 1024))
    while true {
      let plan = try Plan(model, purpose, batch: batch)
      if batch == 1 || plan.arenaCount <= max(available, 4 << 20) { return plan }
      batch = (batch + 1) / 2
    }
  }

  /// Loss and metrics of a part that has targets.
  func evaluate(_ reader: BatchReader, _ objective: Objective, classes: Int) throws(Diagnostic) -> Evaluation {
    let targets = try Targets(batch: executor.plan.batch, objective)
    var sum = LossSum()
    var classification = Classification(classes: max(classes, objective.outputs == 1 ? 2 : objective.outputs))
    var regression = Regression(outputs: objective.outputs)
    let back = TargetScale(reader.normalization)
    try forEachBatch(of: reader) { indices in
      targets.fill(objective, reader, indices)
      sum += objective.evaluate(
        targets, examples: indices.count, output: UnsafePointer(executor.output), gradient: nil, isWeighted: false, kernels)
      for row in 0..<indices.count * objective.rowsPerExample {
        let output = UnsafePointer(executor.output + row * objective.outputs)
        if objective.isClassification {
          classification.add(actual: Int(targets.labels[row]), predicted: objective.predictedClass(output))
        } else {
          let actual = targets.values + row * objective.outputs
          regression.add(actual: { back.original(actual[$0], $0) }, predicted: { back.original(output[$0], $0) })
        }
      }
    }
    return Evaluation(
      count: reader.count, loss: sum.mean, classification: objective.isClassification ? classification : nil,
      regression: objective.isClassification ? nil : regression)
  }

  /// The outputs for all examples, `count` x output, as the last layer gives them.
  ///
  /// - Parameter beginsAnew: no state goes on from an example to the next.
  func outputs(_ reader: BatchReader, beginsAnew: Bool = false) throws(Diagnostic) -> [Float] {
    var result: [Float] = []
    let width = executor.plan.outputShape.count
    result.reserveCapacity(reader.count * width)
    try forEachBatch(of: reader) { indices in
      if beginsAnew { executor.resetStates() }
      result.append(contentsOf: UnsafeBufferPointer(start: executor.output, count: indices.count * width))
    }
    return result
  }

  /// Calls `body` after the forward pass of each batch.
  /// - Throws: NN507 where an image cannot be read any more.
  private func forEachBatch(of reader: BatchReader, _ body: (ArraySlice<Int32>) -> Void) throws(Diagnostic) {
    let order = (0..<Int32(reader.count)).map { $0 }
    let batch = executor.plan.batch
    let ahead = try BatchAhead(reader, batch: batch, augment: false, threads: kernels.threads)
    executor.resetStates()
    for start in stride(from: 0, to: order.count, by: batch) {
      let indices = order[start..<min(start + batch, order.count)]
      if ahead?.take(executor.input, indices, epoch: 0) != true {
        kernels.fill(executor.input, reader, indices, epoch: 0, augment: false)
      }
      ahead?.prepare(order[indices.endIndex..<min(indices.endIndex + batch, order.count)], epoch: 0)
      if let problem = reader.problem { throw problem }
      executor.forward(Pass(mode: .inference, batch: indices.count, weightsAreNew: start == 0))
      body(indices)
    }
  }
}

/// Turns normalised targets back into the data's own unit.
struct TargetScale {
  private let scale: [Float]
  private let shift: [Float]

  init(_ normalization: NormalizationValues) {
    scale = normalization.targetScale
    shift = normalization.targetShift
  }

  /// - Parameter column: the number of the output.
  func original(_ value: Float, _ column: Int) -> Double {
    (Double(value) - Double(shift[column % shift.count])) / Double(scale[column % scale.count])
  }
}

extension Kernels {
  /// Fills a batch, its examples shared out over the threads.
  func fill(_ x: UnsafeMutablePointer<Float>, _ reader: BatchReader, _ indices: ArraySlice<Int32>, epoch: Int, augment: Bool) {
    // A piece per few thousand numbers; what an example looks like does not depend on the piece it is in.
    let grain = max(1, 16_384 / max(1, reader.size))
    let pieces = (indices.count + grain - 1) / grain
    forEach(chunks: pieces, work: indices.count * reader.size * (augment ? 8 : 1)) { piece in
      let start = indices.startIndex + piece * grain
      let end = min(start + grain, indices.endIndex)
      reader.fill(x: x + (start - indices.startIndex) * reader.size, indices: indices[start..<end], epoch: epoch, augment: augment)
    }
  }
}
