import NNDiagnostics
import NNGraph
import NNLayers

/// A network as an ONNX model of opset 17: images are `N x C x H x W` there, as everywhere outside of nnc, sequences `N x T x D`, and the batch `N` is left open.
public struct ONNXExport: Sendable {
  private let model: Model
  private let facts: ExportFacts

  /// - Throws: where the weights of `facts` are not those of the network, tensor by tensor, or its normalisation does not fit.
  public init(_ model: Model, _ facts: ExportFacts) throws(ExportProblem) {
    self.model = model
    self.facts = facts
    for node in model.nodes where !(node.layer is any ONNXWritable) { throw ExportProblem("ONNX has no `\(node.word)`") }
    try facts.checkWeights(of: model)
    try facts.checkNormalization(of: model)
  }

  /// The model; `encoded()` gives the bytes of its file.
  public var exported: ONNXModel {
    let builder = ONNXBuilder()
    let input = ONNXValue(name: "input", type: model.input.kind == .tokens ? .int64 : .float, shape: model.input.onnxDimensions)
    var outputs: [String] = []
    let start = normalized("input", builder)
    for (index, node) in model.nodes.enumerated() {
      let inputs = node.inputs.map { source in
        switch source {
        case .input: start
        case .node(let other): outputs[other]
        }
      }
      outputs.append(write(node, index, inputs, builder))
    }
    let result = denormalized(outputs.last ?? start, builder)
    // The output has a name of its own, whatever the last layer is called.
    builder.rename(result, to: outputName)
    builder.graph.name = model.name
    builder.graph.inputs = [input]
    builder.graph.outputs = [ONNXValue(name: outputName, type: .float, shape: model.output.onnxDimensions)]
    builder.graph.values.removeAll { $0.name == outputName }
    return file(builder.graph)
  }

  private var outputName: String {
    ["softmax", "sigmoid"].contains(model.nodes.last?.word ?? "") ? "probabilities" : "output"
  }

  private func file(_ graph: ONNXGraph) -> ONNXModel {
    var file = ONNXModel()
    file.opsets = [(domain: "", version: 17)]
    if graph.nodes.contains(where: { $0.domain == ONNXModel.machineLearning }) {
      file.opsets.append((domain: ONNXModel.machineLearning, version: 3))
    }
    file.producer = "nnc"
    file.producerVersion = facts.version
    file.documentation = model.title ?? ""
    file.graph = graph
    if !facts.classes.isEmpty { file.metadata.append((key: "classes", value: facts.classes.jsonText)) }
    file.metadata += facts.metadata
    return file
  }

  private func write(_ node: Node, _ index: Int, _ inputs: [String], _ builder: ONNXBuilder) -> String {
    builder.prefix = node.weights.isEmpty ? "\(node.word)_\(index + 1)" : node.name
    let weights = node.weights.map { spec in
      ONNXStage.Weight(name: "\(node.name).\(spec.name)", spec: spec, values: facts.weights["\(node.name).\(spec.name)"] ?? [])
    }
    let stage = ONNXStage(node: node, inputs: inputs, weights: weights, builder: builder)
    // That every layer is writable has been checked.
    let output = (node.layer as? any ONNXWritable)?.write(stage) ?? stage.x
    builder.describe(output, node.output)
    return output
  }

  // MARK: What comes before and after

  private func normalized(_ name: String, _ builder: ONNXBuilder) -> String {
    guard model.input.kind != .tokens, let scale = facts.scale, let shift = facts.shift else { return name }
    builder.prefix = "normalize"
    var value = name
    if scale.contains(where: { $0 != 1 }) { value = builder.add("Mul", [value, constant("scale", scale, model.input, builder)]) }
    if shift.contains(where: { $0 != 0 }) { value = builder.add("Add", [value, constant("shift", shift, model.input, builder)]) }
    if value != name { builder.describe(value, model.input) }
    return value
  }

  /// (y - shift) / scale, as the targets were normalised.
  private func denormalized(_ name: String, _ builder: ONNXBuilder) -> String {
    guard let scale = facts.targetScale, let shift = facts.targetShift else { return name }
    builder.prefix = "denormalize"
    var value = name
    if shift.contains(where: { $0 != 0 }) { value = builder.add("Sub", [value, constant("target_shift", shift, model.output, builder)]) }
    if scale.contains(where: { $0 != 1 }) { value = builder.add("Div", [value, constant("target_scale", scale, model.output, builder)]) }
    return value
  }

  /// One number, one per channel, or one per number of the shape, ready to be joined with a batch of it.
  private func constant(_ name: String, _ values: [Float], _ shape: Shape, _ builder: ONNXBuilder) -> String {
    if values.count == 1 { return builder.constant(name, values, shape: []) }
    let rank = shape.dimensions.count
    if values.count == shape.count, rank > 1 || values.count != shape.channels {
      let dimensions = shape.onnxDimensions.dropFirst().compactMap { if case .size(let size) = $0 { size } else { nil } }
      return builder.constant(name, shape.placesInFileOrder().map { values[$0] }, shape: [1] + dimensions)
    }
    let axes = shape.kind == .image ? [1, values.count, 1, 1] : Array(repeating: 1, count: rank) + [values.count]
    return builder.constant(name, values, shape: axes)
  }
}

extension Shape {
  /// With the batch `N` in front; the channels of an image before its height and width.
  var onnxDimensions: [ONNXDimension] {
    let sizes =
      switch self {
      case .image(let height, let width, let channels): [channels, height, width]
      case .vector, .sequence, .tokens: dimensions
      }
    return [.named("N")] + sizes.map { .size($0) }
  }
}

extension [String] {
  /// A JSON array of texts; also a list of Python.
  var jsonText: String { "[" + map { JSONValue.string($0).text }.joined(separator: ", ") + "]" }
}
