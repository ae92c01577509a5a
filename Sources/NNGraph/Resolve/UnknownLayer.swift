import NNDiagnostics
import NNSyntax

/// The words for a stage that is no layer, activation or block: NN201.
struct UnknownLayer {
  let layer: LayerSyntax
  let definitions: Definitions

  var diagnostic: Diagnostic {
    let word = layer.word.text
    let span = layer.word.span
    if HeaderWords.contains(word) {
      return Diagnostic(
        .unknownLayer, "`\(word)` is a statement, not a layer", at: span, "stands on a line of its own, outside the network")
    }
    return Diagnostic(
      .unknownLayer, "unknown layer `\(word)`", at: span, "no layer, activation or block has this name", fixes: fix.map { [$0] } ?? [])
  }

  private var fix: Diagnostic.Fix? {
    let word = layer.word.text
    let end = layer.word.span.end
    if end < layer.word.span.file.bytes.count, layer.word.span.file.bytes[end] == UInt8(ascii: "("),
      let call = CallTranslation.fix(forLineOf: layer.word.span)
    {
      return call
    }
    if let foreign = OtherFrameworks.layer(for: word), Words.isLayer(foreign) {
      return .init("it is called `\(foreign)` here", .probable, edits: [.init(layer.word.span, foreign)])
    }
    let names = Words.layers + definitions.blocks.keys.sorted() + ["res", "branch", "repeat"]
    if let same = names.first(where: { $0 == word.lowercased() }) {
      return .init("words are in lower case: `\(same)`", .probable, edits: [.init(layer.word.span, same)])
    }
    if let near = Suggestion.nearest(to: word, among: names) {
      return .init("did you mean `\(near)`?", .probable, edits: [.init(layer.word.span, near)])
    }
    guard let near = OtherFrameworks.misspeltLayer(word), Words.isLayer(near.word) else { return nil }
    return .init("`\(near.name)` is called `\(near.word)` here", .probable, edits: [.init(layer.word.span, near.word)])
  }
}
