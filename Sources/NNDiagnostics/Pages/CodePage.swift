/// What `nnc explain NN301` shows of a code: what it means, why it matters, a file that has the problem and one that has not. The tests run both.
package struct CodePage: Sendable {
  /// A few words; also the short description in SARIF.
  package let title: String
  /// Paragraphs, each on one line; names in back-quotes.
  package let text: [String]
  /// nil for what no file of a user can bring about.
  package let wrong: Example?
  package let right: Example?

  /// Files in an empty folder, and what is typed there.
  package struct Example: Sendable {
    package let files: [(name: String, text: String)]
    /// The last one shows the problem, or its absence; those before it prepare.
    package let commands: [String]
  }

  init(_ title: String, _ text: String..., wrong: Example?, right: Example?) {
    self.title = title
    self.text = text
    self.wrong = wrong
    self.right = right
  }
}

extension CodePage.Example {
  /// One model file, checked.
  static func model(_ text: String) -> CodePage.Example {
    CodePage.Example(files: [(name: "net.nn", text: text + "\n")], commands: ["nnc check net.nn"])
  }

  /// A model file and others, with a command.
  static func files(_ text: String, _ others: [(name: String, text: String)], _ commands: String...) -> CodePage.Example {
    let all = [(name: "net.nn", text: text)] + others
    return CodePage.Example(files: all.map { (name: $0.name, text: $0.text + "\n") }, commands: commands)
  }
}

extension Code {
  /// The page of a code. A new code makes the compiler ask for its page.
  package var page: CodePage {
    switch self {
    case .syntax: .syntax
    case .unknownStatement: .unknownStatement
    case .statementTwice: .statementTwice
    case .noInput: .noInput
    case .limit: .limit
    case .secondNetwork: .secondNetwork
    case .use: .use
    case .unreadable: .unreadable
    case .unknownLayer: .unknownLayer
    case .unknownArgument: .unknownArgument
    case .unknownConstant: .unknownConstant
    case .label: .label
    case .blockCycle: .blockCycle
    case .notWhole: .notWhole
    case .outOfRange: .outOfRange
    case .definedTwice: .definedTwice
    case .windowTooLarge: .windowTooLarge
    case .wrongKind: .wrongKind
    case .notDivisible: .notDivisible
    case .classCount: .classCount
    case .residualShapes: .residualShapes
    case .branchShapes: .branchShapes
    case .stepsAndLabels: .stepsAndLabels
    case .statedShape: .statedShape
    case .reshapeCount: .reshapeCount
    case .memory: .memory
    case .sizeOrder: .sizeOrder
    case .dropEverything: .dropEverything
    case .droppedRow: .droppedRow
    case .biasBeforeNorm: .biasBeforeNorm
    case .unused: .unused
    case .outputActivation: .outputActivation
    case .noNonlinearity: .noNonlinearity
    case .dropoutAtEnd: .dropoutAtEnd
    case .normAfterDropout: .normAfterDropout
    case .deepSigmoid: .deepSigmoid
    case .unusualRate: .unusualRate
    case .windowOverImage: .windowOverImage
    case .dominantLayer: .dominantLayer
    case .activationTwice: .activationTwice
    case .normOfOne: .normOfOne
    case .receptiveField: .receptiveField
    case .largeScale: .largeScale
    case .softmaxOfOne: .softmaxOfOne
    case .softmaxTwice: .softmaxTwice
    case .kernelMachine: .kernelMachine
    case .labelRange: .labelRange
    case .targetShape: .targetShape
    case .dataLayout: .dataLayout
    case .duplicates: .duplicates
    case .dataMissing: .dataMissing
    case .badTable: .badTable
    case .badImage: .badImage
    case .missingLibrary: .missingLibrary
    case .splitParts: .splitParts
    case .classNames: .classNames
    case .dataShape: .dataShape
    case .augmentation: .augmentation
    case .badArray: .badArray
    case .badText: .badText
    case .weightsMismatch: .weightsMismatch
    case .badModelFile: .badModelFile
    case .nodesLack: .nodesLack
    case .diverged: .diverged
    case .emitDiffers: .emitDiffers
    case .targetLacks: .targetLacks
    }
  }

  /// A warning about a legal network, which `# nnc: allow NN351` on its line switches off.
  public var isLint: Bool {
    switch self {
    case .sizeOrder, .droppedRow, .biasBeforeNorm, .unused, .outputActivation, .noNonlinearity, .dropoutAtEnd, .normAfterDropout,
      .deepSigmoid, .unusualRate, .windowOverImage, .dominantLayer, .activationTwice, .normOfOne, .receptiveField, .largeScale, .duplicates:
      true
    case .syntax, .unknownStatement, .statementTwice, .noInput, .limit, .secondNetwork, .use, .unreadable, .unknownLayer, .unknownArgument,
      .unknownConstant, .label, .blockCycle, .notWhole, .outOfRange, .definedTwice, .windowTooLarge, .wrongKind, .notDivisible, .classCount,
      .residualShapes, .branchShapes, .stepsAndLabels, .statedShape, .reshapeCount, .memory, .dropEverything, .softmaxOfOne, .softmaxTwice,
      .kernelMachine,
      .labelRange, .targetShape, .dataLayout, .dataMissing, .badTable, .badImage, .missingLibrary, .splitParts, .classNames, .dataShape,
      .augmentation, .badArray, .badText, .weightsMismatch, .badModelFile, .nodesLack, .diverged, .emitDiffers, .targetLacks:
      false
    }
  }
}
