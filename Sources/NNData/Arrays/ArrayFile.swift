import NNDiagnostics
import NNRecipe

/// Inputs and targets as NumPy arrays in one `.npz` file.
///
/// With `data npz "d.npz" x "X" y "Y"` the arrays have these names; else the usual ones are looked for, and a test set beside them.
struct ArrayFile: DataReader {
  let path: String
  /// nil: by the usual names.
  let names: (x: String, y: String)?
  let request: DataRequest

  private static let inputs = ["x_train", "X_train", "train_x", "train_images", "x", "X", "images", "data", "inputs"]
  private static let targets = ["y_train", "Y_train", "train_y", "train_labels", "y", "Y", "labels", "target", "targets"]
  private static let testInputs = ["x_test", "X_test", "test_x", "test_images"]
  private static let testTargets = ["y_test", "Y_test", "test_y", "test_labels"]

  func load(name: String) throws(Diagnostic) -> Dataset {
    try MappedFile(path).reading { bytes throws(Diagnostic) in try read(bytes, name: name) }
  }

  private func read(_ bytes: UnsafeRawBufferPointer, name: String) throws(Diagnostic) -> Dataset {
    let archive = try ZipArchive(bytes, name: path)
    let train = try part(archive, x: names.map { [$0.x] } ?? ArrayFile.inputs, y: names.map { [$0.y] } ?? ArrayFile.targets)
    guard let train else { throw missing(archive) }
    let test = names == nil ? try part(archive, x: ArrayFile.testInputs, y: ArrayFile.testTargets) : nil
    let all = train.examples.labels + (test?.examples.labels ?? [])
    let classes = train.hasClasses ? try classNames(all) : []
    var dataset = try Dataset(name: name, train: train.examples, test: test?.examples, request)
    dataset.classes = classes
    return dataset
  }

  /// Reads the arrays: their headers do not say how many classes there are.
  func inspect(name: String) throws(Diagnostic) -> DataFacts {
    let dataset = try load(name: name)
    var facts = DataFacts(name: name, shape: dataset.train.shape, classes: dataset.classes)
    if case .values(_, let width) = dataset.train.targets { facts.targetWidth = width }
    facts.count = dataset.train.count + (dataset.validation?.count ?? 0) + (dataset.test?.count ?? 0)
    facts.hasValidation = dataset.validation != nil
    return facts
  }

  private func missing(_ archive: ZipArchive) -> Diagnostic {
    let found = archive.entries.map { arrayName($0) }
    let wanted = names.map { "no arrays `\($0.x)` and `\($0.y)`" } ?? "no pair of arrays such as `x_train` and `y_train`, or `x` and `y`"
    return Diagnostic(
      .dataLayout, .error, "`\(path)` has \(wanted)", at: request.statements["data"], notes: ["arrays in it: \(listed(found))"],
      fixes: found.count >= 2 ? [.init("name them: `data npz \"\(lastComponent(path))\" x \"\(found[0])\" y \"\(found[1])\"`")] : [])
  }

  private func arrayName(_ entry: ZipArchive.Entry) -> String {
    entry.name.hasSuffix(".npy") ? String(entry.name.dropLast(4)) : entry.name
  }

  private func array(_ archive: ZipArchive, _ candidates: [String]) throws(Diagnostic) -> (array: NumPyArray, name: String)? {
    for name in candidates {
      guard let entry = archive.entries.first(where: { arrayName($0) == name }) else { continue }
      let array = try archive.withBytes(of: entry) { raw throws(Diagnostic) in try NumPyArray(raw, name: "\(path):\(name)") }
      return (array, name)
    }
    return nil
  }

