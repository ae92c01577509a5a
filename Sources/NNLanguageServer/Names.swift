import NNDiagnostics
import NNGraph
import NNSyntax

/// What a file names, and where the names are used.
struct Names {
  enum Kind { case constant, block, parameter, label }

  struct Definition {
    let name: String
    let kind: Kind
    let span: SourceSpan
    /// Where it can be used: the rest of its group, the body of its block, the file.
    let scope: Range<Int>
    /// `let width = 64`, `block basic(c, s = 1)`, without the body.
    let text: String
    /// Of a parameter its block.
    var owner: String?
  }

  private(set) var definitions: [Definition] = []
  private(set) var references: [(name: String, kind: Kind, span: SourceSpan)] = []
  /// Words behind a word: a block's parameters by name, where it is one.
  private(set) var arguments: [(block: String, name: String, span: SourceSpan)] = []
  private(set) var uses: [UseSyntax] = []
  private let file: SourceFile

  init(_ tree: FileSyntax) {
    file = tree.file
    for item in tree.items { add(item) }
  }

  /// What a name means at a place: the innermost definition that reaches there, or one of the files that `use` brings in.
  func definition(of name: String, _ kind: Kind, at offset: Int, readFile: FileReader) -> Definition? {
    let kinds: [Kind] = kind == .constant ? [.parameter, .constant] : [kind]
    let here = definitions.filter { $0.name == name && kinds.contains($0.kind) && $0.scope.contains(offset) }
    if let innermost = here.min(by: { $0.scope.count < $1.scope.count }) { return innermost }
    guard kind == .constant || kind == .block else { return nil }
    for used in uses.compactMap({ Names.read($0, from: file, readFile) }) {
      if let found = used.definitions.first(where: { $0.name == name && $0.kind == kind }) { return found }
    }
    return nil
  }

  /// The file of a `use`, as far as it can be read.
  static func read(_ use: UseSyntax, from file: SourceFile, _ readFile: FileReader) -> Names? {
    guard let path = path(of: use, from: file), case .success(let source) = readFile(path) else { return nil }
    return Names(parse(source).0)
  }

  /// nil for one that leads out of the folder, which `check` refuses.
  static func path(of use: UseSyntax, from file: SourceFile) -> String? {
    FilePath.isInside(use.path.text) ? FilePath.joined(FilePath.folder(of: file.name), use.path.text) : nil
  }

  // MARK: Collecting

  private var wholeFile: Range<Int> { 0..<(file.bytes.count + 1) }

  private mutating func add(_ item: ItemSyntax) {
    switch item {
    case .header(let header): for atom in header.atoms { add(atom) }
    case .letBinding(let binding):
      definitions.append(
        Definition(name: binding.name.text, kind: .constant, span: binding.name.span, scope: wholeFile, text: binding.span.text))
      add(binding.value)
    case .use(let use): uses.append(use)
    case .block(let block): add(block)
    case .pipeline(let pipeline): add(pipeline.stages, in: wholeFile)
    }
  }

  private mutating func add(_ block: BlockSyntax) {
    let head = SourceSpan(file, block.span.start, max(block.span.start, block.body.span.start)).text
    definitions.append(
      Definition(name: block.name.text, kind: .block, span: block.name.span, scope: wholeFile, text: head.trimmed(of: " \t\n\r\n")))
    let inside = block.span.start..<(block.span.end + 1)
    for parameter in block.parameters {
      let standard = parameter.defaultValue.map { " = \($0.span.text)" } ?? ""
      definitions.append(
        Definition(
          name: parameter.name.text, kind: .parameter, span: parameter.name.span, scope: inside,
          text: "parameter \(parameter.name.text)\(standard) of block \(block.name.text)", owner: block.name.text))
      if let value = parameter.defaultValue { add(value) }
    }
    add(block.body.stages, in: block.body.span.start..<(block.body.span.end + 1))
  }

  private mutating func add(_ stages: [StageSyntax], in group: Range<Int>) {
    for stage in stages {
      switch stage.body {
      case .layer(let layer):
        references.append((layer.word.text, .block, layer.word.span))
        let joins = ["add", "concat", "mul"].contains(layer.word.text)
        for atom in layer.atoms {
          if case .word(let word) = atom.kind { arguments.append((layer.word.text, word, atom.span)) }
          if joins, case .word(let word) = atom.kind { references.append((word, .label, atom.span)) } else { add(atom) }
        }
      case .repetition(let repetition): add(repetition.count)
      case .residual, .branch: break
      }
      for inner in stage.groups { add(inner.stages, in: inner.span.start..<(inner.span.end + 1)) }
      if let shape = stage.statedShape { add(shape) }
      if let label = stage.label {
        let scope = label.span.start..<max(label.span.start + 1, group.upperBound)
        definitions.append(Definition(name: label.text, kind: .label, span: label.span, scope: scope, text: stage.span.text))
      }
    }
  }

  private mutating func add(_ atom: AtomSyntax) {
    switch atom.kind {
    case .size(let parts): for part in parts { add(part) }
    case .value(let value): add(value)
    case .string, .word, .comma: break
    }
  }

  private mutating func add(_ expression: ExpressionSyntax) {
    switch expression {
    case .reference(let name, let span): references.append((name, .constant, span))
    case .negate(let value, _), .parenthesised(let value, _): add(value)
    case .binary(_, let left, let right, _):
      add(left)
      add(right)
    case .number, .percent, .missing: break
    }
  }
}
