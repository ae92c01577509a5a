import NNData
import NNDiagnostics
import NNGraph
import NNKernels

/// A network with weights, to evaluate and to predict with.
public final class TrainedNetwork {
  public let model: Model
  public let parameters: Parameters
  /// What is done to numbers before the network sees them, and to targets before they are compared.
  public let normalization: NormalizationValues
  private let kernels: Kernels

  /// - Parameter normalization: of the training part the weights were made with.
  /// - Throws: NN310 where the machine has too little memory.
  public init(_ model: Model, _ weights: Weights, normalization: NormalizationValues, kernels: Kernels) throws(Diagnostic) {
    self.model = model
    self.normalization = normalization
    self.kernels = kernels
    parameters = try Parameters(model)
    parameters.weights = weights
  }

  /// Loss and metrics on examples, without dropout and augmentation; nil where these have no targets.
  ///
  /// - Parameters:
  ///   - name: of the data set, for messages.
  ///   - classes: in the order of their numbers; empty for regression; nil: the model's.
  /// - Throws: NN304, NN501, NN502 where the targets do not belong to the network.
  public func evaluate(_ part: Examples, name: String = "data", classes: [String]? = nil) throws(Diagnostic) -> Evaluation? {
    guard part.hasTargets else { return nil }
    let classes = classes ?? model.classes
    let part = try model.followingOn(part, of: name)
    let objective = try Objective(model, name: name, classes: classes, parts: [part])
    let reader = try BatchReader(part, normalization: normalization, largeCount: 0)
    let evaluator = try Evaluator(model, parameters, kernels, purpose: .evaluation, examples: part.count)
    return try evaluator.evaluate(reader, objective, classes: classes.count)
  }

  /// What the network says of examples.
  ///
  /// - Parameter beginsAnew: every example begins with a state of zeros; otherwise layers that are `stateful` go on from the example before.
  /// - Throws: NN308 where they do not have the shape of its input.
  public func predict(_ part: Examples, beginsAnew: Bool = false) throws(Diagnostic) -> Predictions {
    guard part.size == model.input.count else {
      let shape = part.shape.map(String.init).joined(separator: "x")
      throw Diagnostic(
        .statedShape, .error, "the network takes \(model.input), the examples are \(shape)", at: model.statements["input"])
    }
    try checkTokens(part)
    let reader = try BatchReader(part, normalization: normalization, largeCount: 0)
    let evaluator = try Evaluator(model, parameters, kernels, purpose: .prediction, examples: part.count)
    return Predictions(try evaluator.outputs(reader, beginsAnew: beginsAnew), model, normalization)
  }

  /// The same for examples that the program has in memory: the numbers of each, row-major, as the data held them.
  /// - Throws: NN308 where they do not have the shape of its input; NN511, NN513 where they are no examples.
  public func predict(_ rows: [[Float]]) throws(Diagnostic) -> Predictions { try predict(Examples(rows)) }

  /// Writes the weights as a safetensors file, whole or not at all.
  /// - Parameter info: what the file says of itself, so that it can be read without the data.
  public func write(to path: String, _ info: CheckpointInfo) throws(FileError) {
    try Checkpoint(weights: parameters.weights, info: info).write(parameters.layout, to: path)
  }

  /// What one node gives for examples, as it is and each from a state of zeros: a comparison with another engine finds the place where it goes wrong.
  public func results(of node: Int, for examples: Examples) throws(Diagnostic) -> [Float] {
    var front = model
    front.nodes = Array(model.nodes[...node])
    let inputOnly = NormalizationValues(scale: normalization.scale, shift: normalization.shift)
    return try TrainedNetwork(front, parameters.weights, normalization: inputOnly, kernels: kernels)
      .predict(examples, beginsAnew: true).outputs
  }

  /// What computes with these weights.
  ///
  /// - Parameter form: the network in another form with the same weights; nil for itself.
  func executor(_ purpose: Plan.Purpose, batch: Int, of form: Model? = nil) throws(Diagnostic) -> Executor {
    let model = form ?? model
    let plan: Plan
    do throws(PlanProblem) { plan = try Plan(model, purpose, batch: batch) } catch { throw error.diagnostic(model) }
    return try Executor(plan, model, parameters, kernels)
  }

  /// A number that is no token would be looked up outside of its table.
  private func checkTokens(_ part: Examples) throws(Diagnostic) {
    guard case .tokens(_, let vocabulary) = model.input, !part.isText else { return }
    var numbers: Stretch<Float> = []
    if case .floats(let floats) = part.storage { numbers = floats }
    let wrong = numbers.firstIndex { !($0 >= 0 && $0 < Float(vocabulary) && $0 == $0.rounded()) }
    guard wrong != nil || numbers.isEmpty else { return }
    let found = wrong.map { ": \(numbers[$0]) in example \($0 / max(1, part.size) + 1)" } ?? ""
    throw Diagnostic(
      .dataShape, .error, "the network takes characters by their numbers, 0 to \(vocabulary - 1)\(found)", at: model.statements["input"])
  }
}

/// The outputs of a network for a number of examples.
public struct Predictions: Sendable, Equatable {
  /// Numbers per row.
  public let width: Int
  /// 1, or the steps where the network gives a sequence: each is a row.
  public let rowsPerExample: Int
  /// count x width, row-major: what the last layer gives (probabilities after softmax or sigmoid); for regression in the data's own unit.
  public let outputs: [Float]
  /// The class of each row; empty for regression.
  public let classes: [Int]

  /// Rows.
  public var count: Int { width == 0 ? 0 : outputs.count / width }

  /// The outputs of one row, as many as `width`.
  public subscript(row: Int) -> [Float] { Array(outputs[row * width..<(row + 1) * width]) }

  init(_ raw: [Float], _ model: Model, _ normalization: NormalizationValues) {
    let (rows, width) = model.outputRows
    self.width = width
    rowsPerExample = rows
    let isClassification = model.givesClasses
    if isClassification {
      outputs = raw
      let middle = model.middleOfTwoClasses
      classes = (0..<raw.count / max(1, width)).map { row in
        let values = raw[row * width..<(row + 1) * width]
        guard width > 1, let largest = values.max() else { return raw[row] > middle ? 1 : 0 }
        return (values.firstIndex(of: largest) ?? values.startIndex) - values.startIndex
      }
    } else {
      let back = TargetScale(normalization)
      outputs = raw.enumerated().map { Float(back.original($1, $0 % width)) }
      classes = []
    }
  }
}

extension Model {
  /// Whether its outputs stand for classes: by its loss, or because it names classes.
  public var givesClasses: Bool {
    switch loss {
    case .crossEntropy?, .binaryCrossEntropy?, .hinge?: true
    case .meanSquaredError?, .meanAbsoluteError?, .huber?, nil: !classes.isEmpty
    }
  }
}

extension Model {
  /// What a single output is compared with: the middle of probabilities or of 0 and 1, but 0 for logits and margins.
  public var middleOfTwoClasses: Float {
    switch loss {
    case .hinge?: 0
    case .binaryCrossEntropy?, .crossEntropy?: lossReplacesLastLayer ? 0.5 : 0
    case .meanSquaredError?, .meanAbsoluteError?, .huber?, nil: 0.5
    }
  }
}

extension Examples {
  var hasTargets: Bool {
    switch targets {
    case .none: false
    case .classes, .values, .following: true
    }
  }
}
