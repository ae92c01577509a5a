import NNData
import NNDiagnostics
import NNGraph
import NNKernels
import NNRecipe
import NNReport
import NNRuntime

/// A data set as `nnc data` shows it.
struct DataView {
  let dataset: Dataset
  private let layout: String
  private let moments: Moments
  /// By part: how many of its examples are in the training part, too; nil where that has no meaning.
  private let duplicates: [(part: String, count: Int)]
  /// Sizes of the files of images, where they differ.
  private let sizes: Diagnostic?
  private let parts: [(name: String, examples: Examples)]
  /// Of a table with classes, in units of its columns' deviations; empty where that would take long.
  private let separability: [Separability]

  init(_ invocation: Invocation, _ console: Console) throws {
    let loader = DataLoader()
    var request = DataRequest()
    request.shape = try invocation.sizes(.input)
    let source = DataView.source(loader, invocation)
    request.takesText = [".txt", ".txt.gz"].contains { invocation.positionals[0].hasSuffix($0) }
    layout = try loader.layout(source, request)
    if request.shape == nil, try loader.isText(source, request) { (request.shape, request.takesText) = ([30], true) }
    sizes = request.shape == nil ? try loader.inspect(source, request)?.shapeProblem : nil
    // Statistics want images of one size: a small one, where the files have none in common.
    if sizes != nil { request.shape = [64, 64, 3] }
    dataset = try loader.load(source, request)
    if let standIn = dataset.standIn { console.note(standIn) }
    parts = [("train", dataset.train), ("validation", dataset.validation), ("test", dataset.test)].compactMap { name, part in
      part.map { (name, $0) }
    }
    moments = dataset.train.moments
    separability = try DataView.separability(dataset)
    let train = dataset.train
    duplicates =
      dataset.codec == nil ? parts.dropFirst().map { ($0.name, DuplicateExamples(train: train, other: $0.examples).pairs.count) } : []
  }

  /// For tables of a moderate size.
  private static func separability(_ dataset: Dataset) throws -> [Separability] {
    let (train, classes) = (dataset.train, dataset.classes.count)
    guard train.shape.count == 1, train.size <= 1000, (2...10).contains(classes), (2...5000).contains(train.count),
      train.labels.count == train.count
    else { return [] }
    var rule = Normalization()
    rule.input = .standard
    let reader = try BatchReader(train, normalization: NormalizationValues.compute(rule, from: train))
    var x = [Float](repeating: 0, count: reader.count * reader.size)
    let order = (0..<Int32(reader.count)).map { $0 }
    x.withUnsafeMutableBufferPointer { x in
      if let x = x.baseAddress { reader.fill(x: x, indices: order[...], epoch: 0, augment: false) }
    }
    guard x.allSatisfy(\.isFinite) else { return [] }
    return try Separability.ofPairs(x, features: reader.size, labels: train.labels, classes: classes, kernels: Kernels(threads: 1))
  }

  private static func source(_ loader: DataLoader, _ invocation: Invocation) -> DataSource {
    let path = invocation.positionals[0]
    guard let target = invocation.text(DataCommand.target) else { return loader.source(overriding: nil, with: path) }
    var csv = CSVSource(path: path)
    csv.target = Int(target).map { .column($0) } ?? .name(target)
    return .csv(csv)
  }

  // MARK: Text

  var text: String {
    var lines = [("data", dataset.name), ("layout", layout), ("examples", examples), ("shape", shape)]
    if let sizes { lines.append(("files", sizes.notes.joined(separator: "; "))) }
    if let codec = dataset.codec {
      let shown = codec.characters.map { $0 == "\n" ? "\\n" : String(Character($0)) }.joined()
      lines.append(("text", "\(codec.count) different characters: \(shown)"))
    }
    if !dataset.features.isEmpty { lines.append(("columns", "\(dataset.features.count) inputs")) }
    for (part, count) in duplicates {
      lines.append(("duplicates", "\(grouped(count)) of the \(part) part \(count == 1 ? "is" : "are") in the training part, too"))
    }
    let head = lines.map { $0.0.padded(to: 12) + printable($0.1) + "\n" }.joined()
    return head + (dataset.codec == nil ? classTable + momentTable + targetLine + separabilityLines : "")
  }

