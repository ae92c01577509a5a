import NNDiagnostics
import NNGraph

/// The proved shape behind every stage that states none, as an editor shows it between the words.
struct ShapeHints {
  let view: DocumentView
  let parameters: JSONValue

  var answer: JSONValue {
    let range = parameters["range"]
    let start = view.encoding.offset(of: range?["start"], in: view.file) ?? 0
    let end = view.encoding.offset(of: range?["end"], in: view.file) ?? view.file.bytes.count
    let hints = shapeEdits(view.check(tracesStages: true)).filter { (start...max(start, end)).contains($0.span.start) }
    return .array(
      hints.map { hint in
        ["position": view.encoding.position(of: hint.span.start, in: view.file), "label": .string(hint.replacement), "kind": 1]
      })
  }
}
