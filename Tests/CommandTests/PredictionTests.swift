import Foundation
import Testing

@Suite struct PredictionTests {
  /// A network with weights, trained a little.
  private func trained(_ here: borrowing Workshop, _ text: String = "input 2\nepochs 3\nfc 8 relu | fc 2 softmax\n") throws {
    try here.write(text, to: "net.nn")
    let run = try here.nnc("run", "net.nn", "--data", "moons", "-o", "t", "-q")
    #expect(run.code == 0, "\(run.errors)")
  }

  private func rows(_ text: String) -> [[String]] { text.split(separator: "\n").map { $0.split(separator: ",").map(String.init) } }

  @Test func throughAPipe() throws {
    let here = try Workshop()
    try trained(here)
    let table = "x,y\n0.0,1.0\n1.0,-0.5\n0.5,0.25\n"
    try here.write(table, to: "points.csv")
    let arguments = ["run", "net.nn", "--weights", "t/last.safetensors", "--predict"]
    let file = try here.start(arguments + ["points.csv", "-o", "p"]).finish()
    let pipe = try here.start(arguments + ["-"], input: table).finish()
    #expect(file.code == 0 && pipe.code == 0 && pipe.errors.isEmpty, "\(pipe.errors)")
    #expect(try here.read("p/predictions.csv") == pipe.output)
    #expect(rows(pipe.output).map(\.count) == [2, 2, 2, 2] && rows(pipe.output)[0] == ["Id", "Category"])
    let hasRuns = here.has("runs")
    #expect(!hasRuns)
    let json = try here.start(arguments + ["-", "--format", "json", "--probabilities"], input: table).finish()
    let objects = try json.output.split(separator: "\n").map { try JSON(String($0)) }
    #expect(objects.count == 3 && objects[2]["Id"]?.string == "2")
    #expect(abs((objects[0]["0"]?.number ?? 0) + (objects[0]["1"]?.number ?? 0) - 1) < 1e-5)
    let empty = try here.start(arguments + ["-"]).finish()
    #expect(empty.code == 1 && empty.errors.contains("standard input is empty"), "\(empty.errors)")
  }

  /// The likeliest first; the names of rows come from a column that is called so.
  @Test func likeliestClasses() throws {
    let here = try Workshop()
    try trained(here)
    try here.write("x,ID,y\n0.0,row a,1.0\n1.0,row b,-0.5\n", to: "points.csv")
    let run = try here.nnc("run", "net.nn", "--weights", "t/last.safetensors", "--predict", "points.csv", "--top-k", "5", "-o", "p")
    #expect(run.code == 0, "\(run.errors)")
    let found = rows(try here.read("p/predictions.csv"))
    #expect(found[0] == ["Id", "Category", "Probability", "Category_2", "Probability_2"])
    #expect(found.dropFirst().map { $0[0] } == ["row a", "row b"])
    for row in found.dropFirst() {
      let (first, second) = (Double(row[2]) ?? 0, Double(row[4]) ?? 1)
      #expect(first >= second && abs(first + second - 1) < 1e-5 && Set([row[1], row[3]]) == ["0", "1"])
    }
    let numbered = try here.start(
      ["run", "net.nn", "--weights", "t/last.safetensors", "--predict", "-", "--first-id", "1"], input: "0,1\n1,0\n"
    ).finish()
    #expect(rows(numbered.output).map { $0[0] } == ["Id", "1", "2"])
  }

  @Test func numbersAndNames() throws {
    let here = try Workshop()
    try here.write("input 4\nepochs 5\nfc 8 relu | fc $classes softmax\n", to: "net.nn")
    #expect(try here.nnc("run", "net.nn", "--data", "iris", "-o", "t", "-q").code == 0)
    let arguments = ["run", "net.nn", "--weights", "t/last.safetensors", "--predict", "-"]
    let names = try here.start(arguments, input: "5.1,3.5,1.4,0.2\n").finish()
    let numbers = try here.start(arguments + ["--class-numbers"], input: "5.1,3.5,1.4,0.2\n").finish()
    let species = ["setosa", "versicolor", "virginica"]
    #expect(species.firstIndex(of: rows(names.output)[1][1]).map(String.init) == rows(numbers.output)[1][1])
    try here.write("input 4\nepochs 1\nfc 1\n", to: "one.nn")
    #expect(try here.nnc("run", "net.nn", "--data", "iris", "--top-k", "3").code == 2)
  }

  @Test func answersThatAreNumbers() throws {
    let here = try Workshop()
    try here.write("a,b,t\n" + (0..<20).map { "\($0),\($0 * 2),\(Double($0) / 3)\n" }.joined(), to: "d.csv")
    try here.write("data csv \"d.csv\" target t\nepochs 2\nfc 1\n", to: "net.nn")
    #expect(try here.nnc("run", "net.nn", "-o", "t", "-q").code == 0)
    let run = try here.start(["run", "net.nn", "--weights", "t/last.safetensors", "--predict", "-"], input: "a,b\n1,2\n").finish()
    #expect(rows(run.output).first == ["Id", "Prediction"] && rows(run.output).count == 2, "\(run)")
    for option in [["--top-k", "2"], ["--probabilities"], ["--class-numbers"]] {
      let ignored = try here.start(
        ["run", "net.nn", "--weights", "t/last.safetensors", "--predict", "-"] + option, input: "a,b\n1,2\n"
      ).finish()
      #expect(ignored.code == 2 && ignored.errors.contains("is about classes, and the network gives numbers"), "\(ignored)")
    }
  }
}