  private var examples: String { parts.map { "\(grouped($0.examples.count)) \($0.name)" }.joined(separator: ", ") }

  private var shape: String {
    if dataset.codec != nil { return "windows of \(dataset.train.shape[0]) characters, one for each place" }
    let size = dataset.train.shape.map(String.init).joined(separator: "x")
    return sizes == nil ? size : "\(size) for the numbers below: the files have different sizes, and a model has to say which it takes"
  }

  private var classTable: String {
    guard !dataset.classes.isEmpty else { return "" }
    let counts = parts.map { $0.examples.countsPerClass(dataset.classes.count) }
    let names = dataset.classes.map { printable($0) }
    let width = max(5, names.map(\.count).max() ?? 0)
    var text = "\n  " + "class".padded(to: width) + parts.map { $0.name.leftPadded(to: 12) }.joined() + "       share\n"
    let all = max(1, counts.joined().reduce(0, +))
    for (number, name) in names.prefix(100).enumerated() {
      let own = counts.map { $0[number] }
      text += "  " + name.padded(to: width) + own.map { grouped($0).leftPadded(to: 12) }.joined()
      text += "\(fixed(Double(own.reduce(0, +)) / Double(all) * 100, 1)) %".leftPadded(to: 12) + "\n"
    }
    return text + (names.count > 100 ? "  and \(grouped(names.count - 100)) more\n" : "")
  }

  private var columns: [String] {
    if dataset.train.shape.count == 3 { return moments.mean.count == 3 ? ["red", "green", "blue"] : ["grey"] }
    if dataset.features.count == moments.mean.count { return dataset.features }
    return moments.mean.indices.map { String($0 + 1) }
  }

  private var momentTable: String {
    let names = columns.map { printable($0) }
    let what = dataset.train.shape.count == 3 ? "channel" : "column"
    let width = max(what.count, names.map(\.count).max() ?? 0)
    var text = "\n  " + what.padded(to: width) + ["mean", "deviation", "minimum", "maximum"].map { $0.leftPadded(to: 12) }.joined() + "\n"
    for (number, name) in names.prefix(100).enumerated() {
      let values = [moments.mean[number], moments.deviation[number], moments.minimum[number], moments.maximum[number]]
      text += "  " + name.padded(to: width) + values.map { significant($0, 6).leftPadded(to: 12) }.joined() + "\n"
    }
    return text + (names.count > 100 ? "  and \(grouped(names.count - 100)) more\n" : "")
  }

  private var targetLine: String {
    guard case .values(let values, _) = dataset.train.targets, let low = values.min(), let high = values.max() else { return "" }
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(max(1, values.count))
    return "\n  target: mean \(significant(mean, 6)), from \(significant(Double(low), 6)) to \(significant(Double(high), 6))\n"
  }

  /// Whether a linear machine could be right about all of the training part.
  private var separabilityLines: String {
    separability.isEmpty ? "" : "\n" + separability.map { "  " + $0.text(dataset.classes) + " (in deviations)\n" }.joined()
  }

  // MARK: JSON

  var json: JSONValue {
    let partObjects = parts.map { part -> JSONValue in
      let counts = dataset.classes.isEmpty ? [] : part.examples.countsPerClass(dataset.classes.count)
      return ["name": .string(part.name), "examples": .integer(part.examples.count), "per_class": .array(counts.map(JSONValue.integer))]
    }
    let columnObjects = columns.enumerated().map { number, name -> JSONValue in
      [
        "name": .string(name), "mean": .number(moments.mean[number]), "deviation": .number(moments.deviation[number]),
        "minimum": .number(moments.minimum[number]), "maximum": .number(moments.maximum[number]),
      ]
    }
    return [
      "data": .string(dataset.name), "layout": .string(layout), "stand_in": .bool(dataset.standIn != nil),
      "shape": .array(dataset.train.shape.map(JSONValue.integer)), "classes": .array(dataset.classes.map(JSONValue.string)),
      "parts": .array(partObjects), "columns": .array(columnObjects),
      "linearly_separable": separability.isEmpty ? .null : .bool(separability.allSatisfy(\.isSeparable)),
      "duplicates": .object(duplicates.map { (key: $0.part, value: .integer($0.count)) }),
    ]
  }
}
