import NNDiagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Refuses what the machine cannot hold, before memory is taken: running out of it would end the process.
public enum Memory {
  /// Bytes of the machine; `Int.max` where it does not tell.
  public static let physical: Int = {
    let (pages, size) = (Int(sysconf(Int32(_SC_PHYS_PAGES))), Int(sysconf(Int32(_SC_PAGESIZE))))
    let (bytes, overflow) = pages.multipliedReportingOverflow(by: size)
    return overflow || bytes <= 0 ? .max : bytes
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
