import NNDiagnostics

/// Many pictures of one size in a few files: IDX (MNIST, Fashion-MNIST) and the binary version of CIFAR-10.
struct PackedImages: DataReader {
  enum Layout: Equatable {
    /// `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and the same with `t10k`.
    case idx
    /// `data_batch_1.bin` to `data_batch_5.bin` and `test_batch.bin`.
    case cifar
  }

  let path: String
  let layout: Layout
  let request: DataRequest
  /// Of a well-known set; other sets number their classes.
  let knownClasses: [String]?

  /// The layout of a folder by the names in it; nil for another.
  static func recognise(_ names: [String]) -> Layout? {
    if names.contains(where: { $0.hasPrefix("train-images") }) { return .idx }
    return names.contains("data_batch_1.bin") ? .cifar : nil
  }

  func load(name: String) throws(Diagnostic) -> Dataset {
    let train = try part(isTest: false)
    let test = try part(isTest: true)
    if let asked = request.shape, asked != train.shape {
      throw Diagnostic(
        .dataShape, .error, "the model takes \(sizeText(asked)), \(path) has images of \(sizeText(train.shape))",
        at: request.statements["input"])
    }
    let count = Int((train.labels + test.labels).max() ?? 0) + 1
    let found = try classNames(count)
    let classes = try agreedClasses(found: found, request, in: path)
    let order = found.map { Int32(classes.firstIndex(of: $0) ?? 0) }
    var dataset = try Dataset(name: name, train: train.renumbered(order), test: test.renumbered(order), request)
    dataset.classes = classes
    if let test = dataset.test,
      let warning = DuplicateExamples(train: dataset.train, other: test).warning(dataset.train, test, part: "test")
    {
      dataset.warnings.append(warning)
    }
    return dataset
  }

  /// Reads the sizes only.
  func inspect(name: String) throws(Diagnostic) -> DataFacts {
    let classes = try knownClasses.map { known throws(Diagnostic) in try agreedClasses(found: known, request, in: path) }
    switch layout {
    case .cifar: return DataFacts(name: name, shape: [32, 32, 3], classes: classes)
    case .idx:
      let (shape, _) = try IDXFile(MappedFile(try file(["train-images"])), dimensions: 3).shape()
      return DataFacts(name: name, shape: Array(shape.dropFirst()) + [1], classes: classes)
    }
  }

  private func part(isTest: Bool) throws(Diagnostic) -> Examples {
    switch layout {
    case .idx: try idxPart(isTest ? "t10k" : "train")
    case .cifar: try cifarPart(isTest ? ["test_batch.bin"] : (1...5).map { "data_batch_\($0).bin" })
    }
  }

  /// Names as they are in CIFAR's own list, of a known set, or numbers.
  private func classNames(_ count: Int) throws(Diagnostic) -> [String] {
    if let knownClasses, knownClasses.count >= count { return knownClasses }
    if request.classes.count >= count { return request.classes }
    return (0..<max(count, request.classCount ?? 0)).map(String.init)
  }

  private func file(_ prefixes: [String]) throws(Diagnostic) -> String {
    let names = try DataSearch.names(in: path)
    for prefix in prefixes {
      let found = names.filter { $0.hasPrefix(prefix) }
      if let name = found.first(where: { !$0.hasSuffix(".gz") }) ?? found.first { return join(path, name) }
    }
    throw Diagnostic(.dataLayout, .error, "\(path) has no file \(prefixes[0])")
  }

  // MARK: - IDX

