import NNDiagnostics
import NNRecipe
import Testing

@testable import NNData

@Suite struct Texts {
  private func load(_ text: String, lower: Bool = false, keep: String? = nil, steps: Int = 3, perStep: Bool = false, split: Split = Split())
    throws -> Dataset
  {
    var request = DataRequest()
    request.shape = [steps]
    request.targetSteps = perStep ? steps : nil
    request.split = split
    let text = TableText(name: "t.txt", bytes: Array(text.utf8))
    return try TextLoader(text: text, lower: lower, keep: keep, request: request).load(name: "t")
  }

  private var trainOnly: Split {
    var split = Split()
    split.train = .fraction(1)
    return split
  }

  @Test func vocabularyIsInCodePointOrder() throws {
    let set = try load("Bé\r\nab\rz é", split: trainOnly)
    #expect(set.codec?.characters == ["\n", " ", "B", "a", "b", "z", "é"])
    #expect(set.classes == ["\n", " ", "B", "a", "b", "z", "é"])
    #expect(try load("ÀB\r\nab", lower: true, split: trainOnly).codec?.characters == ["\n", "a", "b", "à"])
    #expect(try load("A-b, c\nd!", lower: true, keep: "ABC ", split: trainOnly).codec?.characters == ["\n", " ", "a", "b", "c"])
  }

  /// "hello!" in windows of 3: hel -> l, ell -> o, llo -> !.
  @Test func windowsAndWhatFollows() throws {
    let set = try load("hello!", split: trainOnly)
    let codec = try #require(set.codec)
    let reader = try BatchReader(set.train, normalization: .identity)
    #expect(reader.count == 3 && reader.size == 3 && reader.labelsPerExample == 1)
    var x = [Float](repeating: -1, count: 9)
    var labels = [Int32](repeating: -1, count: 3)
    let order: [Int32] = [2, 0, 1]
    reader.fill(x: &x, indices: order[...], epoch: 0, augment: false)
    reader.fill(labels: &labels, indices: order[...])
    #expect(String(String.UnicodeScalarView(x.map { codec.decode(Int($0)) })) == "llohelell")
    #expect(String(String.UnicodeScalarView(labels.map { codec.decode(Int($0)) })) == "!lo")
  }

  /// hel -> ell, ell -> llo, llo -> lo!. Of the test part every third window: each character is judged once.
  @Test func targetsPerStep() throws {
    let set = try load("hello!", steps: 3, perStep: true, split: trainOnly)
    let codec = try #require(set.codec)
    #expect(String(String.UnicodeScalarView(set.train.labels.map { codec.decode(Int($0)) })) == "ellllolo!")
    var split = Split()
    (split.train, split.test) = (.count(3), .count(7))
    let divided = try load("abcdefghijklm", steps: 3, perStep: true, split: split)
    #expect(divided.train.count == 3 && divided.test?.labels == [4, 5, 6, 7, 8, 9, 10, 11, 12])
  }

  @Test func partsKeepTheOrder() throws {
    var split = Split()
    (split.train, split.validation, split.test) = (.fraction(0.5), .fraction(0.25), .fraction(0.25))
    let set = try load("abcdefghijk", split: split)
    #expect(set.train.labels.count == 4 && set.validation?.labels.count == 2 && set.test?.labels.count == 2)
    // Of the windows abc ... hij the first half; what it is to learn lies before what the test part asks for.
    #expect(set.train.labels == [3, 4, 5, 6] && set.validation?.labels == [7, 8] && set.test?.labels == [9, 10])
    split.stratified = true
    #expect(try diagnostic { _ = try load("abcdefghijk", split: split) }.code == .splitParts)
  }

  @Test func refusals() throws {
    #expect(try diagnostic { _ = try load("abc") }.message == "t.txt has 3 characters: a window of 3 and the character behind it need 4")
    #expect(try diagnostic { _ = try load("a\nb\0cdefg") }.code == .badText)
    #expect(try diagnostic { _ = try load("abcdefg", keep: "XYZ") }.code == .badText)
    let bytes = TableText(name: "b.txt", bytes: [0x61, 0x0A, 0xFF, 0x62])
    let problem = try diagnostic { _ = try TextLoader(text: bytes, lower: false, keep: nil, request: DataRequest()).load(name: "b") }
    #expect(problem.message == "b.txt is no UTF-8 text: line 2 holds bytes that are no character")
    var request = DataRequest()
    (request.shape, request.targetSteps) = ([4], 2)
    let text = TableText(name: "t.txt", bytes: Array("abcdefgh".utf8))
    #expect(
      try diagnostic { _ = try TextLoader(text: text, lower: false, keep: nil, request: request).load(name: "t") }.code == .stepsAndLabels)
  }

  @Test func codecGoesBothWays() throws {
    let codec = TextCodec(characters: ["\n", "a", "b"], lower: true)
    #expect(try codec.encode("Ab\r\na") == [1, 2, 0, 1])
    #expect(throws: TextCodec.UnknownCharacter(character: "c", place: 1)) { try codec.encode("ac") }
    #expect(codec.decode(2) == "b" && codec.decode(7) == "\u{FFFD}" && codec.decode(-1) == "\u{FFFD}")
  }

  /// The stand-in of Macbeth has the real text's kind of characters, and is the same every time.
  @Test func standIn() throws {
    let loader = DataLoader(environment: [:], modelFolder: nil)
    var request = DataRequest()
    request.shape = [30]
    let set = try loader.load(.text(path: "macbeth.txt", lower: true, keep: nil), request)
    #expect(set.standIn != nil)
    #expect(set.train.count > 75_000)
    #expect((28...40).contains(set.codec?.count ?? 0))
    #expect(try loader.load(.named("macbeth"), request).train.labels == set.train.labels)
  }
}

