import NNDiagnostics
import NNSyntax

/// The constants and blocks of one file, its own and those that `use` brings in.
final class Definitions {
  let file: SourceFile
  let scope: Scope
  private(set) var blocks: [String: BlockDefinition] = [:]
  /// In the order of the file; without those of other files.
  private(set) var ownBlocks: [BlockDefinition] = []
  private(set) var ownConstants: [Constant] = []
  private(set) var uses: [UsedFile] = []

  init(file: SourceFile, facts: DataConstants) {
    self.file = file
    scope = Scope(facts: facts)
  }

  func add(_ constant: Constant) {
    scope.define(constant)
    ownConstants.append(constant)
  }

  func add(_ block: BlockDefinition) {
    blocks[block.name] = block
    ownBlocks.append(block)
  }

  func add(_ used: UsedFile) {
    uses.append(used)
    for constant in used.constants { scope.define(constant) }
    for block in used.blocks { blocks[block.name] = block }
  }

  /// Works out the constants in the order of the file.
  func computeConstants(_ problems: Problems) {
    for constant in ownConstants { constant.compute(in: scope, problems) }
  }

  /// Also one that stands below its use, which is an error of its own.
  func block(_ name: String) -> BlockDefinition? { blocks[name] }
}

/// A `block`, or one that `use` brings in.
final class BlockDefinition {
  let name: String
  let syntax: BlockSyntax
  /// Where its body's names are looked up. Not owned: the definitions of a file outlive the check.
  unowned let home: Definitions
  /// Where it is defined, or where the `use` that brings it in stands.
  let span: SourceSpan
  let visibleFrom: Int
  var isUsed = false
  /// It uses itself, which is reported; its uses have no meaning.
  var isCyclic = false

  init(name: String, syntax: BlockSyntax, home: Definitions, span: SourceSpan, visibleFrom: Int) {
    self.name = name
    self.syntax = syntax
    self.home = home
    self.span = span
    self.visibleFrom = visibleFrom
  }
}

extension BlockDefinition {
  /// `c`, `s = 1`
  var parameterTexts: [String] {
    syntax.parameters.map { parameter in
      parameter.defaultValue.map { "\(parameter.name.text) = \($0.span.text)" } ?? parameter.name.text
    }
  }

  /// `basic(c, s = 1)`
  var signatureText: String { parameterTexts.isEmpty ? name : "\(name)(\(parameterTexts.joined(separator: ", ")))" }
}

/// A `use` statement and what it brings in.
struct UsedFile {
  let syntax: UseSyntax
  let constants: [Constant]
  let blocks: [BlockDefinition]

  var isUsed: Bool { constants.contains(where: \.isUsed) || blocks.contains(where: \.isUsed) }
}
