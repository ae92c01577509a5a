#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A system library that is opened when it is first needed, and stays open.
struct DynamicLibrary: @unchecked Sendable {
  private let handle: UnsafeMutableRawPointer

  /// The first of the names that the system's loader finds; nil where it finds none.
  init?(_ names: [String]) {
    for name in names {
      if let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) {
        self.handle = handle
        return
      }
    }
    return nil
  }

  /// A function of the library as a C function pointer type; nil where the library has none of this name.
  func function<F>(_ name: String, as type: F.Type) -> F? {
    guard let address = dlsym(handle, name), MemoryLayout<F>.size == MemoryLayout<UnsafeMutableRawPointer>.size else { return nil }
    return unsafeBitCast(address, to: type)
  }
}
