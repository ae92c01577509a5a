import Testing

@testable import nnc

@Suite struct DiffCommandTests {
  @Test func twoModels() throws {
    let here = try Workshop()
    try here.write("input 4\nlet n = 8\nfc $n relu | fc 3 softmax\n", to: "a.nn")
    try here.write("# the same\ninput 4\n\nlet width = 8\nfc $width relu\nfc 3 softmax\n", to: "b.nn")
    try here.write("input 4\noptimizer sgd lr 0.1\nlet n = 16\nfc $n relu | fc 3 softmax\n", to: "c.nn")
    #expect(try here.nnc("diff", "a.nn", "b.nn").output.contains("fc 8") == false)
    let result = try here.nnc("diff", "a.nn", "c.nn")
    #expect(result.code == 0)
    #expect(result.output.contains("- fc 8 relu -> 8\n+ fc 16 relu -> 16\n") && result.output.contains("+ optimizer sgd lr 0.1"))
    #expect(try here.nnc("diff", "a.nn", "a.nn").output == "no difference\n")
    #expect(try here.nnc("diff", "a.nn", "nowhere").code == 1)
    #expect(try here.nnc("diff", "a.nn").code == 2)
    // Between quotes no comment begins.
    try here.write("data csv \"t#1.csv\" target y\ninput 4\nfc 3 softmax  # an end\n", to: "d.nn")
    try here.write("data csv \"t#2.csv\" target y\ninput 4\nfc 3 softmax  # another\n", to: "e.nn")
    let paths = try here.nnc("diff", "d.nn", "e.nn").output
    #expect(paths.contains("- data csv \"t#1.csv\"") && paths.contains("+ data csv \"t#2.csv\"") && !paths.contains("fc"), "\(paths)")
    // Libraries are compared as they stand.
    try here.write("block a(n) { fc $n }  # one\n", to: "f.nn")
    try here.write("block a(n) { fc $n }  # two\n", to: "g.nn")
    #expect(try here.nnc("diff", "f.nn", "g.nn").output == "no difference\n")
  }

  @Test func lines() {
    let changes = LineChanges(from: ["a", "b", "c", "d"], to: ["a", "c", "x", "d"])
    #expect(changes.lines.map { $0.sign + $0.line } == ["-b", "+x"])
    #expect(LineChanges(from: ["a"], to: ["a"]).isEmpty)
    #expect(LineChanges(from: [], to: ["a"]).lines.count == 1)
  }

  /// A run that leaves the finite numbers keeps the weights from before, and ends at a batch where it is told to.
  @Test func placesOfARun() throws {
    let here = try Workshop()
    try here.write(
      "batch 10\noptimizer sgd lr 1e30  # nnc: allow NN361\nepochs 3\nfc 8 relu | fc $classes softmax\n", to: "net.nn")
    let diverged = try here.nnc("run", "net.nn", "--data", "iris", "--out", "lost")
    #expect(diverged.code == 3 && diverged.errors.contains("kept lost/before-nan.safetensors ("))
    #expect(try here.nnc("diff", "lost", "lost").output == "no difference\n")
    #expect(try here.nnc("diff", "lost", "lost", "--data", "iris").code == 2)
    let ended = try here.nnc("run", "net.nn", "--data", "iris", "--set", "lr=0.01", "--out", "part", "--until", "2:3")
    #expect(ended.code == 0 && ended.output.contains("--resume part"))
    for wrong in ["3", "0:1", "1:x", "1:2:3"] {
      #expect(try here.nnc("run", "net.nn", "--data", "iris", "--until", wrong).code == 2)
    }
    let missing = try here.nnc("run", "--resume", "nowhere")
    #expect(missing.errors.contains("no such folder"))
  }
}
