import Foundation
import Testing

/// From folders of pictures to predictions: bright pictures against dark ones, so that a network of one layer must learn it.
@Suite struct ImageRunTests {
  private func picture(_ level: UInt8, _ number: Int) -> Data {
    let pixels = (0..<36).map { UInt8(clamping: Int(level) + ($0 * 7 + number * 5) % 40) }
    return Data("P5\n6 6\n255\n".utf8) + Data(pixels)
  }

  private func fill(_ here: borrowing Workshop, _ folder: String, _ count: Int) throws {
    for (name, level) in [("bright", UInt8(180)), ("dark", UInt8(20))] {
      let path = here.folder.appendingPathComponent("\(folder)/\(name)")
      try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
      for number in 0..<count { try picture(level, number).write(to: path.appendingPathComponent("\(number).pgm")) }
    }
  }

  @Test func trainAndPredict() throws {
    let here = try Workshop()
    try fill(here, "set/train", 8)
    try fill(here, "set/test", 2)
    try here.write("normalize scale (1/255)\noptimizer adam lr 0.01\nepochs 30\nbatch 4\nfc $classes softmax\n", to: "net.nn")
    let run = try here.nnc("run", "net.nn", "--data", "set", "-o", "t")
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output.contains("set: 16 train, 4 test") && run.output.contains("classes   2: bright, dark"))
    #expect(try JSON(here.read("t/summary.json"))["test"]?["accuracy"]?.number == 1)
    let all = try here.nnc("run", "net.nn", "--weights", "t/last.safetensors", "--predict", "set/test", "-o", "p")
    #expect(all.code == 0, "\(all.errors)")
    let rows = try here.read("p/predictions.csv").split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    #expect(rows.first == ["Id", "Category"])
    #expect(rows.dropFirst().map { $0[0] } == ["bright/0", "bright/1", "dark/0", "dark/1"].map { "set/test/\($0).pgm" })
    #expect(rows.dropFirst().map { $0[1] } == ["bright", "bright", "dark", "dark"])
    let one = try here.nnc("run", "net.nn", "--weights", "t/last.safetensors", "--predict", "set/test/dark/1.pgm", "-o", "q")
    #expect(one.code == 0 && one.output.contains("1 predictions\n         1  dark"))
  }

  @Test func refusals() throws {
    let here = try Workshop()
    try fill(here, "set/train", 2)
    try here.write("epochs 1\nsplit train 50%, test 50%\nfc $classes softmax\n", to: "net.nn")
    #expect(try here.nnc("run", "net.nn", "--data", "set", "-o", "t", "-q").code == 0)
    try here.write("no picture", to: "set/train/dark/note.txt")
    try here.write("a,b\n1,2\n", to: "table.csv")
    for (path, words) in [
      ("set", "note.txt"), ("gone", "nothing at `gone`"), ("net.nn", "the model takes 36 numbers, net.nn has 1 column"),
      ("table.csv", "the model takes 36 numbers"),
      ("t", "error[NN507]"),
    ] {
      let result = try here.nnc("run", "net.nn", "--weights", "t/last.safetensors", "--predict", path)
      #expect(result.code == 1 && result.errors.contains(words), "\(path): \(result)")
    }
    // Weights of other classes are not taken, even where the sizes agree.
    try FileManager.default.moveItem(
      at: here.folder.appendingPathComponent("set/train/dark"), to: here.folder.appendingPathComponent("set/train/dim"))
    try FileManager.default.removeItem(at: here.folder.appendingPathComponent("set/train/dim/note.txt"))
    let other = try here.nnc("run", "net.nn", "--data", "set", "--weights", "t/last.safetensors")
    #expect(other.code == 1 && other.errors.contains("was trained on other classes"), "\(other)")
  }
}
