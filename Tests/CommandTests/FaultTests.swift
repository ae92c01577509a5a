import Foundation
import Testing

/// What the machine does to a run, and what is left of it. The table of all faults is `Tests/FAULTS.md`.
@Suite struct FaultTests {
  private static let net = "epochs 30\nbatch 8\nsplit train 60%, validation 20%, test 20%\nfc 32 relu | fc 2 softmax\n"
  private static let endless = net.replacing("epochs 30", with: "epochs 100000")
  private static let nnc = "'\(Running.executable.path)'"

  /// No name of a file that is being written is left, and no file is empty.
  private func expectWhole(_ here: borrowing Workshop, _ folder: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    for name in try here.entries(folder) where name != "tb" {
      let bytes = try Data(contentsOf: here.folder.appendingPathComponent("\(folder)/\(name)"))
      let isWhole = name.split(separator: ".").count == 2 && !bytes.isEmpty
      #expect(isWhole, "\(name)", sourceLocation: sourceLocation)
    }
  }

  private func wait(_ seconds: Double = 20, until isDone: () throws -> Bool) rethrows {
    let limit = Date().addingTimeInterval(seconds)
    while try !isDone(), Date() < limit { Thread.sleep(forTimeInterval: 0.01) }
  }

  // MARK: No room

  /// A file may have 8 blocks, which the weights need more of.
  @Test(.disabled(if: isSanitized, "what a sanitizer reserves is beyond the limit")) func noRoomForTheWeights() throws {
    let here = try Workshop()
    try here.write(FaultTests.net.replacing("fc 32", with: "fc 2000"), to: "net.nn")
    let result = try here.shell("ulimit -f 8; exec \(FaultTests.nnc) run net.nn --data moons --epochs 2 -o out -q")
    #expect(result.code == 2 && result.errors.contains("cannot write out/best.safetensors: File too large"), "\(result)")
    try expectWhole(here, "out")
  }

  @Test(.disabled(if: isSanitized, "what a sanitizer reserves is beyond the limit")) func oldFilesStayWhereThereIsNoRoomForNewOnes() throws
  {
    let here = try Workshop()
    try here.write("input 2\nfc 400 relu | fc 400 relu | fc 2 softmax\n", to: "net.nn")
    #expect(try here.nnc("run", "net.nn", "--data", "xor", "--epochs", "1", "-q", "-o", "r").code == 0)
    let weights = "--weights r/last.safetensors"
    for (name, arguments) in [
      ("a.swift", "emit net.nn \(weights) -o a.swift"), ("a.onnx", "emit net.nn \(weights) --target onnx -o a.onnx"),
    ] {
      try here.write("old", to: name)
      let result = try here.shell("ulimit -f 8; exec \(FaultTests.nnc) \(arguments)")
      #expect(result.code == 2 && result.errors.contains("cannot write \(name): File too large"), "\(result)")
      #expect(try here.read(name) == "old")
    }
    #expect(try here.entries(".") == ["a.onnx", "a.swift", "net.nn", "r"])
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"))) func noRoomForTheOutput() throws {
    let here = try Workshop()
    let result = try here.shell("exec \(FaultTests.nnc) explain conv >/dev/full")
    #expect(result.code == 2 && result.errors == "error: cannot write to standard output: No space left on device\n", "\(result)")
  }

  /// What cannot be saved for a while is saved later; it is said once, at once.
  @Test func savingIsTriedAgain() throws {
    let here = try Workshop()
    // Slow epochs: the tables of many rows take long to write.
    try here.write(FaultTests.endless.replacing("fc 32 relu", with: "fc 200 relu | fc 200 relu"), to: "net.nn")
    let running = try here.start(["run", "net.nn", "--data", "moons", "-o", "out", "-q"])
    wait { here.has("out/state.safetensors") }
    // A folder of that name: no file can take its place.
    let state = here.folder.appendingPathComponent("out/state.safetensors")
    try FileManager.default.removeItem(at: state)
    // It may be saved in between.
    wait {
      if (try? FileManager.default.createDirectory(at: state, withIntermediateDirectories: false)) != nil { return true }
      try? FileManager.default.removeItem(at: state)
      return false
    }
    wait(60) { running.errors.contains("saving is tried again") }
    try FileManager.default.removeItem(at: state)
    wait { here.has("out/state.safetensors") }
    running.program.send(SIGTERM)
    let result = running.finish()
    #expect(result.code == 130, "\(result)")
    #expect(result.errors.components(separatedBy: "training goes on, and saving is tried again").count == 2, "\(result)")
    #expect(try here.nnc("run", "--resume", "out", "--set", "epochs=1", "-q").code == 0)
  }

