import NNDiagnostics
import NNLayers
import NNSyntax

/// The words for what a layer's initialiser refuses: a combination of arguments.
struct ArgumentProblem {
  let problem: LayerProblem
  let word: NameSyntax
  let span: SourceSpan
  let bound: BoundArguments

  var diagnostic: Diagnostic {
    switch problem {
    case .value(let argument, let message):
      Diagnostic(.outOfRange, message, at: bound.spans[argument] ?? span)
    case .tooLarge:
      Diagnostic(.memory, "`\(span.text)` is larger than any machine can hold", at: span)
    case .divide(let argument, let value, let what, let count):
      Diagnostic(.notDivisible, "`\(argument) \(value)` does not divide \(count) \(what)", at: bound.spans[argument] ?? span)
    case .window(let height, let width, let input):
      Diagnostic(.windowTooLarge, "a \(height)x\(width) window does not fit into \(input)", at: span)
    case .kind, .join, .reshape:
      Diagnostic(.outOfRange, "`\(span.text)` has arguments that do not belong together", at: span)
    }
  }
}
