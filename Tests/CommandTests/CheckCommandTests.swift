import Foundation
import Testing

@Suite struct CheckCommandTests {
  @Test func exampleFilesHaveNoProblems() throws {
    let here = try Workshop()
    let names = try FileManager.default.contentsOfDirectory(atPath: examples).filter { $0.hasSuffix(".nn") }.sorted()
    #expect(names.count >= 9)
    let result = try here.start(["check"] + names.map { "\(examples)/\($0)" }).finish()
    #expect(result.code == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(result.output.contains("parameters 272,474"))
    #expect(result.output.contains("parameters 866,644 (3.31 MiB)   MACs per example 66,372,224"))
    let quiet = try here.nnc("check", "-q", "\(examples)/mri.nn")
    #expect(quiet.code == 0 && quiet.output.isEmpty && quiet.errors.isEmpty)
  }

  @Test func problemsGoToStandardError() throws {
    let here = try Workshop()
    try here.write("input 84x84x1\nconv 3x3x8 | rlu\nfc 4 softmax\n", to: "bad.nn")
    try here.write("input 4\nfc 3 softmax\n", to: "good.nn")
    let bad = try here.nnc("check", "bad.nn")
    #expect(bad.code == 1 && bad.output.isEmpty)
    #expect(bad.errors.hasPrefix("error[NN201]: unknown layer `rlu`\n --> bad.nn:2:14\n"))
    let both = try here.nnc("check", "bad.nn", "good.nn")
    #expect(both.code == 1)
    #expect(both.output.contains("good.nn") && !both.output.contains("bad.nn"))
    #expect(!both.errors.contains("\u{1B}["))
    #expect(try here.nnc("check", "bad.nn", "--color", "always").errors.contains("\u{1B}["))
    #expect(!(try here.nnc("check", "bad.nn", "--color=never").errors.contains("\u{1B}[")))
  }

  @Test func json() throws {
    let here = try Workshop()
    try here.write("input 84x84x1\nconv 3x3x8 | rlu\nfc 4 softmax\n", to: "bad.nn")
    let result = try here.nnc("check", "\(examples)/mri.nn", "bad.nn", "missing.nn", "--format", "json")
    #expect(result.code == 1 && result.errors.isEmpty)
    let objects = try result.output.split(separator: "\n").map { try JSON(String($0)) }
    #expect(objects.count == 3)
    #expect(objects[0]["ok"]?.bool == true)
    #expect(objects[0]["parameters"]?.number == 866_644 && objects[0]["macs"]?.number == 66_372_224)
    #expect(objects[0]["input"]?.array?.compactMap(\.number) == [84, 84, 1] && objects[0]["output"]?.array?.compactMap(\.number) == [4])
    #expect(objects[0]["stages"]?.array?.first?["text"]?.string == "conv 3x3x8 pad 1")
    #expect(objects[1]["ok"]?.bool == false)
    #expect(objects[1]["diagnostics"]?.array?.first?["code"]?.string == "NN201")
    #expect(objects[2]["file"]?.string == "missing.nn" && objects[2]["ok"]?.bool == false)
    #expect(objects[2]["diagnostics"]?.array?.first?["code"]?.string == "NN108")
  }

  @Test func unreadableFiles() throws {
    let here = try Workshop()
    try here.write(String(repeating: "# x\n", count: 10 << 18 + 1), to: "huge.nn")
    for (name, words) in [
      ("missing.nn", "cannot read `missing.nn`: no such file or directory"), (".", "cannot read `.`: it is a folder"),
      ("huge.nn", "cannot read `huge.nn`: it has more than 10,485,760 bytes"),
    ] {
      let result = try here.nnc("check", name)
      #expect(result.code == 1 && result.output.isEmpty)
      #expect(result.errors.contains(words), "\(result.errors)")
    }
  }

  @Test func standardInputAndSettings() throws {
    let here = try Workshop()
    let text = "let width = 8\ninput 4\nfc $width relu | fc 3 softmax\n"
    #expect(try here.nnc("check", "-", input: text).output.contains("parameters 67"))
    #expect(try here.nnc("check", "-", "--set", "width=16", input: text).output.contains("parameters 131"))
    #expect(try here.nnc("check", "-", "--input", "2", "--set=width=16", input: text).output.contains("parameters 99"))
    #expect(try here.nnc("check", "-", "--set", "widht=16", input: text).code == 2)
  }