  // MARK: Places

  @Test func foldersThatCannotBeWritten() throws {
    let here = try Workshop()
    try here.write(FaultTests.net, to: "net.nn")
    try here.write("a file", to: "runs")
    let blocked = try here.nnc("run", "net.nn", "--data", "moons", "-q")
    #expect(blocked.code == 2 && blocked.errors.contains("cannot create runs"), "\(blocked)")
    if FileManager.default.fileExists(atPath: "/proc/version") {
      let readOnly = try here.nnc("run", "net.nn", "--data", "moons", "-q", "-o", "/proc/nnc-run")
      #expect(readOnly.code == 2 && readOnly.errors.contains("cannot create /proc/nnc-run"), "\(readOnly)")
    }
    #expect(try here.entries(".") == ["net.nn", "runs"])
  }

  @Test func twoRunsInOneFolder() throws {
    let here = try Workshop()
    try here.write(FaultTests.net, to: "net.nn")
    let runs = try (0..<3).map { _ in try here.start(["run", "net.nn", "--data", "moons", "-o", "out", "-q"]) }
    let results = runs.map { $0.finish() }
    #expect(results.map(\.code).sorted() == [0, 2, 2], "\(results)")
    for result in results where result.code == 2 { #expect(result.errors.contains("a run overwrites none"), "\(result)") }
    try expectWhole(here, "out")
    #expect(try JSON(here.read("out/summary.json"))["epochs"]?.number == 30)
  }

  // MARK: Signals

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func signals(_ number: Int32) throws {
    let here = try Workshop()
    try here.write(FaultTests.endless, to: "net.nn")
    let running = try here.start(["run", "net.nn", "--data", "moons", "-o", "out", "-q"])
    wait { here.has("out/state.safetensors") }
    running.program.send(number)
    if number == SIGINT {
      // A shell in the background hands down that it is ignored; then only the other one ends it.
      Thread.sleep(forTimeInterval: 0.3)
      if running.program.isRunning { running.program.send(SIGTERM) }
    }
    let result = running.finish()
    #expect(result.code == 130, "\(result)")
    try expectWhole(here, "out")
    #expect(try here.nnc("run", "--resume", "out", "--set", "epochs=1", "-q").code == 0)
  }

  /// The reader of a pipe goes: nothing to complain about.
  @Test func brokenPipe() throws {
    let here = try Workshop()
    let result = try here.shell("(sleep 0.2; \(FaultTests.nnc) explain conv; echo $? >code) | true")
    #expect(result.errors.isEmpty && result.code == 0)
    wait { here.has("code") }
    #expect(try here.read("code") == "0\n")
  }

  /// Killed at moments all over each command that writes: a file that has its name is whole.
  @Test(arguments: [
    "emit net.nn --weights w.safetensors -o Net.swift", "emit net.nn --weights w.safetensors -o Net.swift --beside",
    "emit net.nn --weights w.safetensors --package Package", "emit net.nn --weights w.safetensors --target onnx -o net.onnx",
    "emit net.nn --weights w.safetensors --target onnx --triton models", "emit net.nn --data moons --target pytorch -o torch",
    "import given.onnx -o again.nn", "run net.nn --weights w.safetensors --predict rows.csv --out answers",
  ])
  func killedWhileWriting(_ command: String) throws {
    let here = try Workshop()
    try here.write("input 2\nfc 256 relu | fc 256 relu | fc 2 softmax\n", to: "net.nn")
    try here.write("1,2\n3,4\n", to: "rows.csv")
    let made = try here.shell(
      """
      set -e; \(FaultTests.nnc) run net.nn --data moons --epochs 1 -q -o r; mv r/last.safetensors w.safetensors; rm -r r
      \(FaultTests.nnc) emit net.nn --target onnx -o given.onnx --weights w.safetensors
      """)
    try #require(made.code == 0, "\(made)")
    let inputs = try here.entries(".")
    let begun = Date()
    let whole = try here.shell("exec \(FaultTests.nnc) \(command)")
    let seconds = Date().timeIntervalSince(begun)
    try #require(whole.code == 0, "\(whole)")
    let expected = try results(here, besides: inputs)
    try #require(!expected.isEmpty)
    for round in 1...8 {
      for name in try here.entries(".") where !inputs.contains(name) {
        try FileManager.default.removeItem(at: here.folder.appendingPathComponent(name))
      }
      let running = try Running(["-c", "exec \(FaultTests.nnc) \(command)"], in: here.folder, program: "/bin/sh")
      Thread.sleep(forTimeInterval: seconds * Double(round) / 9)
      running.program.send(SIGKILL)
      _ = running.finish()
      for (name, bytes) in try results(here, besides: inputs) {
        // What was being written carries six more letters.
        if let right = expected[name] {
          #expect(bytes == right, "\(name)")
        } else {
          #expect(expected[String(name.dropLast(7))] != nil, "\(name)")
        }
      }
    }
  }

  /// What the files hold that a command has written.
  private func results(_ here: borrowing Workshop, besides inputs: [String]) throws -> [String: Data] {
    let folder = here.folder
    let all = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    let files = all.filter { path in !inputs.contains(path) && !isFolder(folder.appendingPathComponent(path)) }
    return Dictionary(uniqueKeysWithValues: try files.map { ($0, try Data(contentsOf: folder.appendingPathComponent($0))) })
  }

  private func isFolder(_ place: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) && isFolder.boolValue
  }

