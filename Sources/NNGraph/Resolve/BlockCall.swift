import NNDiagnostics
import NNSyntax

/// Binds the arguments of a block's use to its parameters: the first by place, then by name.
struct BlockCall {
  let layer: LayerSyntax
  let block: BlockDefinition
  let place: Resolver.Place
  let problems: Problems

  /// The scope of the block's body; nil where an argument is wrong.
  func bind() -> Scope? {
    var values: [String: (value: Quantity?, span: SourceSpan)] = [:]
    guard read(into: &values) else { return nil }
    let scope = Scope(parent: block.home.scope)
    var isComplete = true
    for parameter in block.syntax.parameters {
      let name = parameter.name.text
      let value: Quantity?
      if let given = values[name] {
        value = given.value
      } else if let standard = parameter.defaultValue {
        value = scope.evaluate(standard, problems)
      } else {
        isComplete = false
        reportMissing(name)
        continue
      }
      scope.define(Constant(name: name, span: parameter.name.span, value: value))
    }
    return isComplete ? scope : nil
  }

  private func read(into values: inout [String: (value: Quantity?, span: SourceSpan)]) -> Bool {
    let parameters = block.syntax.parameters.map(\.name.text)
    var atoms = layer.atoms[...]
    var position = 0
    while let atom = atoms.popFirst() {
      var name: String?
      var value = atom
      if case .word(let word) = atom.kind {
        guard parameters.contains(word), let next = atoms.popFirst() else { return reject(atom, parameters) }
        (name, value) = (word, next)
      } else if position < parameters.count {
        name = parameters[position]
        position += 1
      }
      guard let name, case .value(let expression) = value.kind else { return reject(value, parameters) }
      if let first = values[name] {
        problems.add(.unknownArgument, "`\(name)` is given twice", at: atom.span, "second", labels: [.init(first.span, "first")])
        return false
      }
      values[name] = (place.scope.evaluate(expression, problems), atom.span.through(value.span))
    }
    return true
  }

  private var parameterNote: String {
    let names = block.parameterTexts
    return names.isEmpty ? "block `\(block.name)` has no parameters" : "parameters of `\(block.name)`: \(names.joined(separator: ", "))"
  }

  private func reportMissing(_ name: String) {
    problems.add(
      .unknownArgument, "block `\(block.name)` needs `\(name)`", at: layer.span, "`\(name)` is missing", notes: [parameterNote])
  }

  private func reject(_ atom: AtomSyntax, _ parameters: [String]) -> Bool {
    let message: String
    var fixes: [Diagnostic.Fix] = []
    switch atom.kind {
    case .word(let word) where parameters.contains(word): message = "`\(word)` needs a value"
    case .word(let word):
      message = "block `\(block.name)` has no parameter `\(word)`"
      if Words.isLayer(word) {
        let edit = Diagnostic.Edit(atom.span.atStart, "| ")
        fixes = [.init("`\(word)` is a stage of its own: put `|` before it", .probable, edits: [edit])]
      } else if let near = Suggestion.nearest(to: word, among: parameters) {
        fixes = [.init("did you mean `\(near)`?", .probable, edits: [.init(atom.span, near)])]
      }
    case .size, .string, .comma: message = "a parameter of a block is a number, not `\(atom.span.text)`"
    case .value: message = "block `\(block.name)` has no place for `\(atom.span.text)`"
    }
    problems.add(
      .unknownArgument, message, at: atom.span, labels: [.init(block.span, "defined here")], notes: [parameterNote], fixes: fixes)
    return false
  }
}
