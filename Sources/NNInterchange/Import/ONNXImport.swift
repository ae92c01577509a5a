import NNDiagnostics
import NNGraph
import NNLayers
import NNSyntax

/// An ONNX model as a file of the language, with its weights.
public struct ONNXImport: Sendable {
  /// Of a `.nn` file.
  public var text: String
  /// As that file names them, in PyTorch's shapes and order.
  public var weights: [(name: String, shape: [Int], values: [Float])]
  /// Of the raw input: x scale + shift; nil where the graph begins with a layer.
  public var scale: [Float]?
  /// See `scale`.
  public var shift: [Float]?
  /// In the order of their numbers; empty where the model does not name them.
  public var classes: [String]
  /// Of a network that takes characters: one for each token, where the model names them.
  public var vocabulary: String?
  /// Of an example, as the language has it: channels last.
  public var input: Shape
  /// What the network gives for an example.
  public var output: Shape
  /// What was left out, in words.
  public var notes: [String]

  /// What the model cannot be said for.
  public enum Problem: Error, Sendable {
    /// Something about the whole.
    case model(String)
    /// Nodes that the language cannot say, all of them.
    case nodes([ONNXImportProblem])
  }

  /// Reads a network out of a graph.
  ///
  /// - Parameters:
  ///   - model: with one input that no tensor belongs to.
  ///   - name: for the `model` statement.
  ///   - shape: of the input, where the graph leaves sizes open.
  /// - Throws: what the language cannot say of it, node by node.
  public init(_ model: ONNXModel, name: String, shape: [Int]? = nil) throws(Problem) {
    guard let version = model.opsets.first(where: { ["", "ai.onnx"].contains($0.domain) })?.version ?? model.opsets.first.map({ _ in 1 })
    else {
      throw .model("no version of the operators is in it")
    }
    let graph = model.graph
    if let tensor = graph.unreadTensor, let location = tensor.location {
      throw .model("the numbers of `\(tensor.name)` lie in the file `\(location.file)`, which was not read")
    }
    let known = Set(graph.initializers.map(\.name))
    let inputs = graph.inputs.filter { !known.contains($0.name) }
    guard inputs.count == 1, let input = inputs.first else {
      throw .model("the graph has \(inputs.count) inputs: \(inputs.map { "`\($0.name)`" }.joined(separator: ", ")); a network has one")
    }
    let nodes = GraphPatterns(graph).nodes
    var failures: [[ONNXImportProblem]] = []
    for output in graph.outputs {
      let needed = Self.needed(nodes, for: output.name)
      let importer: ONNXImporter
      do throws(Unsayable) { importer = try ONNXImporter(graph, nodes: needed, version: version, input: input, shape: shape) } catch {
        throw .model(error.reason)
      }
      guard importer.problems.isEmpty else {
        failures.append(importer.problems)
        continue
      }
      guard case .flow(let flow)? = importer.values[output.name] else { continue }
      let others = graph.outputs.filter { $0.name != output.name }.map { "`\($0.name)`" }
      try self.init(importer, flow, model, name: name)
      if !others.isEmpty { notes.append("the network gives `\(output.name)`; left out: \(others.joined(separator: ", "))") }
      return
    }
    guard let fewest = failures.min(by: { $0.count < $1.count }) else { throw .model("no output of the graph depends on its input") }
    throw .nodes(fewest)
  }

  /// The nodes that a value depends on, in their order.
  private static func needed(_ nodes: [ONNXNode], for output: String) -> [ONNXNode] {
    var names: Set<String> = [output]
    var result: [ONNXNode] = []
    for node in nodes.reversed() where node.outputs.contains(where: names.contains) {
      names.formUnion(node.inputs)
      result.append(node)
    }
    return result.reversed()
  }

  // MARK: The result

  private init(_ importer: ONNXImporter, _ flow: Flow, _ model: ONNXModel, name: String) throws(Problem) {
    let output: Flow
    do throws(Unsayable) { output = try importer.result(flow) } catch { throw .model("the output: \(error.reason)") }
    let trees: [StageTree]
    do throws(StageTreeBuilder.Problem) { trees = try StageTreeBuilder(importer.stages, output: output.source).trees() } catch {
      throw .model(Self.reason(error, importer.stages))
    }
    classes = Self.classes(model) ?? importer.classes
    (scale, shift) = (importer.normalization?.scale, importer.normalization?.shift)
    (input, self.output) = (importer.input, output.shape)
    notes = []
    if case .tokens(_, let count) = importer.input, let text = model.metadata.first(where: { $0.key == "vocabulary" })?.value,
      text.unicodeScalars.count == count
    {
      vocabulary = text
    }
    text = Self.text(importer, trees, model, name: name, classes: classes)
    weights = []
    weights = try named(importer.stages, trees)
  }