@Suite struct SeriesOfNumbers {
  private func load(_ csv: String, column: String = "y", window: Int = 2, predict: Int = 1, _ request: DataRequest = DataRequest()) throws
    -> Dataset
  {
    var source = CSVSource(path: "s.csv")
    source.target = .series(column: column, window: window, predict: predict)
    let text = TableText(name: "s.csv", bytes: Array(csv.utf8))
    return try TableLoader(text: text, source: source, hasHeader: true, request: request).load(name: "s")
  }

  private let table = "month,y\njan,1\nfeb,2\nmar,3\napr,4\nmay,5\njun,6\n"

  private var trainOnly: DataRequest {
    var request = DataRequest()
    request.split.train = .fraction(1)
    return request
  }

  /// The other columns may hold anything. The line is that of the first row to predict.
  @Test func windows() throws {
    let set = try load(table, predict: 2, trainOnly)
    #expect(set.train.shape == [2, 1] && set.train.count == 3)
    #expect(set.train.place(of: 0) == "s.csv:4")
    let normalization = NormalizationValues(scale: [10], shift: [1], targetScale: [2], targetShift: [-1])
    let reader = try BatchReader(set.train, normalization: normalization)
    var x = [Float](repeating: -1, count: 4)
    var y = x
    let order: [Int32] = [2, 0]
    reader.fill(x: &x, indices: order[...], epoch: 0, augment: false)
    reader.fill(targets: &y, indices: order[...])
    #expect(x == [31, 41, 11, 21])
    #expect(y == [9, 11, 5, 7])
  }

  @Test func targetPerStep() throws {
    var request = trainOnly
    request.targetSteps = 2
    let set = try load(table, request)
    let reader = try BatchReader(set.train, normalization: .identity)
    var y = [Float](repeating: -1, count: 4)
    let order: [Int32] = [0, 3]
    reader.fill(targets: &y, indices: order[...])
    #expect(y == [2, 3, 5, 6])
    #expect(try diagnostic { _ = try load(table, predict: 2, request) }.code == .stepsAndLabels)
  }

  /// Mean and deviation of the training windows alone: 1, 2, 3 of the six rows, and their targets 3 and 4.
  @Test func normalisationSeesTheTrainingPartOnly() throws {
    var request = DataRequest()
    request.split.train = .fraction(0.5)
    let set = try load(table, request)
    #expect(set.train.count == 2 && set.test?.count == 2)
    var rule = Normalization()
    (rule.input, rule.target) = (.minmax, .minmax)
    let values = try NormalizationValues.compute(rule, from: set.train)
    #expect(values.scale == [0.5] && values.shift == [-0.5] && values.targetScale == [1] && values.targetShift == [-3])
  }

  @Test func refusals() throws {
    #expect(try diagnostic { _ = try load("t,y\na,1\nb,2\n") }.code == .badTable)
    #expect(try diagnostic { _ = try load("t,y\na,1\nb,?\nc,3\n") }.message == "no value in column `y`")
    #expect(try diagnostic { _ = try load(table, column: "z") }.message == "s.csv has no column `z`")
    var request = DataRequest()
    request.shape = [7, 1]
    #expect(try diagnostic { _ = try load(table, request) }.code == .dataShape)
  }

  /// Each wave goes on where it stopped: a sine of period 50 satisfies x(t + 1) = 2 cos(2 pi / 50) x(t) - x(t - 1).
  @Test func waves() throws {
    let loader = DataLoader(environment: [:], modelFolder: nil)
    let set = try loader.load(.sine(steps: 20, samples: 10), trainOnly)
    #expect(set.train.shape == [20, 1] && set.train.count == 10)
    guard case .floats(let x) = set.train.storage, case .values(let targets, width: 1) = set.train.targets else { throw Missing() }
    for wave in 0..<10 {
      let (last, before) = (x[wave * 20 + 19], x[wave * 20 + 18])
      #expect(abs(targets[wave] - (2 * 0.992_114_7 * last - before)) < 1e-5)
    }
    #expect(Set(x.prefix(1) + x[20..<21]).count == 2, "each has its own shift")
  }

  private struct Missing: Error {}
}
