import NNDiagnostics
import NNLayers
import NNSyntax

/// Writes blocks and repeats out, binds arguments and labels: syntax to `Network`.
struct Resolver {
  let problems: Problems
  var network = Network()
  /// Stages and turns that were written out.
  var written = 0
  /// A limit was reached, and nothing more is written out.
  var isFull = false
  /// Every stage says what it stands for, so that shapes can be traced back to the text.
  let tracesStages: Bool

  /// Stages of a network that is written out, turns of repeats included.
  static let largestNetwork = 20_000
  /// Blocks in blocks, groups in groups.
  static let largestDepth = 250

  init(_ problems: Problems, tracesStages: Bool = false) {
    self.problems = problems
    self.tracesStages = tracesStages
  }

  /// Where a stage stands: whose names it sees.
  struct Place {
    var scope: Scope
    var definitions: Definitions
    var labels = LabelScope()
    var expansion: [SourceSpan] = []
    var depth = 0
    /// The body of a block that nothing uses is looked through without values; blocks it uses are not entered.
    var isTrial = false

    func inside(depth more: Int = 1) -> Place {
      var place = self
      place.depth += more
      return place
    }
  }

  /// Resolves the stages of a group; labels set in it end with it.
  mutating func resolve(_ stages: [StageSyntax], in place: Place) -> [Element] {
    var place = place
    var elements: [Element] = []
    for stage in stages where !isFull {
      resolve(stage, in: &place, into: &elements)
      if problems.isFull { isFull = true }
    }
    return elements
  }

  private mutating func resolve(_ stage: StageSyntax, in place: inout Place, into elements: inout [Element]) {
    guard mayWrite(at: stage.span, place) else { return }
    let ending = Ending(stated: stated(stage, place), label: nil, traced: tracesStages ? stage.span : nil)
    let first = elements.count
    switch stage.body {
    case .layer(let layer):
      if stage.isBroken { elements.append(.stage(unknown(layer, place))) } else { resolve(layer, in: place, into: &elements) }
    case .residual(let residual): elements.append(.residual(resolve(residual, in: place)))
    case .branch(let branch): elements.append(.branch(resolve(branch, in: place)))
    case .repetition(let repetition): resolve(repetition, in: place, into: &elements)
    }
    // Of a group without an end nobody knows what belongs to it: its names are looked at, but not its shape.
    if stage.isBroken, !stage.isLayer {
      let word = stage.span.text.split(separator: " ").first.map(String.init) ?? ""
      let facts = StageFacts(text: word, op: word, span: stage.span, expansion: place.expansion)
      elements.replaceSubrange(first..., with: [.stage(unknown(facts))])
    }
    close(&elements, from: first, with: ending, label: define(stage.label, in: &place))
  }

  private mutating func define(_ label: NameSyntax?, in place: inout Place) -> Int? {
    guard let label else { return nil }
    let number = network.labelCount
    network.labelCount += 1
    place.labels.define(label, number, problems)
    return number
  }

  /// Hangs a stated shape and a label on what a stage became.
  private func close(_ elements: inout [Element], from first: Int, with stated: Ending, label: Int?) {
    var ending = stated
    ending.label = label
    guard !ending.isEmpty else { return }
    if elements.count == first + 1, let closed = elements[first].closed(with: ending) {
      elements[first] = closed
    } else {
      let group = Element.group(Array(elements[first...]), ending)
      elements.removeSubrange(first...)
      elements.append(group)
    }
  }

