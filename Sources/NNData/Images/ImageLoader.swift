import NNDiagnostics
import Synchronization

/// Reads a folder of pictures into a data set, on all cores.
struct ImageLoader: DataReader {
  let folder: ImageFolder
  let request: DataRequest
  /// Where neither the model nor anything else says it: the usual size of a well-known set.
  let usualShape: [Int]?

  func load(name: String) throws(Diagnostic) -> Dataset {
    let classes = try agreedClasses(found: folder.train.classes, request, in: folder.path)
    let parts = try [folder.train, folder.validation, folder.test].map { part throws(Diagnostic) in
      guard let part else { return Files(paths: [], labels: []) }
      let (paths, labels) = try ImageFolder.files(part, order: classes)
      return Files(paths: paths, labels: labels)
    }
    let shape = try shape(of: parts.flatMap(\.paths))
    let fits = fit(parts.reduce(0) { $0 + $1.paths.count }, shape)
    let read = { (files: Files) throws(Diagnostic) in try fits ? examples(files, shape) : examples(among: files, shape) }
    let validation = folder.validation == nil ? nil : try read(parts[1])
    let test = folder.test == nil ? nil : try read(parts[2])
    var dataset = try Dataset(name: name, train: try read(parts[0]), validation: validation, test: test, request)
    dataset.classes = classes
    for (part, files) in [(folder.validation, parts[1]), (folder.test, parts[2])] {
      guard let part else { continue }
      let folders = (other: part.path, train: folder.train.path)
      let duplicates = DuplicateFiles(train: parts[0].paths, other: files.paths, folders: folders)
      if let warning = duplicates.diagnostic { dataset.warnings.append(warning) }
    }
    return dataset
  }

  /// Class folders and how many files they hold; sizes by the headers where the model states no input.
  func inspect(name: String) throws(Diagnostic) -> DataFacts {
    let classes = try agreedClasses(found: folder.train.classes, request, in: folder.path)
    var paths: [String] = []
    for part in [folder.train, folder.validation, folder.test] {
      if let part { paths += try ImageFolder.files(part, order: classes).paths }
    }
    var facts = DataFacts(name: name, classes: classes, count: paths.count)
    if folder.train.path != folder.path { facts.classesOrigin = "\(name)/\(lastComponent(folder.train.path))" }
    do throws(Diagnostic) { facts.shape = try shape(of: paths) } catch {
      if error.code != .noInput { throw error }
      facts.shapeProblem = error
    }
    return facts
  }

  struct Files {
    var paths: [String]
    var labels: [Int32]
  }

  // MARK: - Shape

  /// What the model states, or the usual shape, or what all pictures share.
  private func shape(of paths: [String]) throws(Diagnostic) -> [Int] {
    if let shape = request.shape {
      guard shape.count == 3, shape[2] == 1 || shape[2] == 3, shape.allSatisfy({ $0 > 0 && $0 <= 16_384 }),
        shape[0] * shape[1] <= Picture.largestCount
      else {
        throw Diagnostic(
          .dataShape, .error, "the model takes \(sizeText(shape)), \(folder.path) holds images", at: request.statements["input"],
          notes: ["images are resized to any height and width, with 1 channel (grey) or 3 (RGB)"])
      }
      return shape
    }
    if let usualShape { return usualShape }
    var counts: [[Int]: Int] = [:]
    for size in try sizes(of: paths) { counts[size, default: 0] += 1 }
    if counts.count == 1, let shape = counts.keys.first { return shape }
    let common = counts.sorted { ($1.value, $0.key.description) < ($0.value, $1.key.description) }
    let list = common.map { "\(sizeText($0.key)) (\(number($0.value)))" }
    throw Diagnostic(
      .noInput, .error, "the images of \(folder.path) have different sizes, and the model does not say which it takes",
      notes: ["sizes: \(listed(list, limit: 8))"],
      fixes: [.init("add `input \(sizeText(common.first?.key ?? [224, 224, 1]))`, or another size")])
  }

  // MARK: - Decoding