  // MARK: Less of a machine

  @Test(.disabled(if: isSanitized, "what a sanitizer reserves is beyond the limit")) func littleMemory() throws {
    let here = try Workshop()
    try here.write(FaultTests.net, to: "net.nn")
    let small = try here.shell("ulimit -v 262144; exec \(FaultTests.nnc) run net.nn --data moons --epochs 2 -q -o out")
    #expect(small.code == 0, "\(small)")
    let large = try here.shell("ulimit -v 262144; exec \(FaultTests.nnc) data higgs")
    #expect(large.code == 1 && large.errors.contains("error[NN310]: 11,000,000 generated rows of 28 numbers would take"), "\(large)")
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/taskset"))) func oneCore() throws {
    let here = try Workshop()
    try here.write(FaultTests.net, to: "net.nn")
    let first = try #require(try here.shell("taskset -pc $$").output.split(separator: " ").last?.prefix { $0.isNumber })
    #expect(try here.shell("taskset -c \(first) \(FaultTests.nnc) run net.nn --data moons -q -o one").code == 0)
    #expect(try here.nnc("run", "net.nn", "--data", "moons", "-q", "-o", "all").code == 0)
    let digests = try ["one", "all"].map { try JSON(here.read("\($0)/summary.json"))["weights_sha256"]?.string }
    #expect(digests[0] == digests[1] && digests[0] != nil)
  }

  /// Swift reads the arguments from there.
  @Test func noProc() throws {
    let here = try Workshop()
    let result = try here.shell("unshare -rm sh -c 'umount -l /proc && exec \"$0\" --version' \(FaultTests.nnc) 2>&1")
    // Where no namespace can be made, or there is no such folder, there is nothing to try.
    if result.output.contains("unshare") || result.output.contains("umount") || result.output.contains("nnc 0") { return }
    #expect(result.code == 2 && result.output == "error: the arguments of nnc cannot be read: /proc is not mounted\n", "\(result)")
  }

  /// Durations come from a clock that does not jump; the date is asked for in one place, for the names and headings of results.
  @Test func theDateIsAskedForInOnePlace() throws {
    let sources = URL(fileURLWithPath: examples).deletingLastPathComponent().appendingPathComponent("Sources")
    let paths = try FileManager.default.subpathsOfDirectory(atPath: sources.path).filter { $0.hasSuffix(".swift") }
    let clocks = try paths.filter { path in
      let text = try String(contentsOf: sources.appendingPathComponent(path), encoding: .utf8)
      return ["CLOCK_REALTIME", "gettimeofday", "Date()", "time(nil)"].contains { text.contains($0) }
    }
    #expect(clocks == ["nnc/Console/Clock.swift"])
  }
}
