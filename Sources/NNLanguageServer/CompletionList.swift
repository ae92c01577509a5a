import NNDiagnostics
import NNGraph
import NNLayers
import NNSyntax

/// What may stand at a place: words of the table, names of the file.
struct CompletionList {
  private let place: DocumentPlace
  private let names: Names
  /// What is typed of the word already.
  private let typed: SourceSpan
  /// The words of the stage or statement before it.
  private let words: [String]
  private let isLineStart: Bool

  init(_ place: DocumentPlace) {
    self.place = place
    names = Names(parse(place.file).0)
    let bytes = place.file.bytes
    var start = place.offset
    while start > 0, WordAtPlace.isName(bytes[start - 1]) { start -= 1 }
    typed = SourceSpan(place.file, start, place.offset)
    let stage = StageText(place.file, before: start)
    words = stage.text.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
    isLineStart = stage.isLineStart
  }

  /// Numbers of `CompletionItemKind` in the protocol.
  private enum Kind: Int { case function = 3, variable = 6, property = 10, keyword = 14, file = 17, enumMember = 20, constant = 21 }

  private struct Item {
    let label: String
    let kind: Kind
    let detail: String
    var page: WordPage?
  }

  var answer: JSONValue {
    let items = isInComment ? [] : items
    return [
      "isIncomplete": false,
      "items": .array(
        items.map { item in
          var members: [(key: String, value: JSONValue)] = [
            ("label", .string(item.label)), ("kind", .integer(item.kind.rawValue)), ("detail", .string(item.detail)),
            ("textEdit", ["range": place.view.encoding.range(of: typed), "newText": .string(item.label)]),
          ]
          if let page = item.page { members.append(("documentation", ["kind": "markdown", "value": .string(page.markdown)])) }
          return .object(members)
        }),
    ]
  }

  private var isInComment: Bool { parse(place.file).0.comments.contains { $0.span.start < place.offset && place.offset <= $0.span.end } }

  private var items: [Item] {
    let bytes = place.file.bytes
    let before = typed.start > 0 ? bytes[typed.start - 1] : 0
    let isBraced = before == UInt8(ascii: "{") && typed.start > 1 && bytes[typed.start - 2] == UInt8(ascii: "$")
    if before == UInt8(ascii: "$") || isBraced { return constants }
    guard let first = words.first else { return begin }
    if let statement = Statements.all.first(where: { $0.word == first }) { return arguments(of: statement) }
    if let type = AllLayers.type(named: first) { return arguments(of: type.signature) + (isWaiting(type.signature) ? [] : endings) }
    switch first {
    case "branch":
      return words.count == 1
        ? BranchSyntax.Join.allCases.map { Item(label: $0.rawValue, kind: .keyword, detail: "how the groups are joined") } : []
    case "let", "use", "block", "repeat": return []
    case _: return parameters(of: first) + endings
    }
  }

  // MARK: Names

  private var constants: [Item] {
    let data = WordPage.all.filter { $0.kind == .constant }.map {
      Item(label: String($0.word.dropFirst()), kind: .constant, detail: $0.summary)
    }
    let own = names.definitions.filter { ($0.kind == .constant || $0.kind == .parameter) && $0.scope.contains(place.offset) }
    return own.map { Item(label: $0.name, kind: .constant, detail: $0.text) } + used(.constant) + data
  }

  private var labels: [Item] {
    names.definitions.filter { $0.kind == .label && $0.scope.contains(place.offset) }.map {
      Item(label: $0.name, kind: .variable, detail: $0.text)
    }
  }

  private func used(_ kind: Names.Kind) -> [Item] {
    names.uses.compactMap { Names.read($0, from: place.file, place.view.readFile) }.flatMap(\.definitions).filter { $0.kind == kind }.map {
      Item(label: $0.name, kind: kind == .block ? .function : .constant, detail: $0.text)
    }
  }

  // MARK: The first word