  private func idxPart(_ prefix: String) throws(Diagnostic) -> Examples {
    let imagePath = try file(["\(prefix)-images"])
    let (shape, pixels) = try IDXFile(MappedFile(imagePath), dimensions: 3).shape()
    let name = lastComponent(imagePath)
    let hasLabels = try DataSearch.names(in: path).contains { $0.hasPrefix("\(prefix)-labels") }
    guard prefix == "train" || hasLabels else {
      // A competition keeps the answers of its test part.
      return Examples(
        shape: [shape[1], shape[2], 1], storage: .bytes(Stretch(pixels)), targets: .none, count: shape[0], origin: .generated(name))
    }
    let labelPath = try file(["\(prefix)-labels"])
    let (labelShape, labels) = try IDXFile(MappedFile(labelPath), dimensions: 1).shape()
    guard labelShape[0] == shape[0] else {
      throw Diagnostic(
        .dataLayout, .error, "\(imagePath) has \(counted(shape[0], "image")), \(labelPath) has \(counted(labelShape[0], "label"))")
    }
    return Examples(
      shape: [shape[1], shape[2], 1], storage: .bytes(Stretch(pixels)), targets: .classes(labels.map { Int32($0) }), count: shape[0],
      origin: .generated(name))
  }

  // MARK: - CIFAR

  /// Records of a label and three planes of 32x32 bytes: red, green, blue.
  private func cifarPart(_ names: [String]) throws(Diagnostic) -> Examples {
    let plane = 32 * 32
    let record = 1 + 3 * plane
    var (pixels, labels): ([UInt8], [Int32]) = ([], [])
    for name in names {
      let file = try MappedFile(join(path, name))
      try file.reading { bytes throws(Diagnostic) in
        guard bytes.count % record == 0, bytes.count > 0 else {
          throw Diagnostic(.dataLayout, .error, "\(file.path) has \(number(bytes.count)) bytes, no multiple of \(number(record))")
        }
        for start in stride(from: 0, to: bytes.count, by: record) {
          guard bytes[start] < 10 else {
            throw Diagnostic(.labelRange, .error, "\(file.path) has label \(bytes[start]) at byte \(number(start)); CIFAR-10 has 0 to 9")
          }
          labels.append(Int32(bytes[start]))
          for pixel in 0..<plane {
            for colour in 0..<3 { pixels.append(bytes[start + 1 + colour * plane + pixel]) }
          }
        }
      }
    }
    return Examples(
      shape: [32, 32, 3], storage: .bytes(Stretch(pixels)), targets: .classes(labels), count: labels.count, origin: .generated(names[0]))
  }
}

/// An array of bytes in the format of the MNIST files: two zero bytes, the type (8), the number of dimensions, each dimension
/// as 32 bits from the highest, and the values.
private struct IDXFile {
  let file: MappedFile
  let dimensions: Int

  init(_ file: MappedFile, dimensions: Int) {
    self.file = file
    self.dimensions = dimensions
  }

  func shape() throws(Diagnostic) -> (shape: [Int], values: [UInt8]) {
    try file.reading { bytes throws(Diagnostic) in try read(bytes) }
  }

  private func read(_ bytes: UnsafeRawBufferPointer) throws(Diagnostic) -> (shape: [Int], values: [UInt8]) {
    let header = 4 + 4 * dimensions
    guard bytes.count >= header, bytes[0] == 0, bytes[1] == 0, bytes[2] == 8, Int(bytes[3]) == dimensions else {
      throw Diagnostic(.dataLayout, .error, "\(file.path) is not an IDX file of bytes with \(counted(dimensions, "dimension"))")
    }
    let shape = (0..<dimensions).map { d in (0..<4).reduce(0) { $0 << 8 | Int(bytes[4 + 4 * d + $1]) } }
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size > 0, !overflow else { throw Diagnostic(.dataLayout, .error, "\(file.path) claims to be \(sizeText(shape))") }
      count = product
    }
    guard bytes.count - header == count else {
      throw Diagnostic(
        .dataLayout, .error,
        "\(file.path) has \(number(bytes.count - header)) values, its header says \(number(count)) (\(sizeText(shape)))")
    }
    return (shape, Array(bytes[header...]))
  }
}

extension Examples {
  /// The same with the class `k` called `order[k]`.
  fileprivate func renumbered(_ order: [Int32]) -> Examples {
    var examples = self
    guard case .classes = targets else { return self }
    examples.targets = .classes(labels.map { Int($0) < order.count ? order[Int($0)] : $0 })
    return examples
  }
}
