import NNDiagnostics
import NNSyntax

/// A line whose first word is no layer but close to a statement was meant as one: NN102.
struct MisspeltStatements {
  let definitions: Definitions
  let headers: [String: HeaderSyntax]
  let problems: Problems

  /// Reports a stage that was meant as a statement; true where it was.
  func report(_ stage: StageSyntax) -> Bool {
    guard !problems.isFull, case .layer(let layer) = stage.body, !stage.isBroken, !Words.isLayer(layer.word.text),
      definitions.block(layer.word.text) == nil, LinePosition.beginsLine(layer.span)
    else { return false }
    let word = layer.word.text
    if OtherFrameworks.layer(for: word) == nil, !isPython(layer),
      let foreign = OtherFrameworks.statement(for: layer.isLearningRate ? "lr" : word)
    {
      report(layer, [fix(foreign, layer)])
      return true
    }
    if let advice = OtherFrameworks.advice(for: isPython(layer) ? "torch" : word) {
      report(layer, [.init(advice)])
      return true
    }
    guard let near = nearestStatement(to: word, isAlone: LinePosition.isAlone(stage.span)) else { return false }
    report(layer, [.init("did you mean `\(near)`?", .probable, edits: [.init(layer.word.span, near)])])
    return true
  }

  /// `import torch`
  private func isPython(_ layer: LayerSyntax) -> Bool {
    layer.word.text == "import"
      && ["torch", "tensorflow", "keras", "numpy", "tf", "nn"].contains { layer.atoms.first?.span.text.hasPrefix($0) ?? false }
  }

  private func report(_ layer: LayerSyntax, _ fixes: [Diagnostic.Fix]) {
    problems.add(
      .unknownStatement, "unknown statement `\(layer.word.text)`", at: layer.word.span, "not a statement", fixes: fixes)
  }

  /// The statement a word is nearer to than to any layer; where both are as near, a word with a line of its own is a statement.
  private func nearestStatement(to word: String, isAlone: Bool) -> String? {
    let statements = HeaderWords.all + ["let", "use", "block"]
    guard OtherFrameworks.layer(for: word) == nil, let statement = Suggestion.nearest(to: word, among: statements) else { return nil }
    let stages = Words.layers + Array(definitions.blocks.keys) + ["res", "branch", "repeat"]
    guard let stage = Suggestion.nearest(to: word, among: stages) else { return statement }
    let typed = Array(word.lowercased().utf8)
    let (toStatement, toStage) = (Suggestion.distance(typed, Array(statement.utf8)), Suggestion.distance(typed, Array(stage.utf8)))
    return toStatement < toStage || (toStatement == toStage && isAlone) ? statement : nil
  }

  private func fix(_ foreign: OtherFrameworks.Setting, _ layer: LayerSyntax) -> Diagnostic.Fix {
    // `early_stopping patience 5` says the argument's name itself.
    let isNamed = layer.atoms.first.map { $0.span.text == foreign.argument } ?? false
    let isTwoWords = layer.isLearningRate
    let value = layer.atoms.dropFirst(isNamed || isTwoWords ? 1 : 0).map(\.span.text).joined(separator: " ")
    let text = share(foreign, value) ?? foreign.line(with: value)
    guard !value.isEmpty, let word = text.split(separator: " ").first.map(String.init) else {
      return .init("\(foreign.help): `\(value.isEmpty ? foreign.line(with: "…") : text)`")
    }
    if let header = headers[word] {
      guard let argument = foreign.argument, let edits = edits(of: header, argument, value, without: layer) else {
        return .init("\(foreign.help): `\(text)`")
      }
      return .init(foreign.help, .probable, edits: edits)
    }
    let emphasis = foreign.argument.map { "\($0) \(value)" }
    return .init(foreign.help, .probable, edits: [.init(layer.span, text, emphasis: emphasis)], isFact: true)
  }

  /// `validation_split 0.2`: the parts together are all there is.
  private func share(_ foreign: OtherFrameworks.Setting, _ value: String) -> String? {
    guard foreign.pattern.hasPrefix("split "), let share = Double(value), share > 0, share < 1 else { return nil }
    let percent = (share * 100).rounded()
    return "split train \((100 - percent).plain)%, validation \(percent.plain)%"
  }

  /// Moves the value into a statement that there is, and takes the line out.
  private func edits(of header: HeaderSyntax, _ argument: String, _ value: String, without layer: LayerSyntax) -> [Diagnostic.Edit]? {
    guard header.span.file === layer.span.file else { return nil }
    let names = header.atoms.map { atom in if case .word(let word) = atom.kind { word } else { "" } }
    let setting: Diagnostic.Edit
    if let index = names.firstIndex(of: argument) {
      guard index + 1 < header.atoms.count else { return nil }
      setting = Diagnostic.Edit(header.atoms[index + 1].span, value)
    } else {
      setting = Diagnostic.Edit(header.span.atEnd, " \(argument) \(value)")
    }
    return [setting, Diagnostic.Edit(LinePosition.wholeLine(of: layer.span), "")]
  }
}

extension LayerSyntax {
  /// `learning rate 0.01`, in two words.
  fileprivate var isLearningRate: Bool { word.text == "learning" && atoms.first?.span.text == "rate" }
}
