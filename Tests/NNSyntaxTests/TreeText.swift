import NNDiagnostics
import NNSyntax

/// The tree as an S-expression, without places: what the corpus is written in.
struct TreeText {
  static func text(of tree: FileSyntax) -> String { tree.items.map(item).joined(separator: "\n") }

  static func item(_ item: ItemSyntax) -> String {
    switch item {
    case .header(let header): return list(["header", header.word.text] + header.atoms.map(atom) + broken(header.isBroken))
    case .letBinding(let binding): return list(["let", binding.name.text, expression(binding.value)])
    case .use(let use): return list(["use", quoted(use.path.text)])
    case .block(let block):
      let parameters = block.parameters.map { $0.name.text + ($0.defaultValue.map { "=" + expression($0) } ?? "") }
      return list(["block", block.name.text, list(parameters), group(block.body)] + broken(block.isBroken))
    case .pipeline(let pipeline): return list(["pipeline"] + pipeline.stages.map(stage))
    }
  }

  static func stage(_ stage: StageSyntax) -> String {
    var parts: [String]
    switch stage.body {
    case .layer(let layer): parts = [layer.word.text.isEmpty ? "?" : layer.word.text] + layer.atoms.map(atom)
    case .residual(let residual):
      parts = ["res", group(residual.body)]
      switch residual.via {
      case .group(let via)?: parts += ["via", group(via)]
      case .auto?: parts += ["via", "auto"]
      case nil: break
      }
    case .branch(let branch): parts = ["branch", branch.join.rawValue] + branch.groups.map(group)
    case .repetition(let repetition): parts = ["repeat", expression(repetition.count), group(repetition.body)]
    }
    if let shape = stage.statedShape { parts += ["->", atom(shape)] }
    if let label = stage.label { parts += ["as", label.text] }
    return list(parts + broken(stage.isBroken))
  }

  static func group(_ group: GroupSyntax) -> String { "{" + group.stages.map(stage).joined(separator: " ") + "}" }

  static func atom(_ atom: AtomSyntax) -> String {
    switch atom.kind {
    case .size(let parts): list(["size"] + parts.map(expression))
    case .value(let value): expression(value)
    case .string(let text): quoted(text)
    case .word(let word): word
    case .comma: ","
    }
  }

  static func expression(_ expression: ExpressionSyntax) -> String {
    switch expression {
    case .number(let value, _): "\(value)".hasSuffix(".0") ? String("\(value)".dropLast(2)) : "\(value)"
    case .percent(let value, let span): list(["%", Self.expression(.number(value: value, span: span))])
    case .reference(let name, _): "$" + name
    case .negate(let value, _): list(["-", Self.expression(value)])
    case .binary(let symbol, let left, let right, _): list([symbol.rawValue, Self.expression(left), Self.expression(right)])
    case .parenthesised(let value, _): Self.expression(value)
    case .missing: "?"
    }
  }

  private static func list(_ parts: [String]) -> String { "(" + parts.joined(separator: " ") + ")" }
  private static func quoted(_ text: String) -> String { "\"" + text + "\"" }
  private static func broken(_ isBroken: Bool) -> [String] { isBroken ? ["!"] : [] }
}
