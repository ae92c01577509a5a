import NNDiagnostics
import NNRecipe

extension DataLoader {
  /// Reads examples to predict for: no targets are needed, and none are read.
  ///
  /// - Parameters:
  ///   - path: an image; a folder of images, with or without folders in it; an array (`.npy`) of shape [N, …shape]; or a table whose columns
  ///     are the inputs, with or without the target column.
  ///   - shape: of one example; images are resized to it.
  ///   - target: the name of the column to leave out of a table; without one it is the last, where there is one too many.
  public func inputs(_ path: String, shape: [Int], target: CSVSource.Target?, threads: Int?) throws(Diagnostic) -> Examples {
    guard path != "-" else { return try inputs(in: MappedFile.standardInput(), shape: shape, target: target) }
    switch DataSearch.kind(of: path) {
    case nil: throw Diagnostic(.dataMissing, .error, "there is nothing at `\(path)` to predict for")
    case .folder: return try images(Self.files(in: path), in: path, shape: shape, threads: threads)
    case .file: break
    }
    return try inputs(in: MappedFile(path), shape: shape, target: target)
  }

  /// By what the file holds, whatever its name says.
  private func inputs(in file: MappedFile, shape: [Int], target: CSVSource.Target?) throws(Diagnostic) -> Examples {
    try file.reading { bytes throws(Diagnostic) in
      if bytes.prefix(6).elementsEqual(NumPyHeader.magic) { return try array(bytes, file.path, shape: shape) }
      let image = bytes.bindMemory(to: UInt8.self)
      if (try? ImageFormat.recognise(image)) != nil { return try self.image(image, file.path, shape: shape) }
      return try table(file, shape: shape, target: target)
    }
  }

  private func image(_ bytes: UnsafeBufferPointer<UInt8>, _ path: String, shape: [Int]) throws(Diagnostic) -> Examples {
    try checkImages(shape, path)
    var problem: ImageProblem?
    let size = shape.reduce(1, *)
    let pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      guard let out = buffer.baseAddress else { return }
      do throws(ImageProblem) {
        try ImageReader().read(bytes, shape: shape, into: out)
        filled = size
      } catch { problem = error }
    }
    if let problem { throw ImageLoader.diagnostic([(path, problem)], of: 1) }
    return Examples(shape: shape, storage: .bytes(Stretch(pixels)), targets: .none, count: 1, origin: .files([path]))
  }

  private func checkImages(_ shape: [Int], _ path: String) throws(Diagnostic) {
    guard shape.count == 3, shape[2] == 1 || shape[2] == 3 else {
      throw Diagnostic(.dataShape, .error, "the model takes \(sizeText(shape)), `\(path)` holds images")
    }
  }

  /// The shape of an array file's examples; nil where the file is none.
  public func shapeOfArray(_ path: String) throws(Diagnostic) -> [Int]? {
    guard path == "-" || DataSearch.kind(of: path) == .file else { return nil }
    let file = path == "-" ? try MappedFile.standardInput() : try MappedFile(path)
    return try file.reading { bytes throws(Diagnostic) in
      guard bytes.prefix(6).elementsEqual(NumPyHeader.magic) else { return nil }
      let header = try NumPyHeader(bytes) { Diagnostic(.badArray, .error, "`\(file.path)` \($0)") }
      return Array(header.shape.dropFirst())
    }
  }

  private func array(_ bytes: UnsafeRawBufferPointer, _ path: String, shape: [Int]) throws(Diagnostic) -> Examples {
    let array = try NumPyArray(bytes, name: path)
    guard Array(array.shape.dropFirst()) == shape, let count = array.shape.first else {
      throw Diagnostic(
        .dataShape, .error, "`\(path)` has the shape \(sizeText(array.shape)), the model needs Nx\(sizeText(shape))",
        notes: ["the first number counts the examples; images are height x width x channels"])
    }
    if let place = array.values.firstIndex(where: { !$0.isFinite }) {
      let example = place / max(1, shape.reduce(1, *))
      throw Diagnostic(.badArray, .error, "example \(number(example)) of `\(path)` holds \(array.values[place])")
    }
    return Examples(
      shape: shape, storage: .floats(Stretch(array.values)), targets: .none, count: count, origin: .generated(lastComponent(path)))
  }

  private func images(_ paths: [String], in path: String, shape: [Int], threads: Int?) throws(Diagnostic) -> Examples {
    try checkImages(shape, path)
    guard !paths.isEmpty else { throw Diagnostic(.dataLayout, .error, "there are no images in `\(path)`") }
    var request = DataRequest()
    request.threads = threads
    let loader = ImageLoader(folder: ImageFolder(flat: path), request: request, usualShape: shape)
    return try loader.examples(ImageLoader.Files(paths: paths, labels: []), shape)
  }

  private func table(_ file: MappedFile, shape: [Int], target: CSVSource.Target?) throws(Diagnostic) -> Examples {
    let text = TableText(file: file)
    let (needed, overflow) = shape.reduce((1, false)) { ($0.0.multipliedReportingOverflow(by: $1).partialValue, $0.1 || $1 > 1 << 24) }
    return try text.withBytes { (start, limit) throws(Diagnostic) in
      var layout = try CSVLayout.recognise(text, target: nil, hasHeader: nil, needsTarget: false, from: start, to: limit, at: nil)
      let ids = layout.columns == needed + 1 ? layout.names.firstIndex { $0.lowercased() == "id" } : nil
      if let ids {
        layout.target = ids
      } else if layout.columns == needed {
        layout.target = layout.columns
      } else if case .name(let name)? = target, let column = layout.names.firstIndex(of: name) {
        layout.target = column
      }
      guard !overflow, layout.features.count == needed else {
        throw Diagnostic(
          .dataShape, .error, "the model takes \(counted(needed, "number")), \(text.name) has \(counted(layout.columns, "column"))",
          notes: ["the columns are the inputs; one more may hold the target, which is passed over, or be called `Id` and name the rows"])
      }
      var reader = CSVReader(text, layout, target: ids == nil ? .passedOver : .names, from: start, to: limit)
      let contents = try reader.contents()
      return Examples(
        shape: shape, storage: .floats(Stretch(contents.x)), targets: .none, count: contents.lines.count,
        origin: ids == nil ? .rows(file: text.name, lines: contents.lines) : .named(contents.target.labels))
    }
  }

  /// All files below a folder in the order of their names, as far down as folders of classes in folders of parts go.
  private static func files(in folder: String, depth: Int = 0) throws(Diagnostic) -> [String] {
    var paths: [String] = []
    for name in try DataSearch.names(in: folder) where !ImageFolder.isIgnored(name) {
      let path = join(folder, name)
      if DataSearch.kind(of: path) == .folder {
        if depth < 4 { paths += try files(in: path, depth: depth + 1) }
      } else {
        paths.append(path)
      }
    }
    return paths
  }
}

extension ImageFolder {
  /// Pictures without classes.
  init(flat path: String) {
    self.path = path
    train = Part(path: path, classes: [])
  }
}