  private func stated(_ stage: StageSyntax, _ place: Place) -> (dimensions: [Int], span: SourceSpan)? {
    guard let atom = stage.statedShape else { return nil }
    let parts: [ExpressionSyntax]
    switch atom.kind {
    case .size(let sizes): parts = sizes
    case .value(let value): parts = [value]
    case .string, .word, .comma: return nil
    }
    let sizes = parts.map { part -> Int? in
      guard let quantity = place.scope.evaluate(part, problems) else { return nil }
      guard let whole = quantity.whole, whole > 0 else {
        problems.add(
          .notWhole, "a size must be whole and at least 1: `\(part.span.text)` is \(quantity.value.plain)", at: part.span,
          labels: quantity.labels(besides: part.span))
        return nil
      }
      return whole
    }
    let known = sizes.compactMap { $0 }
    return known.count == parts.count ? (known, atom.span) : nil
  }

  // MARK: Limits

  private mutating func mayWrite(at span: SourceSpan, _ place: Place) -> Bool {
    written += 1
    if written > Resolver.largestNetwork {
      isFull = true
      problems.add(
        .limit, "the network has more than \(Resolver.largestNetwork.grouped) stages", at: place.expansion.first ?? span,
        notes: ["every turn of a `repeat` and every use of a block counts"])
      return false
    }
    if place.depth > Resolver.largestDepth {
      isFull = true
      problems.add(.limit, "groups and blocks are more than \(Resolver.largestDepth) deep", at: place.expansion.first ?? span)
      return false
    }
    return true
  }

  // MARK: Groups

  private mutating func resolve(_ residual: ResidualSyntax, in place: Place) -> ResidualElement {
    let body = resolve(residual.body.stages, in: place.inside())
    let via: ResidualElement.Via?
    switch residual.via {
    case .group(let group)?: via = .group(resolve(group.stages, in: place.inside()))
    case .auto(let span)?: via = .auto(span)
    case nil: via = nil
    }
    let facts = StageFacts(text: "res", op: "res", span: residual.keyword, expansion: place.expansion)
    return ResidualElement(
      facts: facts, keyword: residual.keyword, bodySpan: residual.body.span, body: body, via: via, ending: .none)
  }

  private mutating func resolve(_ branch: BranchSyntax, in place: Place) -> BranchElement {
    let facts = StageFacts(
      text: "branch \(branch.join.rawValue)", op: "branch", span: branch.keyword.through(branch.joinSpan), expansion: place.expansion)
    let groups = branch.groups.map { (elements: resolve($0.stages, in: place.inside()), span: $0.span) }
    return BranchElement(facts: facts, join: branch.join, groups: groups, ending: .none)
  }

  private mutating func resolve(_ repetition: RepeatSyntax, in place: Place, into elements: inout [Element]) {
    guard let turns = turns(of: repetition, place) else {
      // The body is looked through once for its own problems; what comes out of it is not known.
      let body = resolve(repetition.body.stages, in: place.inside())
      let facts = StageFacts(text: "repeat", op: "repeat", span: repetition.keyword, expansion: place.expansion)
      return elements += body + [.stage(unknown(facts))]
    }
    let errors = problems.errorCount
    for _ in 0..<turns {
      guard !isFull, mayWrite(at: repetition.keyword, place) else { return }
      elements += resolve(repetition.body.stages, in: place.inside())
      // What comes out of a broken turn is not known, and the next would only say the same.
      if problems.errorCount > errors { return }
    }
  }

  private func turns(of repetition: RepeatSyntax, _ place: Place) -> Int? {
    guard let count = place.scope.evaluate(repetition.count, problems) else { return nil }
    let span = repetition.count.span
    guard let turns = count.whole, !count.isPercent else {
      problems.add(
        .notWhole, "`repeat` needs a whole number, not \(count.value.plain)", at: span, "not whole", labels: count.labels(besides: span))
      return nil
    }
    guard turns >= 1 else {
      problems.add(
        .outOfRange, "`repeat` needs at least 1, not \(turns)", at: span, "out of range", labels: count.labels(besides: span))
      return nil
    }
    guard turns <= Resolver.largestNetwork else {
      problems.add(
        .limit, "`repeat \(turns.grouped)` is more than \(Resolver.largestNetwork.grouped) turns", at: span,
        labels: count.labels(besides: span))
      return nil
    }
    return turns
  }

