import Foundation
import Testing

/// Names, paths and data that somebody else has chosen: none of them may become code, markup or a formula, or reach a file elsewhere.
@Suite struct InjectionTests {
  private static let classes = [
    "=cmd|'/c calc'!A1", "<script>alert(1)</script>", "x\"\\(injected())", "\"\"\"\nimport injected\n\"\"\"", "*/ injected() /*", "@sum",
    "-2",
  ]
  private static let model = "net\ninjected() <b> $(touch made).nn"

  /// A trained network, of which everything that has a name has a hostile one.
  private func make(_ here: borrowing Workshop) throws {
    let rows = (0..<140).map { row in
      let name = InjectionTests.classes[row % InjectionTests.classes.count].replacing("\"", with: "\"\"")
      return "\(row % 7 + row % 5),\(row % 5 + 2 * (row % 6)),\"\(name)\"\n"
    }
    try here.write("a,b,y\n" + rows.joined(), to: "t.csv")
    let head =
      "model m \"<img src=x onerror=alert(1)> \\(injected())\"\ndata csv \"t.csv\" target y\nsplit train 50%, validation 20%, test 30%\n"
    try here.write(head + "epochs 2\nfc 4 relu | fc $classes softmax\n", to: InjectionTests.model)
    let result = try here.nnc("run", InjectionTests.model, "-q", "-o", "run")
    try #require(result.code == 0, "\(result)")
  }

  @Test func markup() throws {
    let here = try Workshop()
    try make(here)
    #expect(try here.nnc("emit", InjectionTests.model, "--target", "svg", "-o", "net.svg").code == 0)
    for name in ["run/report.html", "run/confusion.svg", "run/curves.svg", "net.svg"] {
      let text = try here.read(name)
      let isClean = !["<script>alert", "<img src=x", "injected() <b>"].contains { text.contains($0) }
      #expect(isClean, "\(name)")
    }
    #expect(try here.read("run/report.html").contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(try here.read("run/confusion.svg").contains("&lt;script&gt;"))
  }

