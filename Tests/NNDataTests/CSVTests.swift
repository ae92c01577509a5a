import NNRecipe
import Testing

@testable import NNData
@testable import NNDiagnostics

@Suite struct CSV {
  /// Everything in the training part.
  private func whole(_ target: DataRequest.Target? = nil) -> DataRequest {
    var request = DataRequest()
    request.split.train = .fraction(1)
    request.target = target
    return request
  }

  private func load(_ bytes: [UInt8], _ request: DataRequest? = nil, _ change: (inout CSVSource) -> Void = { _ in }) throws -> Dataset {
    let folder = try TemporaryFolder()
    var source = CSVSource(path: try folder.write("table.csv", bytes))
    change(&source)
    return try DataLoader.bare.load(.csv(source), request ?? whole())
  }

  private func load(_ text: String, _ request: DataRequest? = nil, _ change: (inout CSVSource) -> Void = { _ in }) throws -> Dataset {
    try load(Array(text.utf8), request, change)
  }

  /// Message, line and column.
  private func refusal(_ text: String, _ request: DataRequest? = nil, _ change: (inout CSVSource) -> Void = { _ in }) throws -> String {
    let problem = try diagnostic { _ = try load(text, request, change) }
    guard let place = problem.primary?.span.startPosition else { return problem.message }
    return "\(place.line):\(place.column): \(problem.message)"
  }

  @Test func textTargetsAreClasses() throws {
    let set = try load("a,b,kind\n1,2,x\n3,4,w\n5,6,x\n")
    #expect(set.train.floats == [1, 2, 3, 4, 5, 6])
    #expect(set.features == ["a", "b"])
    #expect(set.classes == ["w", "x"])
    #expect(set.train.labels == [1, 0, 1])
    #expect(set.train.place(of: 2).hasSuffix("table.csv:4"))
  }

  @Test func theTargetMayStandAnywhere() throws {
    let set = try load("kind,a,b\nx,1,2\ny,3,4\n") { $0.target = .name("kind") }
    #expect(set.train.floats == [1, 2, 3, 4])
    let byNumber = try load("9,1,2\n8,3,4\n", whole(.values)) {
      $0.header = false
      $0.target = .column(1)
    }
    #expect(byNumber.train.values == [9, 8])
    #expect(byNumber.features == ["2", "3"])
  }

  @Test func quotesLineBreaksAndBlanks() throws {
    let text = "\u{FEFF}\"a, first\" , \"b \"\"two\"\"\" ,kind\r\n\r\n \"1\" , 2 ,\"x\ny\"\r\n3,4,\"x\"\"\"\r\n\n"
    let set = try load(text)
    #expect(set.features == ["a, first", "b \"two\""])
    #expect(set.train.floats == [1, 2, 3, 4])
    #expect(set.classes == ["x\ny", "x\""])
    guard case .rows(_, let lines) = set.train.origin else { throw NotThere() }
    #expect(lines.count == 2 && lines[0] == 3 && lines[1] == 5)
  }

  @Test(arguments: [";", "\t", ","]) func delimiters(_ delimiter: String) throws {
    let text = ["a,b,c", "1,2,x", "3,,y"].joined(separator: "\n").replacing(",", with: delimiter)
    #expect(try refusal(text) == "3:\(3): no value in column `b`")
    #expect(try load(text.replacing("3\(delimiter)", with: "3\(delimiter)4")).train.floats == [1, 2, 3, 4])
  }

  @Test func aPathAloneRecognisesTheHeader() throws {
    let folder = try TemporaryFolder()
    let with = try folder.write("a.csv", text: "p,q,r\n1,2,x\n3,4,y\n")
    let without = try folder.write("b.csv", text: "1,2,x\n3,4,y\n")
    #expect(try DataLoader.bare.load(.path(with), whole()).train.count == 2)
    let set = try DataLoader.bare.load(.path(without), whole())
    #expect(set.train.count == 2)
    #expect(set.features == ["1", "2"])
  }

