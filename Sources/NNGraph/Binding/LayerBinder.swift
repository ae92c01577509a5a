import NNDiagnostics
import NNLayers
import NNSyntax

/// Binds a built-in layer and the activation behind it.
struct LayerBinder {
  let layer: LayerSyntax
  let type: any Layer.Type
  let place: Resolver.Place
  let problems: Problems

  func bind(into element: inout StageElement) {
    if reportsDropEverything() { return }
    var binder = ArgumentBinder(ArgumentForm(type.signature), layer.word, layer.atoms[...], place.scope, problems)
    var bound = binder.bind()
    if type is Svm.Type { addClasses(to: &bound) }
    let own = layer.atoms.dropLast(binder.rest.count)
    let span = own.last.map { layer.word.span.through($0.span) } ?? layer.word.span
    element.layer = make(type, layer.word, span, bound)
    if let label = bound.arguments.label("label"), let labelSpan = bound.spans["label"] {
      if let number = place.labels.find(label, at: labelSpan, problems) {
        element.joined = (number, labelSpan)
      } else {
        element.layer = nil
      }
    }
    bindActivation(binder.rest, into: &element)
    if let bound = element.layer { SizeOrder.lint(bound, problems) }
  }

  /// A machine has as many classes as the data where it does not say.
  private func addClasses(to bound: inout BoundArguments) {
    guard bound.values["classes"] == nil, bound.spans["classes"] == nil else { return }
    guard let classes = place.scope.evaluate(.reference(name: "classes", span: layer.word.span), problems)?.whole else {
      bound.isComplete = false
      return
    }
    bound.values["classes"] = .integer(classes)
    guard classes < 2 else { return }
    bound.isComplete = false
    problems.add(.outOfRange, "`svm` needs two classes or more, there is \(classes)", at: layer.word.span)
  }

  private func bindActivation(_ atoms: ArraySlice<AtomSyntax>, into element: inout StageElement) {
    guard let first = atoms.first, case .word(let text) = first.kind, let activation = AllLayers.type(named: text) else { return }
    let word = NameSyntax(text: text, span: first.span)
    let arguments = atoms.dropFirst()
    if let misplaced = arguments.first(where: { atom in
      if case .word(let argument) = atom.kind { ArgumentForm(type.signature).has(argument) } else { false }
    }) {
      problems.add(
        .unknownArgument, "`\(misplaced.span.text)` stands behind the activation", at: misplaced.span,
        "an argument of `\(layer.word.text)`",
        labels: [.init(word.span, "ends the arguments")], fixes: [.init("move it before `\(text)`")])
      element.layer = nil
      return
    }
    // What the layer lacks may stand behind its activation: `fc relu 10`.
    let heard = element.layer == nil ? Problems() : problems
    var binder = ArgumentBinder(ArgumentForm(activation.signature), word, arguments, place.scope, heard)
    let bound = binder.bind()
    let span = arguments.last.map { word.span.through($0.span) } ?? word.span
    element.activation = make(activation, word, span, bound)
    if element.activation == nil { element.layer = nil }
  }

  private func make(_ type: any Layer.Type, _ word: NameSyntax, _ span: SourceSpan, _ bound: BoundArguments) -> BoundLayer? {
    guard bound.isComplete else { return nil }
    do throws(LayerProblem) {
      return BoundLayer(layer: try type.init(bound.arguments), word: word, span: span, bound: bound)
    } catch {
      problems.add(ArgumentProblem(problem: error, word: word, span: span, bound: bound).diagnostic)
      return nil
    }
  }

  /// NN352: the number behind `dropout` is a probability.
  private func reportsDropEverything() -> Bool {
    guard layer.word.text == "dropout", case .value(let expression)? = layer.atoms.first?.kind,
      let quantity = place.scope.evaluate(expression, problems), quantity.value >= 1
    else { return false }
    let written = expression.span.text
    var fixes: [Diagnostic.Fix] = []
    if quantity.value > 1, quantity.value < 100, !quantity.isPercent {
      let fraction = (quantity.value / 100).plain
      fixes = [.init("`dropout \(quantity.value.plain)%` or `dropout \(fraction)`", .probable, edits: [.init(expression.span, fraction)])]
    } else {
      fixes = [.init("a probability below 1: `dropout 20%` or `dropout 0.2`")]
    }
    problems.add(
      .dropEverything, "`dropout \(written)` would drop everything: the number is a probability", at: layer.span,
      labels: quantity.labels(besides: layer.span), fixes: fixes)
    return true
  }
}
