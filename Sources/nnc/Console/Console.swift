#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Standard output and standard error: results go to the one, messages to the other.
///
/// Output is collected and written in large pieces. When the reader of a pipe has gone (`nnc check x.nn | head`), what is left to say is dropped
/// and the command goes on to its end; any other failure to write is reported by `finish`.
final class Console {
  private var pending: [UInt8] = []
  private var outputFailure: Int32?
  private(set) var outputHasColor: Bool
  private(set) var errorHasColor: Bool
  /// `--format json`: problems are objects, too.
  private(set) var isJSON = false
  /// A moving progress bar may be drawn on standard error.
  let errorIsTerminal = isatty(STDERR_FILENO) == 1

  init() {
    // A reader that has gone, and a file that may not grow, are errors of `write`, which are told.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    outputHasColor = Console.wantsColor(STDOUT_FILENO)
    errorHasColor = Console.wantsColor(STDERR_FILENO)
  }

  /// Takes `--color` and `--format`.
  func configure(_ invocation: Invocation) {
    isJSON = invocation.choice(.format) == "json"
    switch invocation.choice(.color) {
    case "always": (outputHasColor, errorHasColor) = (true, true)
    case "never": (outputHasColor, errorHasColor) = (false, false)
    default: break
    }
  }

  private static func wantsColor(_ descriptor: Int32) -> Bool {
    func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
    return isatty(descriptor) == 1 && variable("NO_COLOR").isEmpty && variable("TERM") != "dumb"
  }

  /// To standard output.
  func write(_ text: String) { write(text.utf8) }

  func write(_ bytes: some Sequence<UInt8>) {
    pending += bytes
    if pending.count >= 1 << 16 { flush() }
  }

  /// To standard error, behind all that was written to standard output before.
  func writeError(_ text: String) {
    flush()
    _ = Console.writeAll(Array(text.utf8), to: STDERR_FILENO)
  }

  func flush() {
    defer { pending.removeAll(keepingCapacity: true) }
    if outputFailure == nil { outputFailure = Console.writeAll(pending, to: STDOUT_FILENO) }
  }

  /// Writes what is pending; a result that could not be written is an error, whatever the command said.
  func finish(_ code: ExitCode) -> ExitCode {
    flush()
    guard let outputFailure, outputFailure != EPIPE else { return code }
    writeError("error: cannot write to standard output: \(String(cString: strerror(outputFailure)))\n")
    return code == .fine ? .wrongUsage : code
  }

  /// The number of the error, nil where all went well.
  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    var done = 0
    while done < bytes.count {
      #if canImport(Glibc)
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, bytes.count - done) }
      #else
        let count = bytes.withUnsafeBytes { Darwin.write(descriptor, $0.baseAddress! + done, bytes.count - done) }
      #endif
      if count >= 0 { done += count } else if errno != EINTR { return errno }
    }
    return nil
  }
}
