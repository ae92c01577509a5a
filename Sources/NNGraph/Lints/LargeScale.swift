import NNDiagnostics
import NNRecipe

/// NN367: inputs that are made a hundred times larger, where division was most likely meant.
struct LargeScale {
  let network: NetworkLints

  func lint() {
    guard case .scale(let factor)? = network.recipe.normalization.input, factor >= 100, factor < 1e12,
      let span = network.statements["normalize"]
    else {
      return
    }
    let text = factor.plain
    var fix = Diagnostic.Fix("to divide, write `scale (1/\(text))`", .probable)
    if let place = span.text.firstRange(of: "scale \(text)") {
      let start = span.start + span.text.utf8.distance(from: span.text.startIndex, to: place.lowerBound)
      fix.edits = [.init(SourceSpan(span.file, start, start + "scale \(text)".utf8.count), "scale (1/\(text))")]
    }
    network.problems.warn(
      .largeScale, "`scale \(text)` multiplies the inputs: 255 becomes \(Int((255 * factor).rounded()).grouped)", at: span,
      "makes them larger",
      fixes: [fix])
  }
}
