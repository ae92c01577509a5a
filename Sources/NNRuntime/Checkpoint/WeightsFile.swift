import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNRecipe

/// A weights file, to be joined with the model it belongs to.
public struct WeightsFile: Sendable {
  public let path: String
  /// What the file says of itself.
  public let info: CheckpointInfo

  /// - Throws: NN601 where the file is not there, or no weights file.
  public init(_ path: String) throws(Diagnostic) {
    self.path = path
    info = try Checkpoint.info(path: path)
  }

  /// In the order of their numbers; those of a text are its characters.
  public var classes: [String] { info.codec?.names ?? info.classes }

  /// What the file knows about the data it was made with.
  public var facts: NNData.DataFacts {
    if let codec = info.codec {
      var facts = NNData.DataFacts(name: path, classes: codec.names)
      facts.vocabulary = codec.count
      facts.mayHaveTargetPerStep = true
      return facts
    }
    var facts = NNData.DataFacts(name: path, shape: info.input, classes: info.classes.isEmpty ? nil : info.classes)
    // Weights do not say what the targets were.
    facts.mayHaveTargetPerStep = true
    return facts
  }

  /// A model with a machine has as many support vectors as the file.
  public func completing(_ model: Model) throws(Diagnostic) -> Model {
    guard model.machine != nil else { return model }
    let name = "\(model.nodes.last?.word ?? "")1.support_vectors"
    guard let supports = try Checkpoint.shapes(path: path)[name]?.first, let completed = model.with(supports: supports) else {
      throw Diagnostic(
        .weightsMismatch, .error, "\(path) does not fit \(model.file.name)", at: model.stages.last?.span, "`\(name)` is not in the file")
    }
    return completed
  }

  /// The network with these weights.
  /// - Parameter train: the part to take normalisation from where the file has none; nil where no data was given.
  /// - Throws: NN601 where the weights belong to another network.
  public func network(_ given: Model, train: Examples? = nil, kernels: Kernels) throws(Diagnostic) -> TrainedNetwork {
    let model = try completing(given)
    let layout: WeightLayout
    do throws(PlanProblem) { layout = try WeightLayout(model) } catch {
      throw Diagnostic(.memory, .error, "the weights of `\(model.name)` do not fit into any memory")
    }
    let checkpoint = try Checkpoint(path: path, model: model, layout: layout)
    return try TrainedNetwork(
      model, checkpoint.weights, normalization: try normalization(model, train), kernels: kernels)
  }

  private func normalization(_ model: Model, _ train: Examples?) throws(Diagnostic) -> NormalizationValues {
    if let stored = info.normalization { return stored }
    let rule = model.recipe.normalization
    if rule.input == nil, rule.target == nil { return .identity }
    if let train { return try NormalizationValues.compute(rule, from: train, at: model.statements["normalize"]) }
    if case .scale(let factor)? = rule.input, rule.target == nil {
      return NormalizationValues(scale: [Float(factor)], shift: [0])
    }
    throw Diagnostic(
      .weightsMismatch, .error, "`\(path)` does not say how its inputs were normalised", at: model.statements["normalize"],
      fixes: [.init("give the data it was trained on: `--data DATA`")])
  }

  /// Numbers of classes mean nothing where the names differ.
  public func checkClasses(_ classes: [String], of data: String) throws(Diagnostic) {
    guard !self.classes.isEmpty, !classes.isEmpty, self.classes != classes else { return }
    throw Diagnostic(
      .weightsMismatch, .error, "`\(path)` was trained on other classes than `\(data)` has",
      notes: ["in the weights: \(self.classes.joined(separator: ", "))", "in the data: \(classes.joined(separator: ", "))"])
  }
}