  // MARK: Layers

  private mutating func resolve(_ layer: LayerSyntax, in place: Place, into elements: inout [Element]) {
    if let block = place.definitions.block(layer.word.text) {
      return resolve(layer, as: block, in: place, into: &elements)
    }
    guard let type = AllLayers.type(named: layer.word.text) else {
      problems.add(UnknownLayer(layer: layer, definitions: place.definitions).diagnostic)
      useConstants(of: layer, in: place)
      return elements.append(.stage(unknown(layer, place)))
    }
    var element = unknown(layer, place)
    LayerBinder(layer: layer, type: type, place: place, problems: problems).bind(into: &element)
    elements.append(.stage(element))
  }

  private mutating func resolve(_ layer: LayerSyntax, as block: BlockDefinition, in place: Place, into elements: inout [Element]) {
    block.isUsed = true
    if block.span.file === layer.span.file, block.visibleFrom > layer.span.start, !block.isCyclic {
      problems.add(
        .unknownLayer, "block `\(block.name)` is used before its definition", at: layer.word.span, "not known here yet",
        labels: [.init(block.span, "defined here")], fixes: [.init("move the block above its first use")])
    }
    let scope = BlockCall(layer: layer, block: block, place: place, problems: problems).bind()
    guard let scope, !block.isCyclic, !block.syntax.isBroken, !place.isTrial else {
      return elements.append(.stage(unknown(layer, place)))
    }
    let inner = Place(
      scope: scope, definitions: block.home, expansion: place.expansion + [layer.span], depth: place.depth + 1)
    elements += resolve(block.syntax.body.stages, in: inner)
  }

  /// Constants behind an unknown word are used all the same.
  private func useConstants(of layer: LayerSyntax, in place: Place) {
    let unheard = Problems()
    for atom in layer.atoms {
      switch atom.kind {
      case .value(let value): _ = place.scope.evaluate(value, unheard)
      case .size(let parts): for part in parts { _ = place.scope.evaluate(part, unheard) }
      case .string, .word, .comma: continue
      }
    }
  }

  /// A stage whose shape cannot be known.
  private mutating func unknown(_ layer: LayerSyntax, _ place: Place) -> StageElement {
    let text = layer.atoms.reduce(layer.word.text) { text, atom in
      if case .comma = atom.kind { text + "," } else { "\(text) \(atom.span.text)" }
    }
    return unknown(StageFacts(text: text, op: layer.word.text, span: layer.span, expansion: place.expansion))
  }

  private mutating func unknown(_ facts: StageFacts) -> StageElement {
    StageElement(id: written, facts: facts, layer: nil, activation: nil, joined: nil, ending: .none)
  }

  /// Looks through the bodies of blocks that nothing uses, so that a library's mistakes show without a network.
  mutating func tryUnusedBlocks(of definitions: Definitions) {
    for block in definitions.ownBlocks where !block.isUsed && !block.syntax.isBroken {
      let scope = Scope(parent: definitions.scope)
      for parameter in block.syntax.parameters {
        scope.define(Constant(name: parameter.name.text, span: parameter.name.span, value: nil))
      }
      _ = resolve(block.syntax.body.stages, in: Place(scope: scope, definitions: definitions, isTrial: true))
    }
  }
}

extension Element {
  /// The element with a stated shape and a label; nil where it has its own already.
  func closed(with ending: Ending) -> Element? {
    switch self {
    case .stage(var stage):
      guard stage.ending.isEmpty else { return nil }
      stage.ending = ending
      return .stage(stage)
    case .residual(var residual):
      guard residual.ending.isEmpty else { return nil }
      residual.ending = ending
      return .residual(residual)
    case .branch(var branch):
      guard branch.ending.isEmpty else { return nil }
      branch.ending = ending
      return .branch(branch)
    case .group: return nil
    }
  }
}
