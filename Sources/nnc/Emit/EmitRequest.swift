import NNData
import NNDiagnostics
import NNEmit
import NNGraph
import NNRuntime

extension EmitRequest {
  /// - Parameter command: as it was typed.
  /// - Throws: where the network cannot be run on the examples of the self-test.
  init(_ weighted: WeightedModel, _ network: TrainedNetwork, command: String) throws(Diagnostic) {
    let model = weighted.model
    let layout = network.parameters.layout
    let weights = network.parameters.weights
    let normalization = network.normalization
    let inputs = ExampleInputs(model, normalization)
    let numbers = inputs.numbers(count: model.input.count <= 4096 ? 2 : 1)
    let outputs = try network.predict(numbers, beginsAnew: true).outputs
    let width = model.output.count
    let examples = (0..<numbers.count).map { example in
      (input: inputs.values(of: example), output: Array(outputs[example * width..<(example + 1) * width]))
    }
    self.init(
      model: model, weights: layout.ofNode.map { range in range.map { weights.values(of: layout.tensors[$0]) } },
      preparation: Preparation(scale: normalization.scale, shift: normalization.shift), meaning: Meaning(weighted, normalization),
      provenance: Provenance(
        version: Program.version, modelPath: model.file.name, modelDigest: SHA256.hexDigest(of: model.file.bytes),
        weightsPath: weighted.weights.path, weightsDigest: network.digest, command: command), examples: examples)
    if model.input.kind == .tokens { characters = weighted.classes.compactMap(\.unicodeScalars.first) }
  }
}

extension EmitRequest.Meaning {
  init(_ weighted: WeightedModel, _ normalization: NormalizationValues) {
    let model = weighted.model
    // A class for every step is left to the caller.
    if model.givesClasses, model.output.kind != .sequence {
      let isProbability = ["softmax", "sigmoid"].contains(model.nodes.last?.word ?? "")
      self = .classes(names: weighted.classes, isProbability: isProbability, middle: model.middleOfTwoClasses)
    } else {
      self = .values(scale: normalization.targetScale, shift: normalization.targetShift)
    }
  }
}

extension TrainedNetwork {
  /// SHA-256 over the numbers of all tensors, as in a run's summary.
  var digest: String { Checkpoint(weights: parameters.weights, info: CheckpointInfo()).digest(parameters.layout) }
}
