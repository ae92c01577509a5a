#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Why a file could not be read or written; `message` is fit for a user.
public struct FileError: Error, Equatable, Sendable {
  public var path: String
  /// `write`, `open`
  public var action: String
  /// The system's words: `No space left on device`.
  public var reason: String

  static let isFolder = "it is a folder"

  /// `cannot write runs/iris-001/best.safetensors: No space left on device`
  public var message: String { "cannot \(action) \(path): \(reason)" }

  public init(path: String, action: String, reason: String) {
    self.path = path
    self.action = action
    self.reason = reason
  }

  /// From `errno`.
  public static func last(_ action: String, _ path: String) -> FileError {
    FileError(path: path, action: action, reason: String(cString: strerror(errno)))
  }
}

/// Files that are written whole or not at all: a reader sees the old file or the new one, whenever the power fails.
public enum AtomicFile {
  /// What the process takes away from the rights of its files. The system tells it only while it sets another: two threads that asked at the same time
  /// could leave none.
  private static let mask: mode_t = {
    let mask = umask(0)
    umask(mask)
    return mask
  }()

  /// Writes a temporary file in the folder of `path`, brings it to the disk and gives it its name.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) { try write(CollectionOfOne(bytes), to: path) }

  /// The same, piece by piece: a file that is never in memory as a whole.
  public static func write(_ pieces: some Sequence<[UInt8]>, to path: String) throws(FileError) {
    var template = Array("\(path).XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw .last("write", path) }
    let temporary = template
    do throws(FileError) {
      // mkstemp gives the file to its owner alone; a result may be read by whom the process's mask allows.
      guard fchmod(descriptor, 0o666 & ~mask) == 0 else { throw .last("write", path) }
      for piece in pieces { try writeAll(piece, descriptor, path) }
      guard fsync(descriptor) == 0 else { throw .last("write", path) }
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    guard close(descriptor) == 0, rename(temporary, path) == 0 else {
      let problem = FileError.last("write", path)
      unlink(temporary)
      throw problem
    }
  }

  /// The same for text, as UTF-8.
  public static func write(_ text: String, to path: String) throws(FileError) { try write(Array(text.utf8), to: path) }

  private static func writeAll(_ bytes: [UInt8], _ descriptor: Int32, _ path: String) throws(FileError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { writeSome(descriptor, $0, from: written) }
      if count < 0 {
        if errno == EINTR { continue }
        throw .last("write", path)
      }
      written += count
    }
  }

  private static func writeSome(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    // Single writes of 2 GiB or more are refused or cut by some systems.
    #if canImport(Glibc)
      return Glibc.write(descriptor, base + start, min(bytes.count - start, 1 << 30))
    #elseif canImport(Musl)
      return Musl.write(descriptor, base + start, min(bytes.count - start, 1 << 30))
    #else
      return Darwin.write(descriptor, base + start, min(bytes.count - start, 1 << 30))
    #endif
  }

  /// The whole file; refused above `limit` bytes before any of it is read.
  public static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .last("open", path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .last("read", path) }
    let kind = status.st_mode & S_IFMT
    guard kind == S_IFREG else {
      throw FileError(path: path, action: "read", reason: kind == S_IFDIR ? FileError.isFolder : "it is not a file")
    }
    let size = Int(status.st_size)
    guard size <= limit else {
      throw FileError(path: path, action: "read", reason: "it has \(size) bytes, more than the \(limit) that are needed")
    }
    var filled = 0
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while filled < size, let base = buffer.baseAddress {
        let got = readSome(descriptor, base + filled, size - filled)
        if got < 0, errno == EINTR { continue }
        if got <= 0 { failed = got < 0; break }
        filled += got
      }
      count = filled
    }
    if failed { throw .last("read", path) }
    return bytes
  }

  private static func readSome(_ descriptor: Int32, _ base: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
    #if canImport(Glibc)
      return Glibc.read(descriptor, base, min(count, 1 << 30))
    #elseif canImport(Musl)
      return Musl.read(descriptor, base, min(count, 1 << 30))
    #else
      return Darwin.read(descriptor, base, min(count, 1 << 30))
    #endif
  }
}
