import NNRecipe
import Testing

@testable import NNData
@testable import NNDiagnostics

@Suite struct TableTargetsOfCSV {
  private func load(_ labels: [String], _ request: DataRequest, _ change: (inout CSVSource) -> Void = { _ in }) throws -> Dataset {
    let folder = try TemporaryFolder()
    let text = "a,b,species\n" + labels.map { "1,2,\($0)\n" }.joined()
    var source = CSVSource(path: try folder.write("iris.csv", text: text))
    change(&source)
    var request = request
    request.split.train = .fraction(1)
    return try DataLoader.bare.load(.csv(source), request)
  }

  private func request(_ target: DataRequest.Target? = .classes, classes: [String] = [], count: Int? = nil) -> DataRequest {
    var request = DataRequest()
    request.target = target
    request.classes = classes
    request.classCount = count
    return request
  }

  @Test func numbersFromZero() throws {
    let set = try load(["0", "2", "1", "2"], request())
    #expect(set.classes == ["0", "1", "2"])
    #expect(set.train.labels == [0, 2, 1, 2])
    #expect(try load(["0", "2", "1"], request(classes: ["p", "q", "r"])).classes == ["p", "q", "r"])
    #expect(try load(["0", "2"], request(count: 4)).classes.count == 4)
  }

  @Test func numbersFromOne() throws {
    let set = try load(["1", "3", "2"], request()) { $0.firstClass = 1 }
    #expect(set.classes == ["1", "2", "3"])
    #expect(set.train.labels == [0, 2, 1])
  }

  @Test func aLabelOutOfRange() throws {
    let model = SourceFile(name: "iris.nn", text: "data csv \"iris.csv\" target species\n")
    var asked = request()
    asked.statements["data"] = SourceSpan(model, 0, 34)
    let problem = try diagnostic { _ = try load(["1", "2", "3", "2", "3", "3"], asked) }
    #expect(problem.code == .labelRange)
    #expect(problem.message == "label 3 is out of range: 3 classes are numbered 0, 1, 2")
    #expect(problem.primary?.span.startPosition == SourcePosition(line: 4, column: 5, offset: 28))
    #expect(problem.primary?.text == "column `species`")
    #expect(problem.notes == ["2 more rows have label 3; no row has label 0", "the labels look numbered from 1"])
    #expect(problem.fixes.first?.edits.first?.replacement == " from 1")
    #expect(problem.fixes.first?.edits.first?.span.start == 34)
  }

  @Test func negativeAndMissingLabels() throws {
    #expect(try diagnostic { _ = try load(["0", "-1"], request()) }.message == "label -1 is out of range: 2 classes are numbered 0, 1")
    let gap = try diagnostic { _ = try load(["0", "7"], request()) }
    #expect(gap.notes == ["no other row has label 7; no row has label 1"])
    #expect(gap.fixes.isEmpty)
  }

  @Test func fractionsAreNoClasses() throws {
    let problem = try diagnostic { _ = try load(["0", "1.5"], request()) }
    #expect(problem.message == "1.5 in column `species` is not a class: classes are whole numbers or names")
    #expect(problem.notes == ["the column runs from 0.0 to 1.5"])
  }

  @Test func withoutAModelTheNumbersDecide() throws {
    #expect(try load(["0", "1", "0", "1"], request(nil)).classes == ["0", "1"])
    #expect(try load(["0", "1", "2", "3"], request(nil)).classes.isEmpty)
    #expect(try load(["0.5", "1", "0.5", "1"], request(nil)).train.values == [0.5, 1, 0.5, 1])
    #expect(try load(["0", "1", "0", "1"], request(.values)).train.values == [0, 1, 0, 1])
  }

  @Test func oneWordMakesAllLabelsText() throws {
    let set = try load(["1", "2", "other", "1"], request())
    #expect(set.classes == ["1", "2", "other"])
    #expect(set.train.labels == [0, 1, 2, 0])
  }

  @Test func declaredNames() throws {
    #expect(try load(["b", "a"], request(classes: ["b", "a"])).train.labels == [0, 1])
    #expect(try load(["7", "3"], request(classes: ["3", "7"])).train.labels == [1, 0])
    let stray = try diagnostic { _ = try load(["a", "c"], request(classes: ["a", "b"])) }
    #expect(stray.message == "`c` in column `species` is not one of the declared classes")
    #expect(stray.primary?.span.startPosition.line == 3)
    let missing = try diagnostic { _ = try load(["a", "a"], request(classes: ["a", "b"])) }
    #expect(missing.message.hasPrefix("class `b` is declared, but no row of "))
    let count = try diagnostic { _ = try load(["a", "b"], request(count: 10)) }
    #expect(count.message == "the model has 10 classes, the data has 2")
  }

  /// numpy's digitize on its quantiles, from Tests/Reference/data.py.
  @Test(arguments: [3, 4]) func bins(_ count: Int) throws {
    let values = try ReferenceNumbers.floats("bins.x").map { "\($0)" }
    let names = ["low", "med", "high", "top"].prefix(count)
    let set = try load(values, request()) { $0.bins = Array(names) }
    #expect(set.classes == Array(names))
    #expect(try set.train.labels == ReferenceNumbers.bytes("bins.\(count)").map { Int32($0) })
  }

  @Test func binsThatStayEmpty() throws {
    let problem = try diagnostic { _ = try load(["1", "1", "1", "2"], request()) { $0.bins = ["low", "high"] } }
    #expect(problem.message == "bin `low` of column `species` would be empty")
  }
}
