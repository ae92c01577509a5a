import NNDiagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Refuses data that the machine cannot hold, before memory is taken: running out of it would end the process.
enum Memory {
  /// Bytes of the machine.
  private static let physical: Int = {
    let (pages, size) = (Int(sysconf(Int32(_SC_PHYS_PAGES))), Int(sysconf(Int32(_SC_PAGESIZE))))
    return pages > 0 && size > 0 ? pages * size : .max
  }()

  /// - Parameters:
  ///   - count: how many there are of what.
  ///   - size: bytes of each.
  /// - Throws: NN310.
  static func check(_ count: Int, of size: Int, _ what: String, at place: SourceSpan? = nil) throws(Diagnostic) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    guard overflow || bytes > physical else { return }
    let needed = overflow ? "more bytes than can be counted" : "\(number(bytes >> 20)) MiB"
    throw Diagnostic(.memory, .error, "\(what) would take \(needed), the machine has \(number(physical >> 20)) MiB", at: place)
  }
}