  private static func reason(_ problem: StageTreeBuilder.Problem, _ stages: [ImportedStage]) -> String {
    func paths(_ join: Int) -> String { "the paths that meet at a join of \(stages[join].shape) (`\(stages[join].text)`)" }
    switch problem {
    case .crosses(let join): return "\(paths(join)) cross others, so that neither `branch` nor a label can say them"
    case .isTooDeep(let join): return "\(paths(join)) hold more than \(Limits.nesting) joins inside of one another"
    }
  }

  private static func text(_ importer: ONNXImporter, _ trees: [StageTree], _ model: ONNXModel, name: String, classes: [String]) -> String {
    let producer =
      model.producer.isEmpty ? "" : " written by \(model.producer)\(model.producerVersion.isEmpty ? "" : " \(model.producerVersion)")"
    var lines = ["# Read from an ONNX file\(producer.oneLine)."]
    if importer.normalization != nil { lines.append("# Its inputs are normalised by numbers that are stored with the weights.") }
    lines.append("model \(name)")
    lines.append("input \(importer.input.statementText)")
    if classes.count > 1, importer.input.kind != .tokens { lines.append("classes \(classes.map(\.className).joined(separator: ", "))") }
    let stages = StageText(importer.stages).lines(trees)
    return (lines + [""] + (stages.isEmpty ? ["linear"] : stages)).joined(separator: "\n") + "\n"
  }

  /// A list of texts, as nnc and others keep it in the metadata.
  private static func classes(_ model: ONNXModel) -> [String]? {
    guard let text = model.metadata.first(where: { $0.key == "classes" })?.value, let json = try? JSONValue(parsing: Array(text.utf8)),
      let names = json.arrayValue?.compactMap(\.stringValue), !names.isEmpty
    else { return nil }
    return names
  }

  /// The language itself names the layers: what it makes of the text is compared with the stages one by one.
  private func named(_ stages: [ImportedStage], _ trees: [StageTree]) throws(Problem) -> [(name: String, shape: [Int], values: [Float])] {
    var options = CheckOptions()
    options.provesFixes = false
    let result = check(SourceFile(name: "imported.nn", text: text), options: options)
    guard let network = result.model else {
      throw .model("what it becomes is refused: \(result.diagnostics.first { $0.severity == .error }?.message ?? "")\n\(text)")
    }
    let weighted = trees.flatMap(\.stages).map { stages[$0] }.filter { !$0.weights.isEmpty }
    let nodes = network.nodes.filter { !$0.weights.isEmpty }
    guard nodes.count == weighted.count else {
      throw .model("what it becomes has \(nodes.count) layers with weights, not \(weighted.count)\n\(text)")
    }
    var tensors: [(name: String, shape: [Int], values: [Float])] = []
    for (node, stage) in zip(nodes, weighted) {
      guard node.word == stage.word, node.weights.map(\.name) == stage.weights.map(\.name),
        zip(node.weights, stage.weights).allSatisfy({ $0.count == $1.values.count })
      else { throw .model("`\(stage.text)` does not become what it was\n\(text)") }
      for (spec, weight) in zip(node.weights, stage.weights) { tensors.append(("\(node.name).\(spec.name)", spec.shape, weight.values)) }
    }
    return tensors
  }
}

extension ONNXGraph {
  /// One whose numbers are in another file still.
  fileprivate var unreadTensor: ONNXTensor? {
    if let tensor = initializers.first(where: { $0.location != nil }) { return tensor }
    for node in nodes {
      for case (_, .tensor(let tensor)) in node.attributes where tensor.location != nil { return tensor }
    }
    return nil
  }
}

extension String {
  /// Fit for one line of a file.
  fileprivate var oneLine: String { String(unicodeScalars.map { $0.value < 32 ? " " : Character($0) }) }

  /// As a word where it is one, else in quotes.
  fileprivate var className: String {
    let isWord =
      first?.isLetter == true && unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || "0"..."9" ~= $0 || $0 == "_") }
    return isWord ? self : "\"\(oneLine.replacing("\"", with: "'"))\""
  }
}
