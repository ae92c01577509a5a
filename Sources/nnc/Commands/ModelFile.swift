import NNDiagnostics
import NNGraph
import NNRuntime
import NNSyntax

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads the text files that a command names: models, and the libraries they use.
enum ModelFile {
  /// `-` is standard input. A folder, a missing or unreadable file, and one above `Limits.fileSize` are NN108.
  static func read(_ path: String) throws(Diagnostic) -> SourceFile {
    do throws(FileProblem) { return try contents(of: path) } catch {
      throw Diagnostic(.unreadable, .error, "cannot read `\(path == "-" ? "standard input" : path)`: \(error.reason)")
    }
  }

  /// The same, for a caller that says itself which file it was.
  static func contents(of path: String) throws(FileProblem) -> SourceFile {
    guard path != "-" else { return SourceFile(name: "<stdin>", bytes: try readAll(STDIN_FILENO)) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .last }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw FileProblem("it is a folder") }
    return SourceFile(name: path, bytes: try readAll(descriptor))
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Writes a model file anew, whole or not at all; a symbolic link stays one, and the file keeps who may read and write it.
  static func replace(_ path: String, with bytes: [UInt8]) throws {
    guard let resolved = realpath(path, nil) else { throw FileError.last("write", path) }
    defer { free(resolved) }
    let target = String(cString: resolved)
    var status = stat()
    guard stat(target, &status) == 0 else { throw FileError.last("write", path) }
    guard access(target, W_OK) == 0 else { throw FileError.last("write", path) }
    try AtomicFile.write(bytes, to: target)
    guard chmod(target, status.st_mode & 0o7777) == 0 else { throw FileError.last("write", path) }
  }

  private static func readAll(_ descriptor: Int32) throws(FileProblem) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = piece.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .last }
      guard count > 0 else { return bytes }
      bytes += piece[..<count]
      guard bytes.count <= Limits.fileSize else {
        throw FileProblem("it has more than \(Limits.fileSize.grouped) bytes, the most that a model file may have")
      }
    }
  }

  /// The system's `read`, which this type has another of.
  static func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, buffer, count)
    #else
      Darwin.read(descriptor, buffer, count)
    #endif
  }
}

extension FileProblem {
  /// What the system said last.
  fileprivate static var last: FileProblem { FileProblem(String(cString: strerror(errno)).lowercasedFirst) }
}

extension String {
  /// The system's words (`No such file or directory`) inside a sentence.
  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
