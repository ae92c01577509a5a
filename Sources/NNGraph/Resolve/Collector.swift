import NNDiagnostics
import NNSyntax

/// Sorts the items of a file: statements by their word, constants, blocks, used files, the network.
struct Collector {
  let definitions: Definitions
  let problems: Problems
  let library: Library
  private(set) var headers: [String: HeaderSyntax] = [:]
  /// The first of two statements of one word holds, so that the rest can be judged.
  private(set) var headerOrder: [HeaderSyntax] = []
  private(set) var stages: [StageSyntax] = []
  private(set) var hasNetwork = false

  init(_ definitions: Definitions, _ problems: Problems, _ library: Library) {
    self.definitions = definitions
    self.problems = problems
    self.library = library
  }

  mutating func collect(_ syntax: FileSyntax, overrides: Overrides) {
    var pipelines: [PipelineSyntax] = []
    for item in syntax.items {
      switch item {
      case .header(let header): add(header)
      case .letBinding(let binding): add(overrides.replacement(for: binding) ?? binding, at: binding)
      case .use(let use): add(use)
      case .block(let block): add(block)
      case .pipeline(let pipeline): pipelines.append(pipeline)
      }
    }
    BlockCycles(definitions).report(to: problems)
    choose(from: pipelines)
    replace(with: overrides)
  }

  // MARK: Statements

  private mutating func add(_ header: HeaderSyntax) {
    if let first = headers[header.word.text] {
      problems.add(
        .statementTwice, "`\(header.word.text)` is given twice", at: header.word.span, "second", labels: [.init(first.word.span, "first")],
        notes: [variantNote(header)])
      return
    }
    if let other = Collector.otherLength[header.word.text], let first = headers[other] {
      problems.add(
        .statementTwice, "the length of training is given twice", at: header.word.span, "`\(header.word.text)`",
        labels: [.init(first.word.span, "`\(other)`")])
      return
    }
    headers[header.word.text] = header
    headerOrder.append(header)
  }

  /// Of the two statements that say how long training takes, one excludes the other.
  private static let otherLength = ["epochs": "steps", "steps": "epochs"]

  private func variantNote(_ header: HeaderSyntax) -> String {
    let first = headers[header.word.text].map { $0.atoms.map(\.span.text).joined(separator: " ") } ?? ""
    return "to try a variant without editing: nnc run \(definitions.file.name) --set \(header.word.text)=\"\(first)\""
  }

  private mutating func replace(with overrides: Overrides) {
    for header in overrides.headers {
      let word = header.word.text
      let replaced = [word, Collector.otherLength[word] ?? word]
      for word in replaced { headers[word] = nil }
      headerOrder.removeAll { replaced.contains($0.word.text) }
      headers[word] = header
      headerOrder.append(header)
    }
  }

  // MARK: Definitions

  private func add(_ binding: LetSyntax, at place: LetSyntax) {
    let name = place.name.text
    if DataConstants.Word(rawValue: name) != nil {
      problems.add(.definedTwice, "`$\(name)` comes from the data", at: place.name.span, "cannot be a constant of the file")
      return
    }
    if let first = definitions.scope.find(name) {
      problems.add(
        .definedTwice, "constant `\(name)` is defined twice", at: place.name.span, "second", labels: [.init(first.span, "first")])
      return
    }
    definitions.add(Constant(name: name, span: place.span, expression: binding.value, visibleFrom: place.span.end))
  }

  private func add(_ block: BlockSyntax) {
    let name = block.name.text
    if Words.isLayer(name) {
      problems.add(
        .definedTwice, "block `\(name)` has the name of a built-in layer", at: block.name.span, "taken",
        fixes: [.init("choose another name")])
      return
    }
    if let first = definitions.block(name) {
      problems.add(.definedTwice, "block `\(name)` is defined twice", at: block.name.span, "second", labels: [.init(first.span, "first")])
      return
    }
    if let twice = Statement.firstRepeated(block.parameters.map(\.name.text)),
      let parameter = block.parameters.last(where: { $0.name.text == twice })
    {
      problems.add(.definedTwice, "parameter `\(twice)` of `\(name)` is given twice", at: parameter.name.span, "second")
    }
    definitions.add(
      BlockDefinition(name: name, syntax: block, home: definitions, span: block.name.span, visibleFrom: block.span.start))
  }

  private func add(_ use: UseSyntax) {
    guard let used = library.load(use, from: definitions.file, problems) else { return }
    for constant in used.constants {
      guard let first = definitions.scope.find(constant.name) else { continue }
      reportClash("constant `\(constant.name)`", use, first.span)
      return
    }
    for block in used.blocks {
      guard let first = definitions.block(block.name) else { continue }
      reportClash("block `\(block.name)`", use, first.span)
      return
    }
    definitions.add(used)
  }

  private func reportClash(_ what: String, _ use: UseSyntax, _ first: SourceSpan) {
    problems.add(
      .definedTwice, "\(what) of `\(use.path.text)` is defined here already", at: use.path.span, "brings in another",
      labels: [.init(first, "first")])
  }

  // MARK: The network

  private mutating func choose(from pipelines: [PipelineSyntax]) {
    let misspelt = MisspeltStatements(definitions: definitions, headers: headers, problems: problems)
    var first: PipelineSyntax?
    for pipeline in pipelines {
      let rest = pipeline.stages.filter { !misspelt.report($0) }
      guard !rest.isEmpty else { continue }
      hasNetwork = true
      // A line that is no stage is no network either.
      let isUnreadable = rest.allSatisfy { $0.isBroken && $0.isLayer }
      if let first, !isUnreadable { reportSecond(pipeline, after: first) }
      if !isUnreadable { first = first ?? pipeline }
      // What stands between them was meant to stand above, so that the second goes on where the first ends.
      stages += rest
    }
  }

  private func reportSecond(_ pipeline: PipelineSyntax, after first: PipelineSyntax) {
    let lines = (first.span.startPosition.line, first.span.endPosition.line)
    let range = lines.0 == lines.1 ? "line \(lines.0)" : "lines \(lines.0)-\(lines.1)"
    let start = pipeline.stages.first?.span ?? pipeline.span
    problems.add(
      .secondNetwork,
      "a second network starts here (line \(start.startPosition.line)), the first is \(range); a file describes one network",
      at: start, fixes: [.init("move the statement between them to the top")])
  }
}
