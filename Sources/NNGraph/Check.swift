import NNDiagnostics
import NNLayers
import NNRecipe
import NNSyntax

/// Checks a file: from its text to a model with proved shapes, with every independent problem.
public func check(_ file: SourceFile, options: CheckOptions = CheckOptions()) -> CheckResult {
  let (syntax, syntaxProblems) = parse(file)
  var check = Check(syntax, options)
  for var problem in syntaxProblems {
    // A copy that is only tried offers nothing.
    if options.provesFixes {
      problem.candidates = [CallTranslation.fix(for: problem)].compactMap { $0 } + TextRepairs.candidates(for: problem)
    }
    check.problems.add(problem)
  }
  check.collectItems()
  check.bindInputAndClasses()
  check.computeConstants()
  check.bindStatements()
  check.resolveNetwork()
  check.inferShapes()
  check.agreeOnLoss()
  check.checkMeasures()
  check.fitMemory()
  check.lint()
  return check.result()
}

/// The state that the passes hand on; a method per pass.
private struct Check {
  let syntax: FileSyntax
  let options: CheckOptions
  let problems = Problems()
  private let constants = DataConstants()
  private let library: Library
  private let definitions: Definitions
  private var collector: Collector
  private var settings = Settings()
  private var statements: [String: SourceSpan] = [:]
  private var facts: ShapeFacts
  private var network = Network()
  private var isTooLarge = false
  private var input: Shape?
  private var condition: InputCondition?
  /// Without shapes, where there is nothing to work them out from.
  private var rowsAsWritten: [Row] = []
  private var inference: Inference?
  /// Without an input shape: with one that fits.
  private var exampleInference: Inference?
  private var output: Flow?
  private var loss: Loss?

  init(_ syntax: FileSyntax, _ options: CheckOptions) {
    self.syntax = syntax
    self.options = options
    facts = ShapeFacts(file: syntax.file)
    library = Library(main: syntax.file, facts: constants, readFile: options.readFile)
    definitions = Definitions(file: syntax.file, facts: constants)
    collector = Collector(definitions, problems, library)
  }

  // MARK: Items

  mutating func collectItems() {
    var settings = options.settings
    if let input = options.input { settings.append((name: "input", value: input)) }
    collector.collect(syntax, overrides: Overrides.read(settings, for: syntax, problems))
    for header in collector.headerOrder { statements[header.word.text] = header.span }
  }

  /// `$classes` and `$features` may stand anywhere, so that what defines them is read first, with constants as far as they need none
  /// of these; problems are reported when everything is known.
  mutating func bindInputAndClasses() {
    let unheard = Problems()
    library.computeConstants(unheard)
    definitions.computeConstants(unheard)
    for word in ["input", "classes"] { bind(word, unheard) }
    constants.values[.classes] = settings.classes?.count ?? options.data?.classes
    constants.values[.vocab] = vocabulary ?? options.data?.vocabulary
    constants.values[.features] = options.data?.features ?? features
    constants.isComplete = options.data != nil || options.isForRun
    constants.isWithoutData = options.data == nil
  }

  private var vocabulary: Int? { if case .tokens(_, let vocabulary)? = settings.input { vocabulary } else { nil } }

  private var features: Int? {
    switch settings.input {
    case .shape(.vector(let count))?: count
    case .shape(.sequence(_, let features))?: features
    case .shape(.image)?, .shape(.tokens)?, .tokens?, nil: nil
    }
  }

  mutating func computeConstants() {
    library.computeConstants(problems)
    definitions.computeConstants(problems)
  }

  // MARK: Statements

  mutating func bindStatements() {
    settings = Settings()
    for header in collector.headerOrder { bind(header.word.text, problems) }
  }

  private mutating func bind(_ word: String, _ problems: Problems) {
    guard let header = collector.headers[word], !header.isBroken, let statement = Statements.byWord[word] else { return }
    let folder = FilePath.folder(of: syntax.file.name)
    let report = StatementReport(problems: problems, span: header.span) { [options] path, span in
      switch options.readFile(FilePath.joined(folder, path)) {
      case .success(let file): return file
      case .failure(let problem):
        problems.add(.use, "cannot read `\(path)`: \(problem.reason)", at: span, "relative to the model file")
        return nil
      }
    }
    let binder = StatementBinder(statement: statement, header: header, scope: definitions.scope, problems: problems)
    if let forms = binder.bind() { statement.apply(forms, &settings, report) }
  }

  // MARK: Network

