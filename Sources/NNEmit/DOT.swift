import NNGraph

extension Model {
  /// The network as a Graphviz file (https://graphviz.org/doc/info/lang.html): a box per layer, an arrow per value with its shape.
  public func dot() -> String {
    var lines = ["digraph \(quoted(name)) {", "  rankdir=TB", "  node [shape=box, style=rounded, fontname=\"Helvetica\"]"]
    lines.append("  edge [fontname=\"Helvetica\", fontsize=10]")
    lines.append("  input [shape=plain, label=\(quoted("input"))]")
    let labels = labels
    for (index, node) in nodes.enumerated() {
      let text = labels[index]
      let parameters = node.trainedCount
      lines.append("  n\(index) [label=\(quoted(parameters == 0 ? text : "\(text)\n\(parameters) parameters"))]")
      for (source, shape) in zip(node.inputs, node.inputShapes) {
        lines.append("  \(identifier(source)) -> n\(index) [label=\(quoted(shape.description))]")
      }
    }
    let last = nodes.isEmpty ? "input" : "n\(nodes.count - 1)"
    lines.append("  output [shape=plain, label=\(quoted("output"))]")
    lines.append("  \(last) -> output [label=\(quoted(output.description))]")
    return (lines + ["}"]).joined(separator: "\n") + "\n"
  }

  /// A label for each node: the stage as written, where it is one layer; a layer that came with others of its stage by its word.
  package var labels: [String] {
    var counts: [Int: Int] = [:]
    for node in nodes { counts[node.stage, default: 0] += 1 }
    return nodes.map { node in
      counts[node.stage] == 1 && stages.indices.contains(node.stage) ? stages[node.stage].text : node.word
    }
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

extension Node {
  /// Numbers that are trained.
  package var trainedCount: Int { weights.filter(\.isTrained).reduce(0) { $0 + $1.count } }
}
