import NNDiagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Refuses what the machine cannot hold, before memory is taken: running out of it would end the process.
public enum Memory {
  /// Bytes of the machine, or of the container that the process runs in; `Int.max` where neither tells.
  static let physical: Int = {
    let (pages, size) = (Int(sysconf(Int32(_SC_PHYS_PAGES))), pageSize)
    let (bytes, overflow) = pages.multipliedReportingOverflow(by: size)
    // Control groups of Linux, version 2 and 1: a number, or the word `max`.
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap { firstNumber(of: $0) }
    return limits.filter { $0 > 0 }.reduce(overflow || bytes <= 0 ? .max : bytes, min)
  }()

  /// Bytes that the process may still take: those of the machine, or less where it is limited (`ulimit -v`).
  public static var available: Int {
    var limit = rlimit()
    #if canImport(Glibc)
      let status = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
    #else
      let status = getrlimit(RLIMIT_AS, &limit)
    #endif
    guard status == 0, limit.rlim_cur < UInt(Int.max) else { return physical }
    // What is mapped already counts, and a quarter of the rest goes for stacks and small things.
    let taken = (firstNumber(of: "/proc/self/statm") ?? 0) * pageSize
    return min(physical, max(0, Int(limit.rlim_cur) - taken) / 4 * 3)
  }

  private static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))

  /// The number that a file of the system begins with.
  private static func firstNumber(of path: String) -> Int? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 64)
    guard fgets(&line, 64, file) != nil else { return nil }
    return Int(String(decoding: line.lazy.map { UInt8(bitPattern: $0) }.prefix { (48...57).contains($0) }, as: UTF8.self))
  }

  /// - Parameters:
  ///   - count: how many there are of what.
  ///   - size: bytes of each.
  /// - Throws: NN310.
  static func check(_ count: Int, of size: Int, _ what: String, at place: SourceSpan? = nil) throws(Diagnostic) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    let available = available
    guard overflow || bytes > available else { return }
    let needed = overflow ? "more bytes than can be counted" : "\(number(bytes >> 20)) MiB"
    throw Diagnostic(.memory, .error, "\(what) would take \(needed), there are \(number(available >> 20)) MiB", at: place)
  }
}
