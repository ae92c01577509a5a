import NNDiagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file as bytes in memory, read by the system as they are touched: a table of a gigabyte needs no second gigabyte.
final class MappedFile: @unchecked Sendable {
  let path: String
  /// Read only, for as long as this object lives.
  let bytes: UnsafeRawBufferPointer

  init(_ path: String) throws(Diagnostic) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw MappedFile.unreadable(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw MappedFile.unreadable(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Diagnostic(.dataMissing, .error, "\(path) is \(status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "no regular file")")
    }
    let size = Int(status.st_size)
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else { throw MappedFile.unreadable(path) }
    madvise(start, size, MADV_SEQUENTIAL)
    bytes = UnsafeRawBufferPointer(start: start, count: size)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  /// Lets the system take back the memory of bytes that have been read; they are fetched again if they are touched again.
  func release(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) {
    guard let base = bytes.baseAddress else { return }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let first = (UnsafeRawPointer(start) - base + page - 1) / page * page
    let last = (UnsafeRawPointer(end) - base) / page * page
    if first < last { madvise(UnsafeMutableRawPointer(mutating: base + first), last - first, MADV_DONTNEED) }
  }

  private static func unreadable(_ path: String) -> Diagnostic {
    Diagnostic(.dataMissing, .error, "\(path) cannot be read: \(String(cString: strerror(errno)))")
  }
}
