import NNDiagnostics
import NNLayers

/// Without an input shape: tries shapes of every kind and says what an input must satisfy.
struct InputSearch {
  let network: Network
  let facts: ShapeFacts
  /// `input text 30` without a vocabulary fixes the kind and the steps.
  let statement: InputStatement?

  enum Outcome {
    case condition(InputCondition)
    /// No input fits; this one came furthest.
    case contradiction(Shape)
  }

  func run() -> Outcome {
    var best: (reached: Int, input: Shape)?
    var found: [AcceptedInputs] = []
    for family in families {
      switch start(family) {
      case .fits(let base): found.append(accepted(family, around: base))
      case .fails(let reached, let input): if reached > best?.reached ?? -1 { best = (reached, input) }
      }
    }
    guard let first = found.first else { return .contradiction(best?.input ?? .vector(1)) }
    return .condition(condition(of: first, all: found))
  }

  private var families: [InputFamily] {
    if case .tokens(let steps, _)? = statement { return [.tokens(steps: steps)] }
    return [.vector, .image, .sequence, .tokens(steps: nil)]
  }

  // MARK: Tries

  private func attempt(_ input: Shape, isSketch: Bool = false) -> Inference {
    var inference = Inference(network, input: input, facts: facts, problems: nil, isSketch: isSketch)
    _ = inference.run()
    return inference
  }

  private func fits(_ family: InputFamily, _ sizes: [Int]) -> Bool { !attempt(family.shape(sizes), isSketch: true).hasFailed }

  private enum Start {
    case fits([Int])
    case fails(reached: Int, Shape)
  }

  /// The first of the usual shapes that fits.
  private func start(_ family: InputFamily) -> Start {
    var best: (reached: Int, input: Shape)?
    for sizes in family.usual {
      let input = family.shape(sizes)
      let inference = attempt(input, isSketch: true)
      if !inference.hasFailed { return .fits(sizes) }
      if inference.reached > best?.reached ?? -1 { best = (inference.reached, input) }
      // A layer that takes no such kind at all takes none of the other sizes either.
      if inference.reached == 0, inference.isWrongKind { break }
    }
    return .fails(reached: best?.reached ?? 0, best?.input ?? family.shape(family.usual[0]))
  }

  /// What each size may be while the others stay as they are, and whether that holds together too.
  private func accepted(_ family: InputFamily, around base: [Int]) -> AcceptedInputs {
    let samples = network.elements.count > 400 ? [1, 2, 3, 4, 5, 8, 16, 64] : Array(1...40) + [48, 56, 64, 84, 96, 128, 224]
    let rules = base.indices.map { index in
      guard !family.isFixed(index) else { return SizeRule.only([base[index]]) }
      let tried = Array(Set(samples + [base[index]])).sorted()
      let fitting = tried.filter { size in
        var sizes = base
        sizes[index] = size
        return fits(family, sizes)
      }
      return SizeRule(fitting: fitting, among: tried)
    }
    let least = zip(rules, base).map { $0.least ?? $1 }
    return AcceptedInputs(family: family, base: base, rules: rules, isJoint: fits(family, least))
  }

  // MARK: What follows

  private func condition(of first: AcceptedInputs, all: [AcceptedInputs]) -> InputCondition {
    // Of a network of thousands of stages two examples are held in memory, not ten.
    let examples = network.elements.count > 1000 ? Array(first.points.prefix(2)) : first.points + projectionPoints(first)
    var points = examples.filter { fits(first.family, $0) }
    var tries = points.map { attempt(first.family.shape($0)) }
    // `via auto` inserts a projection for some inputs and none for others: the rows are those of the first, and no formula holds for all.
    var rows = tries.first?.rows ?? []
    let texts = rows.map(\.text)
    let isUniform = tries.allSatisfy { $0.rows.map(\.text) == texts }
    let alike = tries.indices.filter { tries[$0].rows.map(\.text) == texts }
    (points, tries) = (alike.map { points[$0] }, alike.map { tries[$0] })
    let formula = SizeFormula(family: first.family, points: points)
    var outputs: [String?] = []
    var known: [[Shape?]: String?] = [:]
    for index in rows.indices {
      let shapes = tries.map { $0.rows[index].output }
      let text = known[shapes] ?? formula.text(of: shapes)
      known[shapes] = text
      outputs.append(text)
      if tries.contains(where: { $0.rows[index].output != rows[index].output }) { rows[index].output = nil }
      if tries.contains(where: { $0.rows[index].parameters != rows[index].parameters }) { rows[index].parameters = nil }
      if tries.contains(where: { $0.rows[index].macs != rows[index].macs }) { rows[index].macs = nil }
    }
    let results = all.map { attempt($0.family.shape($0.base)).outcome } + tries.map(\.outcome)
    let output = results.first.flatMap { first in results.allSatisfy { $0 == first } ? first : nil }
    return InputCondition(
      text: "any " + listed(all.map(\.text), before: "or"), parameters: isUniform ? formula.parameters(of: tries) : nil, rows: rows,
      outputs: outputs,
      output: output, example: first.family.shape(first.base), names: first.family.names)
  }

  /// `via auto` inserts nothing where the two sides agree: inputs with the channels of each body.
  private func projectionPoints(_ inputs: AcceptedInputs) -> [[Int]] {
    let bodies = network.elements.flatMap(\.projectedBodies)
    let channels = bodies.compactMap { $0.flatMap(\.stages).compactMap { $0.layer?.bound.arguments.size("size")?.last }.last }
    return Array(Set(channels)).sorted().prefix(4).map { inputs.base.dropLast() + [$0] }
  }
}

/// What an input must satisfy, and what is known of the table without one.
public struct InputCondition: Sendable {
  /// `any HxWxC with H and W at least 2`
  public var text: String
  /// `288*C + 32`; nil where no simple formula fits.
  public var parameters: String?
  /// The rows of the table; what depends on the input is nil.
  public var rows: [Row]
  /// For each row its output in terms of the input's sizes, `H/2xW/2x32`; nil where that is not simple.
  public var outputs: [String?]
  /// Behind the last stage, where it is the same for every input.
  public var output: Shape?
  /// A shape that satisfies it.
  public var example: Shape
  /// The letters that stand for its sizes: `H`, `W`, `C`.
  public var names: [String] = []
}

extension Element {
  /// The bodies of all `res … via auto` inside.
  fileprivate var projectedBodies: [[Element]] {
    var bodies = groups.flatMap { $0.flatMap(\.projectedBodies) }
    if case .residual(let residual) = self, case .auto? = residual.via { bodies.append(residual.body) }
    return bodies
  }
}
