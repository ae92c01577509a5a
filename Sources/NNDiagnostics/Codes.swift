/// Every diagnostic code. The ranges: NN1xx syntax, NN2xx names and arguments, NN30x shapes, NN35x and NN36x lints, NN4xx loss and
/// training set-up, NN5xx data, NN6xx weights, NN7xx run, NN8xx emit.
public enum Code: String, CaseIterable, Sendable {
  case syntax = "NN101"
  case unknownStatement = "NN102"
  case statementTwice = "NN103"
  case noInput = "NN104"
  case limit = "NN105"
  case secondNetwork = "NN106"
  case use = "NN107"
  case unreadable = "NN108"

  case unknownLayer = "NN201"
  case unknownArgument = "NN202"
  case unknownConstant = "NN203"
  case label = "NN204"
  case blockCycle = "NN205"
  case notWhole = "NN206"
  case outOfRange = "NN207"
  case definedTwice = "NN208"

  case windowTooLarge = "NN301"
  case wrongKind = "NN302"
  case notDivisible = "NN303"
  case classCount = "NN304"
  case residualShapes = "NN305"
  case branchShapes = "NN306"
  case stepsAndLabels = "NN307"
  case statedShape = "NN308"
  case reshapeCount = "NN309"
  case memory = "NN310"

  case sizeOrder = "NN351"
  case dropEverything = "NN352"
  case droppedRow = "NN353"
  case biasBeforeNorm = "NN354"
  case unused = "NN355"
  case outputActivation = "NN356"
  case noNonlinearity = "NN357"
  case dropoutAtEnd = "NN358"
  case normAfterDropout = "NN359"
  case deepSigmoid = "NN360"
  case unusualRate = "NN361"
  case windowOverImage = "NN362"
  case dominantLayer = "NN363"
  case activationTwice = "NN364"
  case normOfOne = "NN365"
  case receptiveField = "NN366"
  case largeScale = "NN367"

  case softmaxOfOne = "NN401"
  case softmaxTwice = "NN402"
  case kernelMachine = "NN403"

  case labelRange = "NN501"
  case targetShape = "NN502"
  case dataLayout = "NN503"
  case duplicates = "NN504"
  case dataMissing = "NN505"
  case badTable = "NN506"
  case badImage = "NN507"
  case missingLibrary = "NN508"
  case splitParts = "NN509"
  case classNames = "NN510"
  case dataShape = "NN511"
  case augmentation = "NN512"
  case badArray = "NN513"
  case badText = "NN514"

  case weightsMismatch = "NN601"
  case badModelFile = "NN602"
  case nodesLack = "NN603"

  case diverged = "NN701"

  case emitDiffers = "NN801"
  case targetLacks = "NN802"
}

extension Code {
  /// The first digit: 1 for syntax, 2 for names and arguments, 3 for shapes and so on. What a digit is about is looked at once all of the
  /// smaller ones is right.
  package var family: Int { Int(rawValue.dropFirst(2).prefix(1)) ?? 0 }
}
