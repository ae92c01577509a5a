import NNDiagnostics
import NNLayers
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
    let advice = OtherFrameworks.layerAdvice(for: word).map { Diagnostic.Fix($0) }
    return Diagnostic(
      .unknownLayer, "unknown layer `\(word)`", at: span, "no layer, activation or block has this name",
      fixes: [advice ?? fix].compactMap { $0 })
  }

  /// The word here for that of another framework, which may do without the numbers, or have one of its own for them.
  private func translation(_ foreign: String) -> Diagnostic.Fix {
    let numbers = layer.atoms.map(\.span.text)
    if foreign == "avgpool", layer.word.text.lowercased().contains("adaptive"), !numbers.isEmpty {
      let word = numbers.allSatisfy { ["1", "1x1"].contains($0) } ? "gap" : "avgpool to"
      let text = word == "gap" ? word : "\(word) \(numbers.joined(separator: "x"))"
      return .init("it is called `\(word)` here", .probable, edits: [.init(layer.span, text)], isFact: true)
    }
    let takesNumbers = AllLayers.types.first { $0.signature.word == foreign }.map { !$0.signature.positional.isEmpty } ?? true
    guard takesNumbers || numbers.isEmpty || layer.atoms.contains(where: \.isWord) else {
      return .init("it is called `\(foreign)` here, and takes no number", .probable, edits: [.init(layer.span, foreign)], isFact: true)
    }
    return .init("it is called `\(foreign)` here", .probable, edits: [.init(layer.word.span, foreign)], isFact: true)
  }

  private var fix: Diagnostic.Fix? {
    let word = layer.word.text
    let end = layer.word.span.end
    if end < layer.word.span.file.bytes.count, layer.word.span.file.bytes[end] == UInt8(ascii: "("),
      let call = CallTranslation.fix(forLineOf: layer.word.span)
    {
      return call
    }
    if word.lowercased().hasPrefix("bidirectional"), let recurrent = layer.atoms.first?.span.text,
      ["lstm", "gru", "rnn"].contains(recurrent)
    {
      let text = (layer.atoms.map(\.span.text) + ["both"]).joined(separator: " ")
      return .replacing("both directions are an argument", layer.span, with: text)
    }
    if let foreign = OtherFrameworks.layer(for: word), Words.isLayer(foreign) {
      return translation(foreign)
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