  private func part(_ archive: ZipArchive, x: [String], y: [String]) throws(Diagnostic) -> (examples: Examples, hasClasses: Bool)? {
    guard let (inputs, inputName) = try array(archive, x) else { return nil }
    guard let (targets, targetName) = try array(archive, y) else { return nil }
    guard let count = inputs.shape.first, inputs.shape.count >= 2, targets.shape.first == count else {
      throw Diagnostic(
        .dataShape, .error,
        "`\(inputName)` of `\(path)` is \(sizeText(inputs.shape)), `\(targetName)` is \(sizeText(targets.shape)): the first numbers count the "
          + "examples, and must agree")
    }
    // Such an array takes no bytes in the file, whatever its other sizes claim to be.
    for (array, name) in [(inputs, inputName), (targets, targetName)] where array.values.isEmpty {
      throw Diagnostic(.dataShape, .error, "`\(name)` of `\(path)` is \(sizeText(array.shape)): it holds no numbers")
    }
    if let place = inputs.values.firstIndex(where: { !$0.isFinite }) {
      let example = place / (inputs.values.count / count)
      throw Diagnostic(.badArray, .error, "example \(number(example)) of `\(inputName)` in `\(path)` holds \(inputs.values[place])")
    }
    let shape = try shape(of: inputs, inputName)
    let storage: Examples.Storage =
      inputs.isBytes && shape.count == 3 ? .bytes(Stretch(inputs.values.map { UInt8($0) })) : .floats(Stretch(inputs.values))
    let (made, hasClasses) = try self.targets(targets, targetName, count)
    return (
      Examples(shape: shape, storage: storage, targets: made, count: count, origin: .generated("\(lastComponent(path)):\(inputName)")),
      hasClasses
    )
  }

  /// Bytes of three dimensions are grey images, other numbers of three are sequences, unless the model says otherwise.
  private func shape(of array: NumPyArray, _ name: String) throws(Diagnostic) -> [Int] {
    let own = Array(array.shape.dropFirst())
    let candidates = own.count == 2 ? [own, own + [1]] : own.count == 1 ? [own, own + [1]] : [own]
    if let asked = request.shape {
      guard candidates.contains(asked) || asked.reduce(1, *) == own.reduce(1, *) && asked.count == 1 else {
        throw Diagnostic(
          .dataShape, .error, "the model takes \(sizeText(asked)), `\(name)` of `\(path)` has examples of \(sizeText(own))",
          at: request.statements["input"])
      }
      return asked
    }
    guard own.count <= 3 else {
      throw Diagnostic(
        .dataShape, .error, "`\(name)` of `\(path)` has examples of \(sizeText(own)): at most height x width x channels")
    }
    return own.count == 2 && array.isBytes ? own + [1] : own
  }

  // MARK: Targets

  private func targets(_ array: NumPyArray, _ name: String, _ count: Int) throws(Diagnostic) -> (Examples.Targets, hasClasses: Bool) {
    let width = array.values.count / count
    let isColumn = width == 1
    let wantsClasses = request.target == .classes || (request.target == nil && array.isWhole)
    guard isColumn, wantsClasses else {
      if request.target == .classes {
        throw Diagnostic(.targetShape, .error, "`\(name)` of `\(path)` has \(width) numbers for each example, not one class")
      }
      if let place = array.values.firstIndex(where: { !$0.isFinite }) {
        throw Diagnostic(
          .badArray, .error, "example \(number(place / width)) of `\(name)` in `\(path)` holds \(array.values[place])")
      }
      return (.values(array.values, width: width), false)
    }
    let limit = request.declaredClassCount ?? 100_000
    var labels: [Int32] = []
    labels.reserveCapacity(count)
    for (example, value) in array.values.enumerated() {
      guard value >= 0, value == value.rounded(), value < Float(limit) else {
        throw Diagnostic(
          .labelRange, .error,
          "label \(value == value.rounded() && abs(value) < 1e9 ? String(Int(value)) : String(value)) of example \(number(example)) in `\(name)` of `\(path)` is out of range: "
            + "\(counted(limit, "class", plural: "classes")) are numbered 0 to \(limit - 1)")
      }
      labels.append(Int32(value))
    }
    return (.classes(labels), true)
  }

  private func classNames(_ labels: [Int32]) throws(Diagnostic) -> [String] {
    let count = max(Int(labels.max() ?? 0) + 1, request.classCount ?? 0)
    if request.classes.count >= count { return request.classes }
    return try agreedClasses(found: (0..<count).map(String.init), request, in: path)
  }
}