  @Test func placesOfWhatIsRefused() throws {
    #expect(try refusal("a,b,c\n1,2,x\n1,,x\n") == "3:3: no value in column `b`")
    #expect(try refusal("a,b,c\n1,NA,x\n") == "2:3: no value in column `b`")
    #expect(try refusal("a,b,c\n1,2,x\n1,two,x\n") == "3:3: `two` in column `b` is not a number")
    #expect(try refusal("a,b,c\n1,2,\n") == "2:5: no value in column `c`")
    #expect(try refusal("a,b,c\n1,1e50,x\n") == "2:3: `1e50` in column `b` is too large for a 32-bit number")
    #expect(try refusal("a,b,c\n1,-inf,x\n") == "2:3: `-inf` in column `b` is not finite")
    #expect(try refusal("a,b,c\n1,2\n") == "2:1: this row has 2 fields, the header has 3")
    // The label stands where a number is due, because the row is short.
    #expect(try refusal("a,b,c\n1,2,x\n1,x\n") == "3:1: this row has 2 fields, the header has 3")
    #expect(try refusal("a,b,c\n1,2,x\n1,2,3,x\n") == "3:1: this row has 4 fields, the header has 3")
    #expect(try refusal("a,b,c\n1,\"2,x\n") == "2:3: this quote is never closed")
    #expect(try refusal("a,b,c\n1,\"2\"3,x\n") == "2:6: text behind a closing quote")
    #expect(try refusal("a,b,c\n1,2,3.5\n1,2,x\n", whole(.values)) == "3:5: `x` in column `c` is not a number")
    #expect(try refusal("ä;b;c\n1;2;x\n1;2,5;x\n") == "3:3: `2,5` in column `b` is not a number")
  }

  @Test func wholeFilesThatAreRefused() throws {
    #expect(try refusal("").hasSuffix("table.csv is empty"))
    #expect(try refusal("\n\n").hasSuffix("table.csv is empty"))
    #expect(try refusal("a,b,c\n").hasSuffix("has a header and no rows"))
    #expect(try refusal("a\n1\n").contains("has one column"))
    #expect(try refusal("1.5,2,0\n3,4,1\n").contains("is a row of numbers"))
    #expect(try refusal("a,b,c\n1,2,x\n") { $0.target = .name("d") }.contains("has no column `d`"))
    #expect(try refusal("a,b,c\n1,2,x\n") { $0.target = .column(4) }.contains("has columns 1 to 3"))
    #expect(try refusal("a,a,c\n1,2,x\n") { $0.target = .name("a") }.contains("two columns"))
    #expect(try diagnostic { _ = try load(Array("a\0b\0".utf8)) }.message.contains("holds NUL bytes"))
  }

  @Test func linesAreTrueInLargeFiles() throws {
    var text = "a,b,c\n"
    for i in 0..<5000 { text += "\(i),\(i),x\n" }
    let before = text.utf8.count
    let problem = try diagnostic { _ = try load(text + "1,?,x\n" + text.dropFirst(6)) }
    let place = try #require(problem.primary?.span)
    #expect(place.startPosition == SourcePosition(line: 5002, column: 3, offset: before + 2))
    #expect(place.file.text(ofLine: 5002) == "1,?,x")
    #expect(place.file.bytes.count < 10_000)
  }

  @Test func inputShapes() throws {
    var request = whole()
    request.shape = [3]
    #expect(try refusal("a,b,c\n1,2,x\n", request).hasPrefix("the model takes 3, "))
    request.shape = [1, 2, 1]
    #expect(try load("a,b,c\n1,2,x\n", request).train.shape == [1, 2, 1])
  }

  @Test func factsWithoutTheModel() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("t.csv", text: "a,b,c\n1,2,x\n3,4,y\n")
    let facts = try #require(try DataLoader.bare.inspect(.path(path), DataRequest()))
    #expect(facts.shape == [2])
    #expect(facts.classes == ["x", "y"])
    #expect(facts.count == 2)
    let text = TableText(file: try MappedFile(path))
    let header = try TableLoader(text: text, source: CSVSource(path: path), hasHeader: true, request: DataRequest()).inspect(
      name: "t", limit: 4)
    #expect(header.features == ["a", "b"])
    #expect(header.classes == nil)
  }

  /// Whatever stands in a file, the reader gives a table or a place.
  @Test func damagedTablesDoNotTrap() throws {
    let whole = Array("a,\"b \"\"c\"\"\",k\r\n1,-2.5e3,x\r\n\"3\",4,\"y\nz\"\r\n5;6\t7,8,x\r\n".utf8)
    var random = Random(seed: 5)
    let bytes = Array("\",;\t\n\r \0aé1.e-".utf8)
    for _ in 0..<500 {
      var text = Array(whole.prefix(1 + random.below(whole.count)))
      for _ in 0..<random.below(6) { text[random.below(text.count)] = bytes[random.below(bytes.count)] }
      do { _ = try load(text) } catch { #expect(error is Diagnostic) }
    }
  }
}
