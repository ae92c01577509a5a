import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Another program, run by a test; what it writes goes to files, so that no pipe can fill up.
///
/// Not Foundation's `Process`: on Linux it copies whole entries of `/proc/self/fd` to find open files, which reads past the end of the entries where there
/// are many, and now and then ends the process.
public final class Program: Sendable {
  public let identifier: pid_t
  private let status = Mutex<Int32?>(nil)

  /// - Parameters:
  ///   - name: a path, or a name to look for in PATH.
  ///   - folder: where it runs; relative paths below are meant from here too.
  ///   - errors: nil: together with `output`.
  ///   - environment: nil: as that of the tests.
  public init(
    _ name: String, _ arguments: [String] = [], in folder: String, input: String = "/dev/null", output: String, errors: String? = nil,
    environment: [String: String]? = nil
  ) throws {
    // A shell, since not every system can spawn into another folder; it is replaced by the program.
    let shell = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder, name] + arguments
    var (actions, attributes) = (Actions(), Attributes())
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    if let errors {
      posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    } else {
      posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    }
    // The threads that tests run on take no signals, and a program would inherit that.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let variables = environment.map { $0.map { "\($0.key)=\($0.value)" } } ?? Program.inherited
    identifier = try Program.withWords(shell) { words in
      try Program.withWords(variables) { variables in
        var process: pid_t = 0
        let problem = posix_spawn(&process, "/bin/sh", &actions, &attributes, words, variables)
        guard problem == 0 else { throw Problem(description: "cannot run \(name): \(String(cString: strerror(problem)))") }
        return process
      }
    }
  }

  private static var inherited: [String] {
    var (variables, place) = ([String](), environ)
    while let variable = place.pointee {
      variables.append(String(cString: variable))
      place += 1
    }
    return variables
  }

  public struct Problem: Error, CustomStringConvertible {
    public var description: String
  }

  public var isRunning: Bool { look(WNOHANG) == nil }

  /// Waits for its end.
  /// - Returns: its status, or the signal that ended it.
  public func wait() -> Int32 { look(0) ?? -1 }

  public func send(_ signal: Int32) { kill(identifier, signal) }

  private func look(_ options: Int32) -> Int32? {
    status.withLock { known in
      if known != nil { return known }
      var result: Int32 = 0
      var found = waitpid(identifier, &result, options)
      while found < 0, errno == EINTR { found = waitpid(identifier, &result, options) }
      guard found == identifier else { return nil }
      known = result & 0x7F == 0 ? result >> 8 & 0xFF : result & 0x7F
      return known
    }
  }

  /// Calls `body` with an array of C strings that ends with nil.
  private static func withWords<R>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) throws -> R) rethrows -> R {
    let words = texts.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    return try body(words)
  }

  #if canImport(Glibc)
    private typealias Actions = posix_spawn_file_actions_t
    private typealias Attributes = posix_spawnattr_t
  #else
    private typealias Actions = posix_spawn_file_actions_t?
    private typealias Attributes = posix_spawnattr_t?
  #endif
}
