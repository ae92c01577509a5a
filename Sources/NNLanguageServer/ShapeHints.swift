import NNDiagnostics
import NNGraph

/// The proved shape behind every stage that states none, as an editor shows it between the words.
struct ShapeHints {
  let view: DocumentView
  let parameters: JSONValue

  var answer: JSONValue {
    let wanted = view.offsets(in: parameters)
    let hints = shapeEdits(view.check(tracesStages: true)).filter { wanted.contains($0.span.start) }
    return .array(
      hints.map { hint in
        ["position": view.encoding.position(of: hint.span.start, in: view.file), "label": .string(hint.replacement), "kind": 1]
      })
  }
}
