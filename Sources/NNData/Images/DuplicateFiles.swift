import NNDiagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// NN504: files that are, byte for byte, in the training part and in another one.
struct DuplicateFiles {
  private let pairs: [(other: String, train: String)]
  private let folders: (other: String, train: String)

  /// - Parameters:
  ///   - train: paths of the training part, below `folders.train`.
  ///   - other: paths of the test or validation part.
  init(train: [String], other: [String], folders: (other: String, train: String)) {
    self.folders = folders
    // Files of different lengths are different: only those of a length that both parts have are read.
    let sizes = Set(train.map(DuplicateFiles.size)).intersection(other.map(DuplicateFiles.size))
    var byContent: [Content: [String]] = [:]
    for path in train {
      if let content = DuplicateFiles.content(path, among: sizes) { byContent[content, default: []].append(path) }
    }
    var pairs: [(other: String, train: String)] = []
    for path in other {
      guard let content = DuplicateFiles.content(path, among: sizes), let candidates = byContent[content] else { continue }
      if let same = candidates.first(where: { DuplicateFiles.areEqual($0, path) }) { pairs.append((path, same)) }
    }
    self.pairs = pairs
  }

  var diagnostic: Diagnostic? {
    guard !pairs.isEmpty else { return nil }
    let shown = pairs.prefix(3).map { "\(lastComponent($0.other)) = \(lastComponent($0.train))" }.joined(separator: ", ")
    let files = pairs.count == 1 ? "1 file is" : "\(number(pairs.count)) files are"
    let names = (lastComponent(folders.train), lastComponent(folders.other))
    return Diagnostic(
      .duplicates, .warning, "\(files) in both \(names.0) and \(names.1) (same bytes): \(shown)\(pairs.count > 3 ? " …" : "")",
      notes: ["the network has seen these answers in training: the result on this part is better than the network is"],
      fixes: [.init("remove one of each pair, for example from \(folders.train)")])
  }

  private struct Content: Hashable {
    let size: Int
    let hash: UInt64
  }

  private static func size(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : -1
  }

  /// FNV-1a, 64 bits (Fowler, Noll, Vo); nil for files that need not be read, and for those that cannot be.
  private static func content(_ path: String, among sizes: Set<Int>) -> Content? {
    let size = size(path)
    guard size > 0, sizes.contains(size), let file = try? MappedFile(path) else { return nil }
    return try? file.reading { bytes in
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      return Content(size: size, hash: hash)
    }
  }

  private static func areEqual(_ a: String, _ b: String) -> Bool {
    guard let first = try? MappedFile(a), let second = try? MappedFile(b) else { return false }
    let isEqual = try? first.reading { a throws(Diagnostic) in try second.reading { b in a.elementsEqual(b) } }
    return isEqual ?? false
  }
}
