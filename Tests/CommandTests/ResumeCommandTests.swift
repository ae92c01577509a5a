import Foundation
import Testing

@Suite struct ResumeCommandTests {
  private let net = "epochs 60\nbatch 8\nsplit train 60%, validation 20%, test 20%\nfc 64 relu | dropout 0.1 | fc 64 relu | fc 2 softmax\n"

  @Test func anotherSeedOrFile() throws {
    let here = try Workshop()
    try here.write("epochs 1\nfc 4 relu | fc $classes softmax\n", to: "net.nn")
    #expect(try here.nnc("run", "net.nn", "--data", "iris", "--out", "out", "-q").code == 0)
    let seed = try here.nnc("run", "--resume", "out", "--seed", "5")
    #expect(seed.code == 1 && seed.errors.contains("the run was begun with seed 0, and cannot go on with seed 5"), "\(seed)")
    let file = try here.nnc("run", "--resume", "net.nn")
    #expect(file.code == 2 && file.errors.contains("cannot resume net.nn: it is a file, and a run a folder"), "\(file)")
    // `--epochs` takes the place of what `--set epochs` said before, and the other way round.
    #expect(try here.nnc("run", "--resume", "out", "--set", "epochs=2", "-q").code == 0)
    #expect(try here.nnc("run", "--resume", "out", "--epochs", "3", "-q").code == 0)
    #expect(try here.nnc("run", "--resume", "out", "--set", "epochs=4", "-q").code == 0)
  }

  /// A state that somebody else has made: a time that no clock shows.
  @Test(arguments: ["nan", "1e300", "-1"]) func impossibleTimes(_ time: String) throws {
    let here = try Workshop()
    try here.write("epochs 1\nfc 4 relu | fc $classes softmax\n", to: "net.nn")
    #expect(try here.nnc("run", "net.nn", "--data", "iris", "--out", "out", "-q").code == 0)
    let place = here.folder.appendingPathComponent("out/state.safetensors")
    var file = try Data(contentsOf: place)
    let key = try #require(file.range(of: Data("\"nnc.run.begun\":\"".utf8)))
    let end = try #require(file[key.upperBound...].firstIndex(of: UInt8(ascii: "\"")))
    // The header keeps its length: blanks may follow the text.
    let text = "\(time)\"".utf8 + Array(repeating: UInt8(ascii: " "), count: end - key.upperBound - time.utf8.count)
    file.replaceSubrange(key.upperBound...end, with: text)
    try file.write(to: place)
    let resumed = try here.nnc("run", "--resume", "out", "--epochs", "2")
    #expect(resumed.code == 1 && resumed.errors.contains("`nnc.run.begun` is `\(time)`"), "\(resumed)")
  }

  /// Killed at moments that fall anywhere, saved files or half-written ones; resumed each time, the end is the same.
  @Test func killedAndResumed() throws {
    let here = try Workshop()
    try here.write(net, to: "net.nn")
    #expect(try here.nnc("run", "net.nn", "--data", "moons", "-o", "whole", "-q").code == 0)
    var running = try here.start(["run", "net.nn", "--data", "moons", "-o", "cut", "-q"])
    let limit = Date().addingTimeInterval(20)
    while !here.has("cut/state.safetensors"), running.program.isRunning, Date() < limit { Thread.sleep(forTimeInterval: 0.01) }
    for milliseconds in [10, 130, 70, 220] {
      Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
      running.program.send(SIGKILL)
      _ = running.finish()
      // What a kill in the middle of writing leaves behind.
      try here.write("half", to: "cut/metrics.csv.Xa3b9Q")
      running = try here.start(["run", "--resume", "cut", "-q"])
    }
    let last = running.finish()
    #expect(last.code == 0, "\(last.errors)")
    let (whole, cut) = (try JSON(here.read("whole/summary.json")), try JSON(here.read("cut/summary.json")))
    #expect(whole["weights_sha256"]?.string == cut["weights_sha256"]?.string)
    #expect(whole["test"]?["loss"]?.number == cut["test"]?["loss"]?.number && cut["steps"]?.number == whole["steps"]?.number)
    func losses(_ run: String) throws -> [Substring] {
      try here.read("\(run)/metrics.csv").split(separator: "\n").map { $0.split(separator: ",", maxSplits: 3).last ?? "" }
    }
    #expect(try losses("whole") == losses("cut"))
    let hasLeftOver = here.has("cut/metrics.csv.Xa3b9Q")
    #expect(!hasLeftOver)
  }

  @Test func interruptedAndResumed() throws {
    let here = try Workshop()
    try here.write(net.replacing("epochs 60", with: "epochs 100000"), to: "net.nn")
    let running = try here.start(["run", "net.nn", "--data", "moons", "-o", "out"])
    let limit = Date().addingTimeInterval(20)
    while !here.has("out/state.safetensors"), Date() < limit { Thread.sleep(forTimeInterval: 0.02) }
    let second = try here.nnc("run", "--resume", "out")
    #expect(second.code == 2 && second.errors.contains("still going on"), "\(second)")
    running.program.send(SIGTERM)
    let result = running.finish()
    #expect(result.code == 130 && result.output.contains("nnc run --resume out"), "\(result)")
    let steps = try #require(try JSON(here.read("out/summary.json"))["steps"]?.number)
    let more = try here.nnc("run", "--resume", "out", "--set", "epochs=1", "-q")
    #expect(more.code == 0, "\(more)")
    #expect(try #require(try JSON(here.read("out/summary.json"))["steps"]?.number) >= steps)
  }

  @Test func refusals() throws {
    let here = try Workshop()
    try here.write(net.replacing("epochs 60", with: "epochs 2"), to: "net.nn")
    #expect(try here.nnc("run", "net.nn", "--data", "moons", "-o", "out", "-q").code == 0)
    let nowhere = try here.nnc("run", "--resume", "gone")
    #expect(nowhere.code != 0 && nowhere.errors.contains("gone"))
    #expect(try here.nnc("run", "--resume", "out", "--out", "other").code == 2)
    try here.write(net + "# other\n", to: "net.nn")
    let changed = try here.nnc("run", "--resume", "out")
    #expect(changed.code == 1 && changed.errors.contains("`net.nn` has changed since the run was begun"), "\(changed.errors)")
    try here.write("nonsense", to: "out/state.safetensors")
    let broken = try here.nnc("run", "--resume", "out")
    #expect(broken.code == 1 && broken.errors.contains("is no state of a run"), "\(broken.errors)")
  }
}
