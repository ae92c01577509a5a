#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A folder to write several files into: made, or found empty.
struct EmptyFolder {
  let path: String

  /// - Parameter what: is to be written: `a package`.
  init(_ path: String, for what: String) throws(FileError) {
    self.path = path
    guard mkdir(path, 0o777) != 0 else { return }
    guard errno == EEXIST else { throw .last("create", path) }
    guard try RunFolder.entries(of: path).isEmpty else { throw .taken(path, by: what) }
  }

  /// A folder in it; those above it are there.
  func makeFolder(_ name: String) throws(FileError) {
    guard mkdir("\(path)/\(name)", 0o777) == 0 else { throw .last("create", "\(path)/\(name)") }
  }
}