  @Test func formulas() throws {
    let here = try Workshop()
    try make(here)
    for name in ["run/confusion.csv", "run/predictions.csv"] {
      let text = try here.read(name)
      for cell in ["=cmd", "@sum"] {
        #expect(
          !text.split(whereSeparator: { $0 == "," || $0 == "\n" }).contains { $0.hasPrefix(cell) || $0.hasPrefix("\"" + cell) }, "\(name)")
      }
    }
    // A number is none, whatever its sign.
    #expect(try here.read("run/confusion.csv").split(separator: "\n").contains { $0.hasPrefix("-2,") })
  }

  /// Negative predictions are numbers.
  @Test func numbersAreNoFormulas() throws {
    let here = try Workshop()
    try here.write("normalize standard, target standard\noptimizer sgd lr 0.1\nfc 1\n", to: "net.nn")
    try here.write("a,b,y\n" + (0..<40).map { "\($0),\($0 % 3),\(-$0)\n" }.joined(), to: "t.csv")
    #expect(try here.nnc("run", "net.nn", "--data", "t.csv", "-q", "-o", "run").code == 0)
    try here.write("30,1\n20,2\n", to: "rows.csv")
    #expect(try here.nnc("run", "net.nn", "--weights", "run/last.safetensors", "--predict", "rows.csv", "--out", "p").code == 0)
    let values = try here.read("p/predictions.csv").split(separator: "\n").dropFirst().map { Double($0.split(separator: ",").last ?? "") }
    #expect(values.count == 2 && values.allSatisfy { ($0 ?? 0) < 0 })
  }

  @Test func emittedCode() throws {
    let here = try Workshop()
    try make(here)
    let result = try here.nnc("emit", InjectionTests.model, "--weights", "run/last.safetensors", "-o", "Net.swift", "--verify")
    #expect(result.code == 0, "\(result)")
    let lines = try here.read("Net.swift").split(separator: "\n")
    #expect(!lines.contains { $0.drop { $0 == " " }.hasPrefix("injected") })
    #expect(lines.contains { $0.contains("\"x\\\"\\\\(injected())\"") })
    #expect(try here.nnc("emit", InjectionTests.model, "--target", "pytorch", "-o", "torch").code == 0)
    let names = try here.read("torch/model.py").split(separator: "\n").first { $0.hasPrefix("CLASSES") }
    #expect(try #require(names).contains(#""\"\"\"\nimport injected\n\"\"\"""#))
    // No shell has seen the name of the file.
    let isMade = here.has("made")
    #expect(!isMade)
  }

  /// The folder of a package and a repository, and what stands in their files.
  @Test func packagesAndRepositories() throws {
    let here = try Workshop()
    try make(here)
    let arguments = ["emit", InjectionTests.model, "--weights", "run/last.safetensors"]
    let name = "p\"\\(injected())"
    let package = try here.start(arguments + ["--package", name, "--beside"]).finish()
    #expect(package.code == 0, "\(package)")
    for file in ["Sources/pinjected-predict/main.swift", "Tests/PInjectedTests/PInjectedTests.swift"] {
      let text = try here.read("\(name)/\(file)")
      #expect(text.contains(#""p\"\\(injected()).safetensors""#), "\(text)")
    }
    try here.write("epochs 1\nfc 3 softmax\n", to: "..\".nn")
    #expect(try here.nnc("run", "..\".nn", "--data", "iris", "-q", "-o", "iris").code == 0)
    let repository = try here.nnc(
      "emit", "..\".nn", "--weights", "iris/last.safetensors", "--target", "onnx", "--triton", "models/inner")
    #expect(repository.code == 2)
    let made = try here.nnc("emit", "..\".nn", "--weights", "iris/last.safetensors", "--target", "onnx", "--triton", "models")
    #expect(made.code == 0, "\(made)")
    #expect(try here.entries("models") == ["_.._"])
    #expect(try here.read("models/_.._/config.pbtxt").hasPrefix("name: \"_.._\"\n"))
  }

  /// A file of somebody else must not show others of this machine.
  @Test(arguments: ["/etc/passwd", "../secret.nn", "sub/../../secret.nn", "./../secret.nn"]) func useStaysInItsFolder(_ path: String) throws
  {
    let here = try Workshop()
    try FileManager.default.createDirectory(at: here.folder.appendingPathComponent("sub"), withIntermediateDirectories: true)
    try here.write("block hidden { relu }\n", to: "secret.nn")
    try here.write("use \"\(path)\"\ninput 2\nfc 1\n", to: "sub/net.nn")
    let result = try here.nnc("check", "sub/net.nn")
    #expect(result.code == 1 && result.errors.contains("error[NN107]: `\(path)` lies outside of the folder of this file"), "\(result)")
    #expect(!result.errors.contains("hidden") && !result.errors.contains("root:"))
  }

  @Test func temporaryFilesArePrivate() throws {
    let here = try Workshop()
    try make(here)
    // What `--verify` puts into its folder lies there while the compiler runs.
    try FileManager.default.createDirectory(at: here.folder.appendingPathComponent("tmp"), withIntermediateDirectories: false)
    let running = try here.start(
      ["emit", InjectionTests.model, "--weights", "run/last.safetensors", "-o", "Net.swift", "--verify"],
      environment: ["TMPDIR": here.folder.path + "/tmp"])
    var modes: Set<Int> = []
    while running.program.isRunning {
      for name in try here.entries("tmp") where name.hasPrefix("nnc-") {
        let facts = try? FileManager.default.attributesOfItem(atPath: here.folder.path + "/tmp/" + name)
        if let mode = facts?[.posixPermissions] as? Int { modes.insert(mode) }
      }
      Thread.sleep(forTimeInterval: 0.005)
    }
    #expect(running.finish().code == 0)
    #expect(modes == [0o700])
    #expect(try here.entries("tmp").filter { $0.hasPrefix("nnc-") }.isEmpty)
  }
}
