import NNRuntime

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Why a file could not be written; `NNGraph` has a type of this name for files that cannot be read.
typealias FileError = NNRuntime.FileError

extension FileError {
  /// Of a folder that has to be empty.
  static func taken(_ path: String, by what: String) -> FileError {
    FileError(path: path, action: "write into", reason: "it holds files already, and \(what) overwrites none")
  }
}

/// The folder that a run writes its results into. It is claimed when it is made, so that two runs at once never share one, and no file of
/// an earlier run is ever overwritten.
struct RunFolder: Sendable {
  let path: String
  /// Held while the run goes on.
  private let lock: FolderLock?

  private init(path: String) {
    self.path = path
    lock = FolderLock.take(path)
  }

  /// `--resume RUN`: the folder of a run that is not going on.
  static func resumed(_ path: String) throws(FileError) -> RunFolder {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError(path: path, action: "resume", reason: "no such folder") }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw FileError(path: path, action: "resume", reason: "it is a file, and a run a folder")
    }
    let folder = RunFolder(path: path)
    guard folder.lock != nil else { throw FileError(path: path, action: "resume", reason: "the run is still going on") }
    for place in [path, folder.file("tb")] {
      for name in (try? entries(of: place)) ?? [] where isLeftOver(name) { unlink("\(place)/\(name)") }
    }
    return folder
  }

  /// A file that was being written when the process was killed: `metrics.csv.Xa3b9Q`.
  private static func isLeftOver(_ name: String) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 2, let last = parts.last, last.count == 6, last.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
      return false
    }
    return ["nn", "csv", "json", "safetensors", "svg", "html", "nnc"].contains(parts[parts.count - 2])
  }

  /// A folder inside of this one, which must not exist yet.
  func making(_ name: String) throws(FileError) -> RunFolder {
    guard mkdir(file(name), 0o777) == 0 else { throw .last("create", file(name)) }
    return RunFolder(path: file(name))
  }

  /// `runs/NAME-001`, or the next number that is free.
  static func next(for name: String, in parent: String = "runs") throws(FileError) -> RunFolder {
    try makeFolder(parent)
    let prefix = safe(name) + "-"
    var number = (try highestNumber(prefix, in: parent)) + 1
    while true {
      let digits = String(number)
      let path = "\(parent)/\(prefix)\(String(repeating: "0", count: max(0, 3 - digits.count)))\(digits)"
      if mkdir(path, 0o777) == 0 { return RunFolder(path: path) }
      guard errno == EEXIST, number < Int.max else { throw .last("create", path) }
      number += 1
    }
  }

  /// `--out DIR`: made where it is missing; one that holds anything is refused.
  static func at(_ path: String) throws(FileError) -> RunFolder {
    var parents = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
      parents += part + "/"
      if !part.isEmpty { try makeFolder(parents) }
    }
    try makeFolder(path)
    let taken = FileError.taken(path, by: "a run")
    guard try entries(of: path).isEmpty else { throw taken }
    // Of two runs that found it empty, one makes this file.
    let claim = open(path + "/model.nn", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o666)
    guard claim >= 0 else { throw errno == EEXIST ? taken : .last("create", path + "/model.nn") }
    close(claim)
    return RunFolder(path: path)
  }

  /// A folder inside of this one, made where it is missing.
  func subfolder(_ name: String) throws(FileError) -> RunFolder {
    try RunFolder.makeFolder(file(name))
    return RunFolder(path: file(name))
  }

  func write(_ text: String, to name: String) throws(FileError) { try AtomicFile.write(text, to: file(name)) }

  func write(_ bytes: [UInt8], to name: String) throws(FileError) { try AtomicFile.write(bytes, to: file(name)) }

  /// Piece by piece.
  func write(_ pieces: some Sequence<String>, to name: String) throws(FileError) {
    try AtomicFile.write(pieces.lazy.map { Array($0.utf8) }, to: file(name))
  }

  func file(_ name: String) -> String { path + "/" + name }

  /// Letters, digits, `_`, `-` and `.` as they are, anything else as `_`; never a hidden or a parent folder.
  static func safe(_ name: String) -> String {
    let kept = String(
      name.unicodeScalars.prefix(64).map {
        ($0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0))) || "_-.".unicodeScalars.contains($0) ? Character($0) : "_"
      })
    return kept.isEmpty || kept.hasPrefix(".") ? "_" + kept : kept
  }

  private static func makeFolder(_ path: String) throws(FileError) {
    guard mkdir(path, 0o777) != 0 else { return }
    let reason = errno
    var status = stat()
    if reason == EEXIST || reason == EROFS, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
    errno = reason
    throw .last("create", path)
  }

  /// The highest number behind `prefix` of any entry; 0 where there is none.
  private static func highestNumber(_ prefix: String, in parent: String) throws(FileError) -> Int {
    let numbers = try entries(of: parent).compactMap { entry in
      entry.hasPrefix(prefix) ? Int(entry.dropFirst(prefix.count)).flatMap { (1..<1_000_000_000).contains($0) ? $0 : nil } : nil
    }
    return numbers.max() ?? 0
  }

  /// The names of all that is in a folder.
  static func entries(of path: String) throws(FileError) -> [String] {
    guard let folder = opendir(path) else { throw .last("open", path) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}

/// A lock on a folder, which the system lets go of when the process ends in whatever way.
private final class FolderLock: Sendable {
  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  /// nil where another process holds it, or the folder cannot be opened.
  static func take(_ path: String) -> FolderLock? {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    let lock = FolderLock(descriptor: descriptor)
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? lock : nil
  }

  deinit { close(descriptor) }
}
