import NNDiagnostics
import NNRecipe

/// A table that is made as text, and read like any other.
struct MadeTable: DataReader {
  let known: KnownData
  /// All rows, or the first of them.
  let make: @Sendable (_ rows: Int?) -> [UInt8]
  /// It is what the name means, not a stand-in.
  let isReal: Bool
  let source: CSVSource
  let hasHeader: Bool?
  let request: DataRequest

  func load(name: String) throws(Diagnostic) -> Dataset {
    var dataset = try loader(rows: nil).load(name: name)
    if !isReal { dataset.standIn = "a generated table of \(number(Houses.count)) rows with the same columns" }
    return dataset
  }

  func inspect(name: String) throws(Diagnostic) -> DataFacts {
    var facts = try loader(rows: isReal ? nil : 64).inspect(name: name)
    if !isReal { facts.count = nil }
    return facts
  }

  private func loader(rows: Int?) -> TableLoader {
    let text = TableText(name: "\(known.rawValue).csv", bytes: make(rows))
    return TableLoader(text: text, source: source, hasHeader: hasHeader, request: request)
  }
}

/// A text that is made.
struct MadeText: DataReader {
  let known: KnownData
  let make: @Sendable () -> [UInt8]
  let lower: Bool
  let keep: String?
  let request: DataRequest

  func load(name: String) throws(Diagnostic) -> Dataset {
    var dataset = try loader.load(name: name)
    dataset.standIn = "\(number(Play.length)) characters of a generated play"
    return dataset
  }

  func inspect(name: String) throws(Diagnostic) -> DataFacts { try loader.inspect(name: name) }

  private var loader: TextLoader {
    TextLoader(text: TableText(name: "\(known.rawValue).txt", bytes: make()), lower: lower, keep: keep, request: request)
  }
}

/// Images that are drawn.
struct MadeImages: DataReader {
  let known: KnownData
  let images: GeneratedImages
  let request: DataRequest

  func load(name: String) throws(Diagnostic) -> Dataset {
    let shape = request.shape ?? images.shape
    guard shape.count == 3, shape[2] == images.shape[2] || (images.shape[2] == 1 && shape[2] == 3),
      shape.allSatisfy({ $0 > 0 && $0 <= 4096 })
    else {
      throw Diagnostic(
        .dataShape, .error, "the model takes \(sizeText(shape)), \(known.rawValue) has images of \(sizeText(images.shape))",
        at: request.statements["input"])
    }
    let classes = try agreedClasses(found: images.classes, request, in: known.rawValue)
    let total = (images.train + images.test).reduce(0, +)
    try Memory.check(total, of: shape.reduce(1, *), "\(counted(total, "image")) of \(sizeText(shape))", at: request.statements["input"])
    let seed = Random.mixed(UInt64(images.name.utf8.reduce(0) { $0 &* 31 &+ Int($1) }))
    let test = images.examples(of: images.test, seed: seed &+ 1, shape: shape, order: classes, threads: request.threads)
    let counts = "\(number(images.train.reduce(0, +))) training and \(number(test.count)) test images of \(sizeText(shape))"
    var dataset = try Dataset(
      name: name, train: images.examples(of: images.train, seed: seed, shape: shape, order: classes, threads: request.threads), test: test,
      request)
    dataset.classes = classes
    dataset.standIn = "\(counts), generated, in the same \(classes.count) classes"
    return dataset
  }

  func inspect(name: String) throws(Diagnostic) -> DataFacts {
    let classes = try agreedClasses(found: images.classes, request, in: name)
    let count = images.train.reduce(0, +) + images.test.reduce(0, +)
    return DataFacts(name: name, shape: request.shape ?? images.shape, classes: classes, count: count)
  }
}
