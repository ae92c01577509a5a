import NNDiagnostics
import NNSyntax

/// All places of a tree, to check that they are in the file and inside each other.
struct TreeSpans {
  /// Pairs of a place and the one that must hold it.
  private(set) var pairs: [(inner: SourceSpan, outer: SourceSpan)] = []

  init(_ tree: FileSyntax) {
    let whole = SourceSpan(tree.file, 0, tree.file.bytes.count)
    for comment in tree.comments { pairs.append((comment.span, whole)) }
    for item in tree.items {
      switch item {
      case .header(let header):
        add(header.span, whole)
        add(header.word.span, header.span)
        for atom in header.atoms { add(atom, header.span) }
      case .letBinding(let binding):
        add(binding.span, whole)
        add(binding.name.span, binding.span)
        add(binding.value, binding.span)
      case .use(let use):
        add(use.span, whole)
        add(use.path.span, use.span)
      case .block(let block):
        add(block.span, whole)
        add(block.name.span, block.span)
        for parameter in block.parameters {
          add(parameter.name.span, block.span)
          if let value = parameter.defaultValue { add(value, block.span) }
        }
        add(block.body, block.span)
      case .pipeline(let pipeline):
        add(pipeline.span, whole)
        for stage in pipeline.stages { add(stage, pipeline.span) }
      }
    }
  }

  private mutating func add(_ span: SourceSpan, _ outer: SourceSpan) { pairs.append((span, outer)) }

  private mutating func add(_ stage: StageSyntax, _ outer: SourceSpan) {
    add(stage.span, outer)
    switch stage.body {
    case .layer(let layer):
      add(layer.span, stage.span)
      add(layer.word.span, layer.span)
      for atom in layer.atoms { add(atom, layer.span) }
    case .residual(let residual):
      add(residual.keyword, stage.span)
      add(residual.body, stage.span)
      switch residual.via {
      case .group(let group)?: add(group, stage.span)
      case .auto(let span)?: add(span, stage.span)
      case nil: break
      }
    case .branch(let branch):
      add(branch.keyword, stage.span)
      add(branch.joinSpan, stage.span)
      for group in branch.groups { add(group, stage.span) }
    case .repetition(let repetition):
      add(repetition.keyword, stage.span)
      add(repetition.count, stage.span)
      add(repetition.body, stage.span)
    }
    if let shape = stage.statedShape { add(shape, stage.span) }
    if let label = stage.label { add(label.span, stage.span) }
  }

  private mutating func add(_ group: GroupSyntax, _ outer: SourceSpan) {
    add(group.span, outer)
    for stage in group.stages { add(stage, group.span) }
  }

  private mutating func add(_ atom: AtomSyntax, _ outer: SourceSpan) {
    add(atom.span, outer)
    switch atom.kind {
    case .size(let parts): for part in parts { add(part, atom.span) }
    case .value(let value): add(value, atom.span)
    case .string, .word, .comma: break
    }
  }

  private mutating func add(_ expression: ExpressionSyntax, _ outer: SourceSpan) {
    add(expression.span, outer)
    switch expression {
    case .number, .percent, .reference, .missing: break
    case .negate(let value, _), .parenthesised(let value, _): add(value, expression.span)
    case .binary(_, let left, let right, _):
      add(left, expression.span)
      add(right, expression.span)
    }
  }
}
