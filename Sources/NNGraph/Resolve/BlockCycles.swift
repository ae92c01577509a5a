import NNDiagnostics
import NNSyntax

/// Finds blocks of a file that use themselves, directly or through others: NN205.
struct BlockCycles {
  private let definitions: Definitions

  init(_ definitions: Definitions) { self.definitions = definitions }

  func report(to problems: Problems) {
    var finished: Set<String> = []
    for block in definitions.ownBlocks { visit(block, path: [], &finished, problems) }
  }

  private func visit(_ block: BlockDefinition, path: [BlockDefinition], _ finished: inout Set<String>, _ problems: Problems) {
    if let start = path.firstIndex(where: { $0.name == block.name }) { return report(Array(path[start...]), problems) }
    guard !finished.contains(block.name), path.count < Limits.nesting else { return }
    for name in BlockCycles.words(in: block.syntax.body.stages) {
      guard let used = definitions.block(name), used.home === definitions else { continue }
      visit(used, path: path + [block], &finished, problems)
    }
    finished.insert(block.name)
  }

  private func report(_ cycle: [BlockDefinition], _ problems: Problems) {
    guard let first = cycle.first, !first.isCyclic else { return }
    for block in cycle {
      block.isCyclic = true
      // Their bodies are never entered, but what stands in them is used.
      for name in BlockCycles.words(in: block.syntax.body.stages) { definitions.block(name)?.isUsed = true }
    }
    let steps = cycle.map { "\($0.name) (line \($0.span.startPosition.line))" } + [first.name]
    problems.add(
      .blockCycle, "block `\(first.name)` uses itself: \(steps.joined(separator: " → "))", at: first.span, "never ends",
      notes: ["`repeat` says how often a group follows itself"])
  }

  /// The words of all layers in some stages and their groups.
  static func words(in stages: [StageSyntax]) -> [String] {
    stages.flatMap { stage in
      switch stage.body {
      case .layer(let layer): [layer.word.text]
      case .residual(let residual):
        if case .group(let via)? = residual.via {
          words(in: residual.body.stages) + words(in: via.stages)
        } else {
          words(in: residual.body.stages)
        }
      case .branch(let branch): branch.groups.flatMap { words(in: $0.stages) }
      case .repetition(let repetition): words(in: repetition.body.stages)
      }
    }
  }
}
