import NNDiagnostics
import NNGraph
import NNLayers
import NNRecipe

/// A network as a module of PyTorch whose state dict has the names and shapes of nnc's weights: `model.py`.
public struct TorchModule: Sendable {
  private let model: Model
  private let facts: ExportFacts

  /// - Parameter facts: the normalisation and the classes; the weights are not needed.
  /// - Throws: words for the user where a layer has no counterpart: a support vector machine.
  public init(_ model: Model, _ facts: ExportFacts) throws(ExportProblem) {
    self.model = model
    self.facts = facts
    for node in model.nodes where !(node.layer is any TorchWritable) { throw ExportProblem("PyTorch has no `\(node.word)`") }
    try facts.checkNormalization(of: model)
  }

  private struct Line {
    /// `self.fc1 = nn.Linear(4, 10)`
    var module: String?
    var assignment: String
    var helper: TorchHelper?
  }

  /// The source of `model.py`.
  public var text: String {
    let lines = lines
    let helpers = TorchHelper.allCases.filter { helper in lines.contains { $0.helper == helper } }
    let title = model.title.map { ": \($0)" } ?? ""
    return """
      \"\"\"\(model.name.pythonText)\(title.pythonText), written by nnc from \(lastComponent(model.file.name).pythonText).

      The input is \(inputText); the names in the state dict are those of nnc's safetensors.
      \"\"\"

      \(helpers.contains(.monomials) ? "import itertools\n\n" : "")import torch
      import torch.nn.functional as F
      from torch import nn

      CLASSES = \(facts.classes.jsonText)
      # Of the input as the data holds it, channels last: x * SCALE + SHIFT.
      SCALE, SHIFT = \(list(facts.scale)), \(list(facts.shift, "0.0"))
      # Of a regression's targets, in the same way.
      TARGET_SCALE, TARGET_SHIFT = \(list(facts.targetScale)), \(list(facts.targetShift, "0.0"))


      \(helpers.map { $0.text + "\n\n\n" }.joined())class Network(nn.Module):
          def __init__(self):
              super().__init__()
      \(modules(lines))

          def forward(self, \(inputIsKept ? "inputs" : "x")):
      \(lines.map { "        \($0.assignment)" }.joined(separator: "\n"))
              return \(result)

          def prepare(self, raw):
              \"\"\"Numbers as the data holds them, N x \(model.input), as `forward` takes them.\"\"\"
              \(preparation)

          def predict(self, raw):
              \"\"\"What `nnc run --predict` says of raw inputs; after `eval()`, which switches dropout off.\"\"\"
              y = self(self.prepare(raw))
              \(ending)

      """
  }

  private var inputText: String {
    switch model.input.kind {
    case .image: "N x \(model.input.torchSizes.replacing(", ", with: " x ")) (channels first), normalised"
    case .tokens: "N x \(model.input) whole numbers"
    case .vector, .sequence: "N x \(model.input), normalised"
    }
  }

  private func list(_ values: [Float]?, _ otherwise: String = "1.0") -> String {
    guard let values, !values.isEmpty else { return otherwise }
    return values.count == 1 ? "\(values[0])" : "[\(values.map { "\($0)" }.joined(separator: ", "))]"
  }

  private func modules(_ lines: [Line]) -> String {
    let made = lines.compactMap { line in line.module.map { "        \($0)" } }
    return made.isEmpty ? "        pass" : made.joined(separator: "\n")
  }

  // MARK: Lines

  /// The last activation is left to the loss and to `predict` where the loss works from logits.
  private var nodes: [Node] { model.lossReplacesLastLayer ? Array(model.nodes.dropLast()) : model.nodes }

  private var lines: [Line] {
    let names = variables
    return nodes.enumerated().map { index, node in
      let stage = TorchStage(node: node, inputs: node.inputs.map { name(of: $0, names) })
      let line = (node.layer as? any TorchWritable)?.torch(stage) ?? TorchLine(stage.x)
      let module = line.module.map { "self.\(node.name) = \($0)" }
      return Line(module: module, assignment: "\(names[index]) = \(line.expression)", helper: line.helper)
    }
  }

  private var result: String { nodes.isEmpty ? "x" : variables[nodes.count - 1] }

  private func name(of source: Node.Source, _ names: [String]) -> String {
    switch source {
    case .input: inputIsKept ? "inputs" : "x"
    case .node(let index): names[index]
    }
  }

  /// `x` for what only the next node reads, and a name of its own for what is read later.
  private var variables: [String] {
    var readers = [[Int]](repeating: [], count: nodes.count)
    for (reader, node) in nodes.enumerated() {
      for case .node(let index) in node.inputs { readers[index].append(reader) }
    }
    return nodes.indices.map { index in
      readers[index].allSatisfy { $0 == index + 1 } ? "x" : "\(nodes[index].word)_\(index + 1)"
    }
  }

  private var inputIsKept: Bool { nodes.indices.contains { $0 > 0 && nodes[$0].inputs.contains(.input) } }

  // MARK: Ends

  private var preparation: String {
    if model.input.kind == .tokens { return "return raw.long()" }
    let scaled = "raw.float() * torch.tensor(SCALE, device=raw.device) + torch.tensor(SHIFT, device=raw.device)"
    return model.input.kind == .image ? "x = \(scaled)\n        return x.movedim(-1, 1)" : "return \(scaled)"
  }

  private var ending: String {
    if model.lossReplacesLastLayer, let last = model.nodes.last {
      let stage = TorchStage(node: last, inputs: ["y"])
      return "return \((last.layer as? any TorchWritable)?.torch(stage).expression ?? "y")"
    }
    if facts.targetScale == nil { return "return y" }
    return "return (y - torch.tensor(TARGET_SHIFT, device=y.device)) / torch.tensor(TARGET_SCALE, device=y.device)"
  }
}

extension String {
  /// Inside a documentation string.
  var pythonText: String { replacing("\\", with: "\\\\").replacing("\"", with: "'") }
}
