import NNDiagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file as bytes in memory, read by the system as they are touched: a table of a gigabyte needs no second gigabyte.
final class MappedFile: @unchecked Sendable {
  let path: String
  /// Read only, for as long as this object lives; hence given to `reading` alone.
  private let bytes: UnsafeRawBufferPointer
  /// Bytes of memory that are taken.
  private let mapped: Int
  private let isFile: Bool
  /// Kept open while the file is mapped, and looked at when it has been read.
  private let watch: FileWatch?

  init(_ path: String) throws(Diagnostic) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw MappedFile.unreadable(path) }
    let watch = FileWatch(descriptor)
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw MappedFile.unreadable(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Diagnostic(.dataMissing, .error, "\(path) is \(status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "no regular file")")
    }
    let size = Int(status.st_size)
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      mapped = 0
      isFile = true
      self.watch = nil
      return
    }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else { throw MappedFile.unreadable(path) }
    madvise(start, size, MADV_SEQUENTIAL)
    let contents = UnsafeRawBufferPointer(start: start, count: size)
    watch.begin(start, size)
    guard Gzip.isGzip(contents) else {
      (bytes, mapped, isFile, self.watch) = (contents, size, true, watch)
      return
    }
    defer { munmap(start, size) }
    let memory = try MappedFile.reading(contents, path, watch) { contents throws(Diagnostic) in try MappedFile.unpacked(contents, path) }
    (bytes, mapped, isFile, self.watch) = (UnsafeRawBufferPointer(memory), memory.count, false, nil)
  }

  /// Calls `body` with the bytes, which are there until it returns. What is cut off the file meanwhile reads as zeros.
  /// - Throws: what `body` does; NN503 where the file has become shorter since it was opened, whatever `body` makes of that.
  func reading<R>(_ body: (UnsafeRawBufferPointer) throws(Diagnostic) -> R) throws(Diagnostic) -> R {
    // The last owner may have let go of the file: nothing but this call uses it then.
    defer { withExtendedLifetime(self) {} }
    return try MappedFile.reading(bytes, path, watch, body)
  }

  private static func reading<R>(
    _ bytes: UnsafeRawBufferPointer, _ path: String, _ watch: FileWatch?, _ body: (UnsafeRawBufferPointer) throws(Diagnostic) -> R
  ) throws(Diagnostic) -> R {
    let result: Result<R, Diagnostic>
    do throws(Diagnostic) { result = .success(try body(bytes)) } catch { result = .failure(error) }
    if let watch, watch.isCut {
      throw Diagnostic(
        .dataLayout, .error, "\(path) became shorter while it was read", fixes: [.init("try again when it is written whole")])
    }
    return try result.get()
  }

  /// The contents of a gzip file, in memory of their own.
  private static func unpacked(_ contents: UnsafeRawBufferPointer, _ path: String) throws(Diagnostic) -> UnsafeMutableRawBufferPointer {
    let bytes: [UInt8]
    do throws(Inflate.Problem) { bytes = try Gzip.contents(contents, limit: Memory.available / 2) } catch {
      throw Diagnostic(.dataLayout, .error, "\(path) \(error.message)")
    }
    guard !bytes.isEmpty, let start = mmap(nil, bytes.count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0), start != MAP_FAILED
    else {
      throw Diagnostic(.dataLayout, .error, bytes.isEmpty ? "\(path) holds nothing" : "\(path) does not fit into memory")
    }
    bytes.withUnsafeBytes { if let base = $0.baseAddress { start.copyMemory(from: base, byteCount: bytes.count) } }
    return UnsafeMutableRawBufferPointer(start: start, count: bytes.count)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), mapped) }
  }

  /// Lets the system take back the memory of bytes that have been read; they are fetched again if they are touched again.
  func release(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
    // What came through a pipe cannot be fetched again.
    guard let base = bytes.baseAddress, isFile else { return }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let first = (UnsafeRawPointer(start) - base + page - 1) / page * page
    let last = (UnsafeRawPointer(end) - base) / page * page
    if first < last { madvise(UnsafeMutableRawPointer(mutating: base + first), last - first, MADV_DONTNEED) }
  }

  /// All of standard input, read once; later calls give the same.
  static func standardInput() throws(Diagnostic) -> MappedFile { try wholeInput.get() }

  private static let wholeInput: Result<MappedFile, Diagnostic> = {
    let (piece, limit) = (1 << 20, 1 << 40)
    var (capacity, filled) = (piece, 0)
    var start = mmap(nil, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    while let base = start, base != MAP_FAILED {
      if filled == capacity {
        let larger = mmap(nil, capacity * 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
        if let larger, larger != MAP_FAILED { larger.copyMemory(from: base, byteCount: filled) }
        munmap(base, capacity)
        (start, capacity) = (larger, capacity * 2)
        continue
      }
      let count = read(STDIN_FILENO, base + filled, capacity - filled)
      if count < 0, errno == EINTR { continue }
      guard count >= 0, filled <= limit else { return .failure(unreadable("standard input")) }
      guard count > 0 else { return .success(MappedFile("standard input", base, filled, of: capacity)) }
      filled += count
    }
    return .failure(unreadable("standard input"))
  }()

  private init(_ name: String, _ start: UnsafeMutableRawPointer, _ count: Int, of capacity: Int) {
    path = name
    bytes = UnsafeRawBufferPointer(start: start, count: count)
    mapped = capacity
    isFile = false
    watch = nil
  }

  private static func unreadable(_ path: String) -> Diagnostic {
    Diagnostic(.dataMissing, .error, "\(path) cannot be read: \(String(cString: strerror(errno)))")
  }
}
