import Foundation
import Programs

/// The built command, run as a user would, in a folder of its own.
struct Workshop: ~Copyable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("nnc-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  struct Result {
    var code: Int32
    var output: String
    var errors: String
  }

  /// Runs `nnc` and waits for its end.
  func nnc(_ arguments: String..., input: String = "", environment: [String: String] = [:]) throws -> Result {
    try start(arguments, input: input, environment: environment).finish()
  }

  /// Starts `nnc` and does not wait.
  func start(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws -> Running {
    try Running(arguments, in: folder, input: input, environment: environment)
  }

  /// Runs a line of shell in the folder.
  func shell(_ script: String) throws -> Result { try Running(["-c", script], in: folder, program: "/bin/sh").finish() }

  func write(_ text: String, to name: String) throws {
    try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
  }

  func read(_ name: String) throws -> String { try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) }

  func entries(_ name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(name).path).sorted()
  }

  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path) }
}

/// Whether a sanitizer is at work, which reserves terabytes of addresses: under a limit on memory or files it cannot start.
let isSanitized: Bool = {
  let sizes = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
  let pages = sizes.split(separator: " ").first.flatMap { Int($0) } ?? 0
  return pages > (1 << 40) / Int(sysconf(Int32(_SC_PAGESIZE)))
}()

/// A command under way.
struct Running {
  let program: Program
  private let files: URL

  init(
    _ arguments: [String], in folder: URL, program: String? = nil, input: String = "", environment: [String: String] = [:]
  ) throws {
    files = FileManager.default.temporaryDirectory.appendingPathComponent("nnc-io-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
    try Data(input.utf8).write(to: files.appendingPathComponent("in"))
    // A user's own data folder must not change what the tests see.
    let inherited = ProcessInfo.processInfo.environment.filter { !["NNC_DATA", "XDG_DATA_HOME", "NO_COLOR", "HOME"].contains($0.key) }
    self.program = try Program(
      program ?? Running.executable.path, arguments, in: folder.path, input: files.appendingPathComponent("in").path,
      output: files.appendingPathComponent("out").path, errors: files.appendingPathComponent("err").path,
      environment: inherited.merging(["HOME": files.path]) { $1 }.merging(environment) { $1 })
  }

  func finish() -> Workshop.Result {
    let code = program.wait()
    defer { try? FileManager.default.removeItem(at: files) }
    return Workshop.Result(code: code, output: text("out"), errors: text("err"))
  }

  /// What it has written to standard error so far.
  var errors: String { text("err") }

  private func text(_ name: String) -> String {
    ((try? Data(contentsOf: files.appendingPathComponent(name))).map { String(decoding: $0, as: UTF8.self) }) ?? ""
  }

  /// Beside the test bundle.
  static let executable: URL = {
    let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL
    let runner = bundle ?? URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    return runner.deletingLastPathComponent().appendingPathComponent("nnc")
  }()
}

/// The folder of the package's own example files.
let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .appendingPathComponent("examples").path
