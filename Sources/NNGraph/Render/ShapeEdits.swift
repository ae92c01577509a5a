import NNDiagnostics
import NNLayers
import NNSyntax

/// The edits that write the proved shape behind every stage of a file: `conv 3x3x8 -> 82x82x8`.
///
/// Blocks have none of their own: their shapes are those of their uses. Nor has a stage of a `repeat` whose shape changes from turn to turn.
/// The result must come from a check with `tracesStages`; where shapes are not known there is nothing to write.
public func shapeEdits(_ result: CheckResult) -> [Diagnostic.Edit] {
  var shapes: [Int: Shape?] = [:]
  for trace in result.traces where trace.stage.file === result.file {
    let start = trace.stage.start
    if let known = shapes[start], known != trace.shape { shapes[start] = .some(nil) } else { shapes[start] = trace.shape }
  }
  let stages = parse(result.file).0.items.flatMap { item -> [StageSyntax] in
    if case .pipeline(let pipeline) = item { pipeline.stages } else { [] }
  }
  return edits(of: stages, shapes)
}

private func edits(of stages: [StageSyntax], _ shapes: [Int: Shape?]) -> [Diagnostic.Edit] {
  stages.flatMap { stage -> [Diagnostic.Edit] in
    let inner = stage.groups.flatMap { edits(of: $0.stages, shapes) }
    guard stage.statedShape == nil, case .some(.some(let shape)) = shapes[stage.span.start] else { return inner }
    let end = SourceSpan(stage.span.file, stage.bodyEnd, stage.bodyEnd)
    return inner + [Diagnostic.Edit(end, " -> \(shape)")]
  }
}
