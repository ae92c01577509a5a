import NNDiagnostics
import NNSyntax

/// Where a block, a constant, a label or a used file is defined.
struct Navigation {
  let place: DocumentPlace
  private let names: Names

  init(_ place: DocumentPlace) {
    self.place = place
    names = Names(parse(place.file).0)
  }

  /// The definition of the name at the place.
  var target: Names.Definition? {
    if let found = names.references.first(where: { contains($0.span) }) {
      return names.definition(of: found.name, found.kind, at: place.offset, readFile: place.view.readFile)
    }
    return names.definitions.first { contains($0.span) }
  }

  var definition: JSONValue? {
    if let use = names.uses.first(where: { contains($0.path.span) }) {
      guard let path = Names.path(of: use, from: place.file), case .success(let file) = place.view.readFile(path) else { return nil }
      return place.view.location(SourceSpan(file, 0, 0))
    }
    return target.map { place.view.location($0.span) }
  }

  private func contains(_ span: SourceSpan) -> Bool { span.file === place.file && span.start <= place.offset && place.offset <= span.end }
}

/// The symbols of a file: statements, constants, blocks, and the network with its labels.
struct Outline {
  let view: DocumentView
  private let tree: FileSyntax

  init(of view: DocumentView) {
    self.view = view
    tree = parse(view.file).0
  }

  /// Numbers of `SymbolKind` in the protocol.
  private enum Kind: Int { case file = 1, module = 2, property = 7, function = 12, variable = 13, constant = 14, object = 19 }

  var answer: JSONValue {
    .array(
      tree.items.map { item in
        switch item {
        case .header(let header):
          return symbol(header.word.text, .property, header.span, header.word.span, detail: detail(of: header.atoms))
        case .letBinding(let binding):
          return symbol(binding.name.text, .constant, binding.span, binding.name.span, detail: binding.value.span.text)
        case .use(let use): return symbol(use.path.text, .file, use.span, use.path.span, detail: "use")
        case .block(let block):
          return symbol(block.name.text, .function, block.span, block.name.span, detail: "block", labels(in: block.body.stages))
        case .pipeline(let pipeline):
          let stages = counted(pipeline.stages.count, "stage")
          return symbol("network", .module, pipeline.span, pipeline.span, detail: stages, labels(in: pipeline.stages))
        }
      })
  }

  private func detail(of atoms: [AtomSyntax]) -> String {
    guard let first = atoms.first, let last = atoms.last else { return "" }
    return first.span.through(last.span).text
  }

  private func labels(in stages: [StageSyntax]) -> [JSONValue] {
    stages.flatMap { stage -> [JSONValue] in
      let inner = stage.groups.flatMap { labels(in: $0.stages) }
      return inner + (stage.label.map { [symbol($0.text, .variable, stage.span, $0.span, detail: "label")] } ?? [])
    }
  }

  private func symbol(
    _ name: String, _ kind: Kind, _ span: SourceSpan, _ selection: SourceSpan, detail: String, _ children: [JSONValue] = []
  ) -> JSONValue {
    [
      "name": .string(name.isEmpty ? "?" : name), "detail": .string(detail), "kind": .integer(kind.rawValue),
      "range": view.encoding.range(of: span), "selectionRange": view.encoding.range(of: selection), "children": .array(children),
    ]
  }
}
