import NNDiagnostics
import NNGraph

/// What is known of the word under the pointer: the stage with its shape and cost, then the page of the word.
struct Hover {
  let place: DocumentPlace

  init(_ place: DocumentPlace) { self.place = place }

  var answer: JSONValue? {
    guard let word = WordAtPlace(place) else { return nil }
    var parts: [String] = []
    let notes = place.view.check().notes(at: place.offset)
    if !notes.isEmpty { parts.append(notes.joined(separator: "  \n")) }
    if let target = Navigation(place).target {
      parts.append(Markdown.block(target.text))
    } else if let page = WordPage.byWord[word.text] {
      parts.append("**\(word.text)**: " + page.markdown)
    } else {
      let uses = WordPage.uses(ofArgument: word.text).filter { word.line.hasPrefix($0.word) || word.line.contains("\($0.word) ") }
      parts += uses.prefix(1).map { "**\(word.text)** of `\($0.word)`: \($0.argument.summary) (\($0.argument.values))" }
    }
    guard !parts.isEmpty else { return nil }
    return [
      "contents": ["kind": "markdown", "value": .string(parts.joined(separator: "\n\n---\n\n"))],
      "range": place.view.encoding.range(of: word.span),
    ]
  }
}

/// The name around a place, with a `$` before it.
struct WordAtPlace {
  let span: SourceSpan
  /// The stage or statement up to the word.
  let line: String

  var text: String { span.text }

  init?(_ place: DocumentPlace) {
    let bytes = place.file.bytes
    var (start, end) = (place.offset, place.offset)
    while start > 0, WordAtPlace.isName(bytes[start - 1]) { start -= 1 }
    while end < bytes.count, WordAtPlace.isName(bytes[end]) { end += 1 }
    guard end > start else { return nil }
    if start > 0, bytes[start - 1] == UInt8(ascii: "$") { start -= 1 }
    span = SourceSpan(place.file, start, end)
    line = StageText(place.file, before: start).text
  }

  static func isName(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
  }
}

/// The text of a line before a place, from the last `|` or brace on.
struct StageText {
  let text: String
  /// Nothing stands before it in its line.
  let isLineStart: Bool

  init(_ file: SourceFile, before offset: Int) {
    let line = file.range(ofLine: file.line(at: offset))
    let bytes = file.bytes[line.lowerBound..<max(line.lowerBound, min(offset, line.upperBound))]
    let cut = bytes.lastIndex { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }
    isLineStart = cut == nil
    text = String(decoding: bytes[(cut.map { $0 + 1 } ?? bytes.startIndex)...].drop(while: isBlank), as: UTF8.self)
  }
}