  /// What an option says is wrong use, whatever the file holds: exit code 2, with its place in what was typed.
  @Test(arguments: [
    (["--input", "abc"], "error[NN202]: `input` cannot be `abc`\n --> --input:1:7"),
    (["--input", "4,5"], "error[NN206]: `--input` is one shape, not the list `4,5`"),
    (["--set", "foo=1"], "error[NN102]: `--set foo` names neither a statement nor a constant of the file\n --> --set:1:1"),
    (["--set", "batch=x"], "error[NN202]: `examples` of `batch` is a whole number or `all`, not `x`\n --> --set:1:7"),
    (["--set", "batch=4,8"], "error[NN202]: `--set batch` takes one value, not the list `4,8`"),
    (["--set", "batch=4", "--set", "batch=5"], "error[NN103]: `batch` is given twice on the command line"),
    (["--set", "input=4", "--input", "5"], "error[NN103]: `input` is given twice on the command line"),
    (["--set", "lr=-1"], "error[NN207]: `lr` of `optimizer adam` must be above 0, not -1"),
  ])
  func wrongOptions(options: [String], message: String) throws {
    let here = try Workshop()
    let result = try here.start(["check", "-"] + options, input: "fc 8 relu | fc 3 softmax\n").finish()
    #expect(result.code == 2 && result.errors.hasPrefix(message), "\(result)")
  }

  /// A number that the file takes in a place of its own.
  @Test func wrongNumbersOfOptions() throws {
    let here = try Workshop()
    let result = try here.nnc("check", "-", "--set", "width=0", input: "let width = 4\ninput 4\nfc $width relu | fc 3 softmax\n")
    #expect(result.code == 2 && result.errors.contains("not 0 (`$width`)\n --> <stdin>:3:4"), "\(result)")
    #expect(result.errors.contains("::: --set:1:13\n") && result.errors.contains("- given here"), "\(result)")
  }

  /// One that is right, with which the network is not.
  @Test func rightOptionsOfAWrongNetwork() throws {
    let here = try Workshop()
    #expect(try here.nnc("check", "-", "--input", "2x2x1", input: "conv 3x3x8 | fc 3 softmax\n").code == 1)
  }

  @Test func dataOfOtherNames() throws {
    let here = try Workshop()
    try here.write("fc 3 softmax\n", to: "net.nn")
    for (name, advice) in [
      ("mnist", "did you mean `fashion-mnist`?"), ("boston", "did you mean `housing`?"), ("qwerty", "name a file (`rows.csv`"),
    ] {
      let result = try here.nnc("check", "net.nn", "--data", name)
      #expect(
        result.code == 1 && result.errors.contains("error[NN505]: there is no data at `\(name)`") && result.errors.contains(advice),
        "\(result)")
    }
  }

  @Test func dataIsLookedAt() throws {
    let here = try Workshop()
    try here.write("fc 10 relu | fc 4 softmax\n", to: "net.nn")
    // Iris has 4 columns and 3 classes.
    let wrong = try here.nnc("check", "net.nn", "--data", "iris")
    #expect(wrong.code == 1)
    #expect(wrong.errors.contains("error[NN304]: the network gives 4 values, the data has 3 classes"))
    // What the command line names has to be there; what a file names may be on another machine.
    let missing = try here.nnc("check", "net.nn", "--data", "nowhere.csv")
    #expect(missing.code == 1 && missing.errors.contains("error[NN505]: there is no data at `nowhere.csv`"))
    try here.write("data csv \"nowhere.csv\" target x\nfc 4\n", to: "elsewhere.nn")
    #expect(try here.nnc("check", "elsewhere.nn").code == 0)
  }

  @Test func usedFilesAreReadBesideTheModel() throws {
    let here = try Workshop()
    try FileManager.default.createDirectory(at: here.folder.appendingPathComponent("sub"), withIntermediateDirectories: true)
    try here.write("block two(n) { fc $n relu | fc $n relu }\n", to: "sub/lib.nn")
    try here.write("use \"lib.nn\"\ninput 4\ntwo 8 | fc 2 softmax\n", to: "sub/net.nn")
    #expect(try here.nnc("check", "sub/net.nn").code == 0)
    try here.write("use \"gone.nn\"\ninput 4\nfc 2 softmax\n", to: "sub/net.nn")
    let result = try here.nnc("check", "sub/net.nn")
    #expect(result.code == 1 && result.errors.contains("NN107"))
  }

  @Test func closedPipeIsNoError() throws {
    let here = try Workshop()
    let files = Array(repeating: "'\(examples)/cifar.nn'", count: 60).joined(separator: " ")
    let result = try here.shell("{ '\(Running.executable.path)' check \(files); echo $? > code; } | head -n 1")
    #expect(result.errors.isEmpty, "\(result.errors)")
    #expect(result.output.split(separator: "\n").count == 1)
    #expect(try here.read("code") == "0\n")
  }
}
