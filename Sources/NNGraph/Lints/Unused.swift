import NNDiagnostics

/// NN355: what a file defines or brings in and never uses.
enum Unused {
  static func lint(_ definitions: Definitions, _ problems: Problems) {
    for constant in definitions.ownConstants where !constant.isUsed {
      problems.warn(.unused, "`\(constant.span.text)` is never used", at: constant.span)
    }
    for block in definitions.ownBlocks where !block.isUsed && !block.isCyclic {
      problems.warn(.unused, "block `\(block.name)` is never used", at: block.span)
    }
    for used in definitions.uses where !used.isUsed && !(used.constants.isEmpty && used.blocks.isEmpty) {
      problems.warn(.unused, "nothing of `\(used.syntax.path.text)` is ever used", at: used.syntax.span)
    }
  }
}