  mutating func resolveNetwork() {
    var resolver = Resolver(problems, tracesStages: options.tracesStages)
    resolver.network.elements = resolver.resolve(
      collector.stages, in: Resolver.Place(scope: definitions.scope, definitions: definitions))
    network = resolver.isFull ? Network() : resolver.network
    isTooLarge = resolver.isFull
    resolver.tryUnusedBlocks(of: definitions)
    guard !collector.hasNetwork, !problems.hasErrors else { return }
    if syntax.items.isEmpty { return problems.add(.syntax, "the file is empty", at: SourceSpan(syntax.file, 0, 0)) }
    guard !collector.headerOrder.isEmpty else { return }
    problems.add(
      .syntax, "no network in this file", at: collector.headerOrder.last?.word.span,
      notes: ["stages are written one per line, or with `|` between: `fc 10 relu | fc 3 softmax`"])
  }

  // MARK: Shapes

  mutating func inferShapes() {
    facts.inputSpan = statements["input"]
    facts.classesSpan = statements["classes"]
    facts.classes = constants.values[.classes]
    if case .names(let names)? = settings.classes { facts.classNames = names } else { facts.classNames = options.data?.classNames ?? [] }
    facts.classesOrigin = settings.classes == nil ? options.data?.classesOrigin : nil
    facts.dataClasses = options.data?.classes
    guard collector.hasNetwork, !isTooLarge else { return }
    input = knownInput
    guard let input else {
      // An `input` that was refused says nothing of what would fit.
      if collector.headers["input"] == nil || settings.input != nil {
        inferWithoutInput()
      } else {
        rowsAsWritten = Inference.rows(of: network)
      }
      return
    }
    checkColumns(input)
    var inference = Inference(network, input: input, facts: facts, problems: problems)
    output = inference.run()
    self.inference = inference
  }

  private var knownInput: Shape? {
    switch settings.input {
    case .shape(let shape)?: return shape
    case .tokens(let steps, let vocabulary)?:
      return (vocabulary ?? options.data?.vocabulary).map { .tokens(steps: steps, vocabulary: $0) }
    case nil: return options.data?.input
    }
  }

  /// Images are resized to the input; the columns of a table and the characters of a text are what they are.
  private func checkColumns(_ input: Shape) {
    if let found = options.data?.vocabulary { return checkCharacters(input, found) }
    guard let span = facts.inputSpan, case .vector(let found)? = options.data?.input, input != .vector(found) else { return }
    problems.add(
      .dataShape, "`input` says \(input), the data has \(found) input columns", at: span, "\(input.kind.withArticle)",
      fixes: [.init("take the shape from the data: leave `input` out, or write `input \(found)`")])
  }

  private func checkCharacters(_ input: Shape, _ found: Int) {
    guard case .tokens(let steps, let vocabulary) = input else {
      problems.add(
        .dataShape, "`input` is \(input.kind.withArticle), the data is a text", at: facts.inputSpan, "\(input)",
        fixes: [.init("say how many characters the network sees at once: `input text 30`")])
      return
    }
    guard vocabulary != found else { return }
    problems.add(
      .dataShape, "`input` says \(vocabulary) characters, the text has \(found) different ones", at: facts.inputSpan,
      "`vocab \(vocabulary)`",
      fixes: [.init("take the number from the data: `input text \(steps)`")])
  }

  /// `check` proves what an input must satisfy; a run needs one.
  private mutating func inferWithoutInput() {
    if options.isForRun {
      rowsAsWritten = Inference.rows(of: network)
      problems.add(
        .noInput, "no input shape: add `input 128x128x1`, or give `--data mri` or `--input 128x128x1`", at: collector.stages.first?.span)
      return
    }
    let search = InputSearch(network: network, facts: facts, statement: settings.input)
    switch search.run() {
    case .condition(let found):
      condition = found
      agreeWithout(input: found.example)
    case .contradiction(let input): report(noInputFits: input)
    }
  }

  /// The errors of the input that comes furthest stand for all.
  private mutating func report(noInputFits input: Shape) {
    let found = Problems()
    var inference = Inference(network, input: input, facts: facts, problems: found)
    _ = inference.run()
    rowsAsWritten = Inference.rows(of: network)
    for var problem in found.all where problem.severity == .error {
      problem.notes.append("no input fits; these are the shapes for \(input.statementText), which comes furthest")
      problems.add(problem)
    }
  }

  /// The loss, and problems of the last layers that any input would have, from one input that fits.
  private mutating func agreeWithout(input: Shape) {
    let unheard = Problems()
    var inference = Inference(network, input: input, facts: facts, problems: unheard)
    loss = settings.recipe.loss
    if let output = inference.run() {
      loss = agreement(inference, output, unheard).check()
      exampleInference = inference
    }
    for problem in unheard.all where [.classCount, .softmaxOfOne, .softmaxTwice].contains(problem.code) { problems.add(problem) }
  }

  // MARK: Agreement and lints

