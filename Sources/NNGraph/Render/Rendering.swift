import NNDiagnostics
import NNLayers
import NNRecipe
import NNSyntax

/// The file with every default and inferred value written out: blocks and repeats expanded, constants put in, the shape behind every
/// stage. It parses back to the same network. nil where the network is not wholly known.
public func render(_ result: CheckResult) -> String? {
  guard let model = result.model else { return nil }
  let name = RecipeText.model(result.name)
  var lines = ["model \(name)\(result.title.map { " \"\($0)\"" } ?? "")", "input \(model.input.statementText)"]
  if let classes = RecipeText.classes(names: model.classes, count: result.classes?.count) { lines.append(classes) }
  lines += RecipeText(recipe: model.recipe, isTrainedBySteps: model.machine == nil).statements
  var stages = StageText(rows: result.rows)
  lines += [""] + stages.lines(of: result.network)
  return lines.joined(separator: "\n") + "\n"
}

/// Stages as text, in the order in which the shapes were inferred.
private struct StageText {
  /// The rows of stages as written, and those that nnc inserted.
  private var rows: ArraySlice<Row>

  init(rows: [Row]) { self.rows = rows[...] }

  mutating func lines(of network: Network) -> [String] { network.elements.map { line(of: $0) } }

  private mutating func group(_ elements: [Element]) -> String {
    elements.isEmpty ? "{}" : "{ \(elements.map { line(of: $0) }.joined(separator: " | ")) }"
  }

  private mutating func line(of element: Element) -> String {
    switch element {
    case .stage(let stage): return close(text(of: stage), next(), stage.ending)
    case .residual(let residual):
      let body = group(residual.body)
      let via = via(of: residual).map { " via \($0)" } ?? ""
      return close("res \(body)\(via)", next(), residual.ending)
    case .branch(let branch):
      let groups = branch.groups.map { group($0.elements) }
      return close("branch \(branch.join.rawValue) \(groups.joined(separator: " "))", next(), branch.ending)
    case .group(let elements, let ending):
      // A group of its own does not exist in the language; a repeat of one turn is the same.
      let label = ending.label.map { " as \(StageText.label($0))" } ?? ""
      return "repeat 1 \(group(elements))\(label)"
    }
  }

  /// The row of the stage whose inner rows are passed already; a flatten before it was inserted.
  private mutating func next() -> Row? {
    while let row = rows.popFirst() {
      if !row.isImplicit { return row }
    }
    return nil
  }

  private mutating func via(of residual: ResidualElement) -> String? {
    switch residual.via {
    case .group(let elements)?: return group(elements)
    case .auto?:
      var parts: [String] = []
      while let row = rows.first, row.isImplicit {
        parts.append(close(full(row.text), row, .none))
        rows.removeFirst()
      }
      return parts.isEmpty ? nil : "{ \(parts.joined(separator: " | ")) }"
    case nil: return nil
    }
  }

  /// An inserted stage with all its arguments, as one that stands in a file.
  private func full(_ text: String) -> String {
    let file = SourceFile(name: "", text: text)
    let definitions = Definitions(file: file, facts: DataConstants())
    var resolver = Resolver(Problems())
    let stages = parse(file).0.items.flatMap { item -> [StageSyntax] in
      if case .pipeline(let pipeline) = item { pipeline.stages } else { [] }
    }
    let elements = resolver.resolve(stages, in: Resolver.Place(scope: definitions.scope, definitions: definitions))
    guard case .stage(let stage)? = elements.first else { return text }
    return self.text(of: stage)
  }

  private func close(_ text: String, _ row: Row?, _ ending: Ending) -> String {
    let shape = row?.output.map { " -> \($0)" } ?? ""
    let label = ending.label.map { " as \(StageText.label($0))" } ?? ""
    return text + shape + label
  }

  private static func label(_ number: Int) -> String { "label\(number + 1)" }

  private func text(of stage: StageElement) -> String {
    [stage.layer, stage.activation].compactMap { $0 }.map { text(of: $0, joined: stage.joined?.label) }.joined(separator: " ")
  }

  private func text(of bound: BoundLayer, joined: Int?) -> String {
    let signature = bound.signature
    var words = [signature.word]
    for parameter in signature.positional {
      guard let value = bound.bound.values[parameter.name] else { continue }
      if case .label = value { words.append(joined.map(StageText.label) ?? "") } else { words.append(ArgumentText.of(value)) }
    }
    for parameter in signature.named {
      guard let value = bound.bound.values[parameter.name] else { continue }
      words.append("\(parameter.name) \(ArgumentText.of(value))")
    }
    return (words + signature.flags.map(\.name).filter(bound.bound.flags.contains)).joined(separator: " ")
  }
}