  private var begin: [Item] {
    let blocks =
      names.definitions.filter { $0.kind == .block }.map { Item(label: $0.name, kind: .function, detail: $0.text) } + used(.block)
    let layers = WordPage.all.filter { $0.kind == .layer || $0.kind == .activation }
    let forms = WordPage.all.filter { $0.kind == .form && WordAtPlace.isName($0.word.utf8.first ?? 0) && $0.word != "as" }
    let items = ["let", "use", "block"]
    let stages = forms.filter { !items.contains($0.word) }
    let lines =
      isLineStart && !isInsideGroup ? WordPage.all.filter { $0.kind == .statement } + forms.filter { items.contains($0.word) } : []
    return blocks + (layers + stages).map { item($0, .function) } + lines.map { item($0, .keyword) }
  }

  private func item(_ page: WordPage, _ kind: Kind) -> Item { Item(label: page.word, kind: kind, detail: page.summary, page: page) }

  private var isInsideGroup: Bool {
    var depth = 0
    var isComment = false
    for byte in place.file.bytes[..<typed.start] {
      if byte == UInt8(ascii: "\n") { isComment = false }
      if byte == UInt8(ascii: "#") { isComment = true }
      if !isComment { depth += byte == UInt8(ascii: "{") ? 1 : byte == UInt8(ascii: "}") ? -1 : 0 }
    }
    return depth > 0
  }

  // MARK: Further words

  /// An argument without a name must come first.
  private func isWaiting(_ signature: Signature) -> Bool { words.count == 1 && signature.positional.contains { !$0.isOptional } }

  private func arguments(of signature: Signature) -> [Item] {
    if let choices = choices(signature.positional + signature.named) { return choices }
    if signature.positional.contains(where: { $0.forms.contains(.label) }), words.count == 1 { return labels }
    let activations = signature.takesActivation ? AllLayers.activations.map { $0.signature } : []
    return named(signature.named, signature.flags)
      + activations.map { Item(label: $0.word, kind: .enumMember, detail: $0.summary, page: WordPage.byWord[$0.word]) }
  }

  private func arguments(of statement: Statement) -> [Item] {
    // In a list every item begins anew.
    let last = words.lastIndex { $0.hasSuffix(",") }.map { $0 + 1 } ?? 1
    let own = words.dropFirst(last)
    let forms = statement.forms.filter { form in own.first.map { $0 == form.word } ?? false }
    if forms.isEmpty, own.isEmpty {
      let begins = statement.forms.compactMap { form in form.word.map { Item(label: $0, kind: .enumMember, detail: form.summary) } }
      return begins + statement.forms.filter { $0.word == nil }.flatMap { named($0.named, $0.flags) }
    }
    let open = forms.isEmpty ? statement.forms.filter { $0.word == nil } : forms
    if let choices = choices(open.flatMap { $0.positional + $0.named }) { return choices }
    return open.flatMap { named($0.named, $0.flags) }
  }

  private func named(_ parameters: [Parameter], _ flags: [Flag]) -> [Item] {
    parameters.filter { !words.contains($0.name) }.map { Item(label: $0.name, kind: .property, detail: $0.summary) }
      + flags.filter { !words.contains($0.name) }.map { Item(label: $0.name, kind: .enumMember, detail: $0.summary) }
  }

  /// The words that may follow the argument's name that stands last.
  private func choices(_ parameters: [Parameter]) -> [Item]? {
    guard let parameter = parameters.first(where: { $0.name == words.last }) else { return nil }
    let choices = parameter.forms.flatMap { form -> [String] in if case .word(let choices) = form { choices } else { [] } }
    return choices.isEmpty ? nil : choices.map { Item(label: $0, kind: .enumMember, detail: parameter.summary) }
  }

  private func parameters(of block: String) -> [Item] {
    let found = names.definition(of: block, .block, at: place.offset, readFile: place.view.readFile)
    guard let found else { return [] }
    let file = found.span.file === place.file ? names : Names(parse(found.span.file).0)
    let parameters = file.definitions.filter { $0.kind == .parameter && $0.text.hasSuffix(" of block \(block)") }
    return parameters.map { Item(label: $0.name, kind: .property, detail: $0.text) }
  }

  private var endings: [Item] { words.contains("as") ? [] : WordPage.byWord["as"].map { [item($0, .keyword)] } ?? [] }
}
