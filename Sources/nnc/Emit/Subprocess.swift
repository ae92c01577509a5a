import NNRuntime

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Another program, run to its end.
enum Subprocess {
  /// The status of `program` (found by PATH), and what it wrote to both its outputs, which go to the file `log`.
  static func run(_ program: String, _ arguments: [String], log: String) throws(FileError) -> (status: Int32, output: String) {
    var actions = FileActions()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    let problem = posix_spawnp(&process, program, &actions, nil, &words, environ)
    guard problem == 0 else { throw FileError(path: program, action: "run", reason: String(cString: strerror(problem))) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let text = String(decoding: (try? AtomicFile.read(log, limit: 1 << 24)) ?? [], as: UTF8.self)
    // Ended by a signal: as a shell counts them.
    return (status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F, text)
  }

  #if canImport(Glibc)
    private typealias FileActions = posix_spawn_file_actions_t
  #else
    private typealias FileActions = posix_spawn_file_actions_t?
  #endif
}

/// A folder that is gone when its owner is.
struct TemporaryFolder: ~Copyable {
  let path: String

  init() throws(FileError) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/nnc-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw .last("create", parent) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    if let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { unlink("\(path)/\(name)") }
      }
      closedir(folder)
    }
    rmdir(path)
  }
}