  func examples(_ files: Files, _ shape: [Int]) throws(Diagnostic) -> Examples {
    let size = shape.reduce(1, *)
    guard fit(files.paths.count, shape) else { return try examples(among: files, shape) }
    let total = files.paths.count * size
    let pixels = try filled(total) { out throws(Diagnostic) in
      try eachFile(files.paths) { reader, path, index throws(ImageProblem) in
        try reader.read(path, shape: shape, into: out.pointer + index * size)
      }
    }
    return Examples(
      shape: shape, storage: .bytes(Stretch(pixels)), targets: files.labels.isEmpty ? .none : .classes(files.labels),
      count: files.paths.count,
      origin: .files(files.paths))
  }

  /// Whether all of them, decoded, may be in memory at once.
  private func fit(_ count: Int, _ shape: [Int]) -> Bool {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: shape.reduce(1, *))
    return !overflow && bytes <= request.imageMemory
  }

  /// Files that are decoded when they are needed; that each is an image is seen to now.
  private func examples(among files: Files, _ shape: [Int]) throws(Diagnostic) -> Examples {
    _ = try sizes(of: files.paths)
    return Examples(
      shape: shape, storage: .files(ImageFiles(paths: files.paths, shape: shape)),
      targets: files.labels.isEmpty ? .none : .classes(files.labels), count: files.paths.count, origin: .files(files.paths))
  }

  private func sizes(of paths: [String]) throws(Diagnostic) -> [[Int]] {
    let found = Mutex([[Int]](repeating: [], count: paths.count))
    try eachFile(paths) { reader, path, index throws(ImageProblem) in
      let size = try reader.size(of: path)
      found.withLock { $0[index] = size }
    }
    return found.withLock { $0 }
  }

  /// Calls for every file, on all cores. Every file is tried, so that all broken ones are named at once.
  private func eachFile(
    _ paths: [String], _ body: @Sendable (_ reader: ImageReader, _ path: String, _ index: Int) throws(ImageProblem) -> Void
  ) throws(Diagnostic) {
    let failures = Mutex<[(index: Int, problem: ImageProblem)]>([])
    Workers.run(pieces: paths.count, threads: request.threads) { next in
      let reader = ImageReader()
      while let index = next() {
        do throws(ImageProblem) { try body(reader, paths[index], index) } catch { failures.withLock { $0.append((index, error)) } }
      }
    }
    let found = failures.withLock { $0 }.sorted { $0.index < $1.index }
    guard !found.isEmpty else { return }
    throw ImageLoader.diagnostic(found.map { (paths[$0.index], $0.problem) }, of: paths.count)
  }

  static func diagnostic(_ failures: [(path: String, problem: ImageProblem)], of count: Int) -> Diagnostic {
    var lines: [String] = []
    for (path, problem) in failures {
      switch problem {
      case .missingLibrary(let format):
        return Diagnostic(
          .missingLibrary, .error, "\(path) is a \(format.rawValue) image, and \(format.library), which reads it, is not installed",
          fixes: [.init("install it: \(format.packages)")])
      case .broken(let reason): lines.append("\(path): \(reason)")
      }
    }
    if lines.count == 1, let line = lines.first { return Diagnostic(.badImage, .error, line) }
    var notes = Array(lines.prefix(10))
    if lines.count > notes.count { notes.append("and \(number(lines.count - notes.count)) more") }
    return Diagnostic(.badImage, .error, "\(number(lines.count)) of \(number(count)) image files cannot be read", notes: notes)
  }
}

/// A place for pixels that several threads write, each its own examples.
private struct PixelMemory: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<UInt8>
}

/// An array of `count` bytes that `body` fills.
private func filled(_ count: Int, _ body: (PixelMemory) throws(Diagnostic) -> Void) throws(Diagnostic) -> [UInt8] {
  var problem: Diagnostic?
  let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
    guard let pointer = buffer.baseAddress else { return }
    do throws(Diagnostic) {
      try body(PixelMemory(pointer: pointer))
      filled = count
    } catch { problem = error }
  }
  if let problem { throw problem }
  return bytes
}