  mutating func agreeOnLoss() {
    guard condition == nil, let inference, let output else {
      loss = condition == nil ? settings.recipe.loss : loss
      return MachineCheck.check(
        inference?.rows ?? condition?.rows ?? rowsAsWritten, isFrozen: settings.recipe.frozenWeights != nil, problems)
    }
    loss = agreement(inference, output, problems).check()
    MachineCheck(inference: inference, recipe: settings.recipe, statements: statements, problems: problems).check()
  }

  private func agreement(_ inference: Inference, _ output: Flow, _ problems: Problems) -> LossAgreement {
    LossAgreement(
      inference: inference, output: output, facts: facts, recipe: settings.recipe, data: options.data, statements: statements,
      problems: problems)
  }

  func checkMeasures() {
    MeasureCheck(
      recipe: settings.recipe, loss: loss, classes: facts.classes, data: options.data, statements: statements, problems: problems
    ).check()
  }

  func fitMemory() {
    guard let memory = options.memory, let inference, !problems.hasErrors else { return }
    MemoryNeed(inference: inference, recipe: settings.recipe).check(against: memory, problems)
  }

  func lint() {
    BiasBeforeNorm.lint(network.elements, problems)
    // Where something could not be read, what it uses is not known.
    let isUnderstood = !problems.all.contains { $0.severity == .error && $0.code.family < 3 }
    guard collector.hasNetwork, !isTooLarge, isUnderstood else { return }
    Unused.lint(definitions, problems)
    guard !problems.hasErrors, let known = inference ?? exampleInference else { return }
    NetworkLints(
      inference: known, recipe: settings.recipe, loss: loss, statements: statements, problems: problems, isExample: inference == nil
    ).run()
  }

  // MARK: Result

  func result() -> CheckResult {
    let independent = Echoes.removed(from: problems.all)
    let diagnostics = proved(Allowances(files: [syntax] + library.files).filtered(independent).inOrder(main: syntax.file))
    let rows = inference?.markedRows ?? condition?.rows ?? rowsAsWritten
    var result = CheckResult(
      file: syntax.file, model: nil, diagnostics: diagnostics, rows: rows,
      name: settings.name ?? FilePath.stem(of: syntax.file.name), title: settings.title, input: input, condition: condition,
      output: output?.shape ?? condition?.output, loss: loss, recipe: settings.recipe, library: nil)
    result.classCount = facts.classes
    result.classNames = facts.classNames
    result.statements = statements
    if case .tokens? = settings.input { result.takesText = true }
    (result.network, result.classes) = (network, settings.classes)
    result.traces = inference?.traces ?? []
    if !collector.hasNetwork { result.library = definitions.ownBlocks.map(\.signatureText) }
    if !problems.hasErrors { result.model = model(result) }
    return result
  }

  private func proved(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    guard options.provesFixes, diagnostics.contains(where: { !$0.candidates.isEmpty || $0.fixes.contains { !$0.edits.isEmpty } }) else {
      return diagnostics
    }
    let size = library.files.reduce(syntax.file.bytes.count) { $0 + $1.file.bytes.count }
    guard size <= FixProof.largestFile, inference?.rows.count ?? 0 <= FixProof.largestNetwork else { return FixProof.unproved(diagnostics) }
    return FixProof(file: syntax.file, used: library.files.map(\.file), options: options, problems: diagnostics).proved()
  }

  private func model(_ result: CheckResult) -> Model? {
    guard let input, let inference, output != nil else { return nil }
    var recipe = settings.recipe
    recipe.loss = loss
    return Model(
      name: result.name, title: result.title, file: syntax.file, input: input, classes: facts.classNames, recipe: recipe, loss: loss,
      nodes: inference.nodes, stages: inference.rows.stages, statements: statements)
  }
}

extension [Diagnostic] {
  /// By place: those of no place first, then the main file's, then those of files it uses.
  func inOrder(main: SourceFile) -> [Diagnostic] {
    func rank(_ diagnostic: Diagnostic) -> (Int, Int) {
      guard let span = diagnostic.primary?.span else { return (0, 0) }
      return (span.file === main ? 1 : 2, span.start)
    }
    return enumerated().sorted { a, b in
      let (first, second) = (rank(a.element), rank(b.element))
      return (first.0, first.1, a.offset) < (second.0, second.1, b.offset)
    }.map(\.element)
  }
}

extension [Row] {
  /// The rows as the model carries them; implicit ones have the number 0.
  var stages: [Stage] {
    var index = 0
    return map { row in
      if !row.isImplicit { index += 1 }
      return Stage(
        index: row.isImplicit ? 0 : index, text: row.text, op: row.op, span: row.span, expansion: row.expansion,
        output: row.output ?? .vector(1), parameters: row.parameters ?? 0, macs: row.macs ?? 0, isImplicit: row.isImplicit)
    }
  }
}
