import NNDiagnostics
import NNRuntime

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads the text files that a command names: models, and the libraries they use.
enum ModelFile {
  /// Ten megabytes; a longer file is not a network that somebody wrote.
  static let limit = 10 << 20

  /// `-` is standard input. A folder, a missing or unreadable file, and one above the limit are NN108.
  static func read(_ path: String) throws(Diagnostic) -> SourceFile {
    guard path != "-" else { return SourceFile(name: "<stdin>", bytes: try readAll(STDIN_FILENO, "standard input")) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(path, String(cString: strerror(errno)).lowercasedFirst) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw unreadable(path, String(cString: strerror(errno)).lowercasedFirst) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw unreadable(path, "it is a folder") }
    return SourceFile(name: path, bytes: try readAll(descriptor, path))
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

  private static func readAll(_ descriptor: Int32, _ name: String) throws(Diagnostic) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = piece.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw unreadable(name, String(cString: strerror(errno)).lowercasedFirst) }
      guard count > 0 else { return bytes }
      bytes += piece[..<count]
      guard bytes.count <= limit else {
        throw Diagnostic(.limit, .error, "`\(name)` has more than \(limit.grouped) bytes, the most that a model file may have")
      }
    }
  }

  private static func unreadable(_ path: String, _ reason: String) -> Diagnostic {
    Diagnostic(.unreadable, .error, "cannot read `\(path)`: \(reason)")
  }

  private static func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, buffer, count)
    #else
      Darwin.read(descriptor, buffer, count)
    #endif
  }
}

extension String {
  /// The system's words (`No such file or directory`) inside a sentence.
  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
