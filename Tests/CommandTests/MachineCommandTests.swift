import Foundation
import Testing

/// Networks that end with `svm`, as a user meets them.
@Suite struct MachineCommandTests {
  private let moons =
    "data csv \"moons.csv\" target label\nsplit train 70%, test 30% stratified\nnormalize standard\n\nsvm rbf C 10 gamma 0.5\n"
  private let iris = "data csv \"iris.csv\" target species\nsplit train 80%, test 20% stratified\nnormalize standard\n\nsvm linear\n"

  @Test func solvedAndReported() throws {
    let here = try Workshop()
    try here.write(moons, to: "moons.nn")
    let run = try here.nnc("run", "moons.nn", "--out", "out")
    #expect(run.code == 0 && run.output.contains("1 stage,") && run.output.contains("solved by SMO to a gap of 0.0001"), "\(run)")
    let machine = try #require(try JSON(here.read("out/summary.json"))["machine"])
    let part = try #require(machine["parts"]?.array?.first)
    let (supports, margin) = (try #require(part["support_vectors"]?.number), try #require(part["margin"]?.number))
    let (objective, gap) = (try #require(part["objective"]?.number), try #require(part["gap"]?.number))
    #expect(supports > 2 && margin > 0 && objective < 0 && gap < 1e-4 && part["converged"]?.bool == true)
    #expect(run.output.contains("\(Int(supports)) support vectors"))
    // The row of the table: support vectors, how many of them at C, margin, objective, gap, steps.
    let report = try here.read("out/report.html")
    for text in ["Machines", "Decision boundary", "objective", "gap", "margin"] { #expect(report.contains(text), "\(text)") }
    let map = try here.read("out/boundary.svg")
    #expect(
      map.contains("support vector; thin lines: the margins") && map.components(separatedBy: "class=\"ring\"").count - 2 == Int(supports))
    let again = try here.nnc("run", "moons.nn", "--weights", "out/best.safetensors", "--format", "json")
    let (first, second) = (try JSON(here.read("out/summary.json")), try JSON(again.output))
    #expect(first["test"]?["accuracy"]?.number == second["test"]?["accuracy"]?.number && again.code == 0)
  }

  /// A tolerance is said with the machine; less of it takes more steps.
  @Test func tolerance() throws {
    let here = try Workshop()
    try here.write(
      moons.replacing("gamma 0.5", with: "gamma 0.5 tol $tol").replacing("data csv", with: "let tol = 1e-3\ndata csv"), to: "net.nn")
    func steps(_ tolerance: String) throws -> Double {
      let run = try here.nnc("run", "net.nn", "--set", "tol=\(tolerance)", "--out", "out\(tolerance)")
      #expect(run.code == 0 && run.output.contains("to a gap of \(tolerance)"), "\(run)")
      let part = try #require(try JSON(here.read("out\(tolerance)/summary.json"))["machine"]?["parts"]?.array?.first)
      #expect(try #require(part["gap"]?.number) < #require(Double(tolerance)))
      return try #require(part["steps"]?.number)
    }
    #expect(try steps("0.1") < steps("1e-6"))
    let none = try here.nnc("check", "net.nn", "--set", "tol=0")
    #expect(none.code == 2 && none.errors.contains("NN207") && none.errors.contains("`tol`"), "\(none)")
    #expect(try here.nnc("explain", "svm").output.contains("tol"))
    #expect(try here.nnc("fmt", "-", input: "svm  rbf tol   1e-6").output == "svm rbf tol 1e-6\n")
  }

  /// Setosa is apart from the two others, which are not apart from each other.
  @Test func separability() throws {
    let here = try Workshop()
    try here.write(iris, to: "iris.nn")
    let run = try here.nnc("run", "iris.nn", "--out", "out")
    let data = try here.nnc("data", "iris")
    for (output, unit) in [(run.output, ""), (data.output, " (in deviations)")] {
      let lines = output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      for (pair, fact) in [
        ("setosa | versicolor", "linearly separable: "), ("setosa | virginica", "linearly separable: "),
        ("versicolor | virginica", "not linearly separable: "),
      ] {
        #expect(lines.contains { $0.hasPrefix(fact + pair + ", ") && $0.hasSuffix(unit) }, "\(output)")
      }
    }
    #expect(try JSON(here.read("out/summary.json"))["machine"]?["linearly_separable"]?.bool == false)
  }

  /// What stands in front keeps the weights that it was trained to, bit for bit.
  @Test func frozenNetwork() throws {
    let here = try Workshop()
    let head = iris.replacing("\nsvm linear\n", with: "")
    try here.write(head + "epochs 5\nfc 6 tanh | fc 3 softmax\n", to: "front.nn")
    #expect(try here.nnc("run", "front.nn", "--out", "front", "-q").code == 0)
    try here.write(head + "freeze \"front/best.safetensors\"\nfc 6 tanh | svm rbf C 10\n", to: "frozen.nn")
    let run = try here.nnc("run", "frozen.nn", "--out", "out")
    #expect(run.code == 0, "\(run)")
    let (front, machine) = (try tensors("front/best.safetensors", here), try tensors("out/best.safetensors", here))
    for name in ["fc1.weight", "fc1.bias"] { #expect(front[name] != nil && front[name] == machine[name], "\(name)") }
    #expect(machine["fc2.weight"] == nil && machine["svm1.support_vectors"] != nil)
    try here.write(head + "freeze \"gone.safetensors\"\nfc 6 tanh | svm rbf C 10\n", to: "gone.nn")
    let gone = try here.nnc("run", "gone.nn", "--out", "other")
    #expect(gone.code == 1 && gone.errors.contains("NN601") && gone.errors.contains("gone.nn:4:1") && !here.has("other"), "\(gone)")
    try here.write(head + "fc 6 tanh | svm rbf C 10\n", to: "random.nn")
    let random = try here.nnc("run", "random.nn")
    #expect(random.code == 1 && random.errors.contains("NN403") && random.errors.contains("stay random"), "\(random)")
    try here.write(head + "freeze \"front/best.safetensors\"\nfc 3 softmax\n", to: "none.nn")
    let none = try here.nnc("check", "none.nn")
    #expect(none.code == 1 && none.errors.contains("NN403") && none.errors.contains("there is no `svm`"), "\(none)")
  }

  @Test func nothingToResume() throws {
    let here = try Workshop()
    try here.write(moons, to: "moons.nn")
    #expect(try here.nnc("run", "moons.nn", "--out", "out", "-q").code == 0)
    let resumed = try here.nnc("run", "--resume", "out")
    #expect(resumed.code == 1 && resumed.errors.contains("NN403") && resumed.errors.contains("nothing to resume"), "\(resumed)")
    let longer = try here.nnc("run", "moons.nn", "--epochs", "3")
    #expect(longer.code == 2 && longer.errors.contains("`epochs` has no effect on `svm`"), "\(longer)")
    for option in [["--until", "1:1"], ["--log-every", "2"], ["--weights", "out/best.safetensors", "--load-matching"]] {
      let ignored = try here.start(["run", "moons.nn"] + option).finish()
      #expect(ignored.code == 2 && ignored.errors.contains("has no effect on `svm`"), "\(ignored)")
    }
  }

  @Test func sweptAndFolded() throws {
    let here = try Workshop()
    try here.write("let c = 1\n" + iris.replacing("svm linear", with: "svm linear C $c"), to: "net.nn")
    let swept = try here.nnc("run", "net.nn", "--set", "c=0.1,1", "--out", "sweep")
    #expect(swept.code == 0 && swept.output.contains("best: c="), "\(swept)")
    let folded = try here.nnc("run", "net.nn", "--set", "split=fold 3 stratified", "--out", "folds")
    #expect(folded.code == 0 && folded.output.contains("over 3 folds"), "\(folded)")
  }

  /// By name, the bytes of a safetensors file's tensors.
  private func tensors(_ name: String, _ here: borrowing Workshop) throws -> [String: Data] {
    let file = try Data(contentsOf: here.folder.appendingPathComponent(name))
    let length = file.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    let header = try JSON(String(decoding: file[8..<8 + length], as: UTF8.self))
    return Dictionary(
      uniqueKeysWithValues: header.keys.compactMap { key in
        guard let ends = header[key]?["data_offsets"]?.array?.compactMap({ $0.number.map { Int($0) } }), ends.count == 2 else { return nil }
        return (key, file[8 + length + ends[0]..<8 + length + ends[1]])
      })
  }
}
