import NNGraph

extension Model {
  /// The network as a Graphviz file (https://graphviz.org/doc/info/lang.html): a box per layer, an arrow per value with its shape.
  public func dot() -> String {
    var lines = ["digraph \(quoted(name)) {", "  rankdir=TB", "  node [shape=box, style=rounded, fontname=\"Helvetica\"]"]
    lines.append("  edge [fontname=\"Helvetica\", fontsize=10]")
    lines.append("  input [shape=plain, label=\(quoted("input"))]")
    var layers = Array(repeating: 0, count: stages.count)
    for node in nodes where layers.indices.contains(node.stage) { layers[node.stage] += 1 }
    for (index, node) in nodes.enumerated() {
      let isAlone = layers.indices.contains(node.stage) && layers[node.stage] == 1
      lines.append("  n\(index) [label=\(quoted(label(of: node, isAlone: isAlone)))]")
      for (source, shape) in zip(node.inputs, node.inputShapes) {
        lines.append("  \(identifier(source)) -> n\(index) [label=\(quoted(shape.description))]")
      }
    }
    let last = nodes.isEmpty ? "input" : "n\(nodes.count - 1)"
    lines.append("  output [shape=plain, label=\(quoted("output"))]")
    lines.append("  \(last) -> output [label=\(quoted(output.description))]")
    return (lines + ["}"]).joined(separator: "\n") + "\n"
  }

  /// The stage as written, where it is one layer; a layer that came with others of its stage by its word.
  private func label(of node: Node, isAlone: Bool) -> String {
    let text = isAlone ? stages[node.stage].text : type(of: node.layer).signature.word
    let parameters = node.weights.filter(\.isTrained).reduce(0) { $0 + $1.count }
    return parameters == 0 ? text : "\(text)\n\(parameters) parameters"
  }

  private func identifier(_ source: Node.Source) -> String {
    switch source {
    case .input: "input"
    case .node(let index): "n\(index)"
    }
  }

  /// A DOT string: quotes and backslashes are escaped, a line break is `\n`.
  private func quoted(_ text: String) -> String {
    var result = "\""
    for character in text {
      switch character {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n", "\r\n": result += "\\n"
      default: result.append(character)
      }
    }
    return result + "\""
  }
}
