import NNRecipe
import Testing

@testable import NNData

@Suite struct Splitting {
  private func divide(
    _ count: Int, labels: [Int32] = [], hasValidation: Bool = false, hasTest: Bool = false, seed: UInt64 = 0, fold: Int = 0,
    _ set: (inout Split) -> Void
  ) throws -> Division {
    var request = DataRequest()
    request.seed = seed
    request.fold = fold
    set(&request.split)
    return try Splitter(request, hasValidation: hasValidation, hasTest: hasTest).divide(count: count, labels: labels)
  }

  private func sizes(_ division: Division) -> [Int] {
    [division.train.count, division.validation.count, division.test.count, division.unused]
  }

  private func message(_ count: Int, hasTest: Bool = false, _ set: (inout Split) -> Void) throws -> String {
    try diagnostic { _ = try divide(count, hasTest: hasTest, set) }.message
  }

  @Test func everyExampleIsInOnePart() throws {
    let division = try divide(101) { ($0.train, $0.validation, $0.test) = (.fraction(0.7), .fraction(0.2), .fraction(0.1)) }
    #expect((division.train + division.validation + division.test).sorted() == (0..<101).map { Int32($0) })
    #expect(sizes(division) == [71, 20, 10, 0])
    #expect(division.train == division.train.sorted())
  }

  @Test func sizesAndRemainders() throws {
    #expect(sizes(try divide(5) { ($0.train, $0.test) = (.fraction(0.5), .fraction(0.5)) }) == [3, 0, 2, 0])
    #expect(sizes(try divide(100) { $0.train = .fraction(0.8) }) == [80, 0, 20, 0])
    #expect(sizes(try divide(100) { $0.validation = .fraction(0.1) }) == [90, 10, 0, 0])
    #expect(sizes(try divide(100) { $0.test = .count(30) }) == [70, 0, 30, 0])
    #expect(sizes(try divide(100) { ($0.train, $0.test) = (.count(10), .count(20)) }) == [10, 0, 20, 70])
    #expect(sizes(try divide(100) { _ in }) == [80, 0, 20, 0])
    #expect(sizes(try divide(100, hasTest: true) { _ in }) == [100, 0, 0, 0])
    #expect(sizes(try divide(100, hasTest: true) { $0.validation = .count(25) }) == [75, 25, 0, 0])
    #expect(sizes(try divide(100, hasTest: true) { $0.train = .fraction(0.9) }) == [90, 10, 0, 0])
    #expect(sizes(try divide(100, hasValidation: true) { _ in }) == [100, 0, 0, 0])
    #expect(sizes(try divide(1) { _ in }) == [1, 0, 0, 0])
  }

  @Test func aFunctionOfTheSeed() throws {
    let set: (inout Split) -> Void = { $0.train = .fraction(0.5) }
    #expect(try divide(50, seed: 3, set) == divide(50, seed: 3, set))
    #expect(try divide(50, seed: 3, set) != divide(50, seed: 4, set))
  }

  @Test func stratifiedPartsHaveEveryClassInItsShare() throws {
    let labels = (0..<1000).map { Int32($0 < 700 ? 0 : $0 < 950 ? 1 : 2) }
    let division = try divide(1000, labels: labels) {
      ($0.train, $0.validation, $0.test, $0.stratified) = (.fraction(0.8), .fraction(0.1), .fraction(0.1), true)
    }
    for (part, expected) in [(division.train, [560, 200, 40]), (division.validation, [70, 25, 5]), (division.test, [70, 25, 5])] {
      let counts = (0..<3).map { label in part.filter { labels[Int($0)] == label }.count }
      for (count, share) in zip(counts, expected) { #expect(abs(count - share) <= 1) }
    }
  }

  @Test func folds() throws {
    let parts = try (0..<5).map { fold in try divide(23, fold: fold) { $0.folds = 5 } }
    #expect(parts.flatMap(\.validation).sorted() == (0..<23).map { Int32($0) })
    for part in parts { #expect(part.train.count + part.validation.count == 23) }
    #expect(try message(3) { $0.folds = 5 } == "`fold 5` needs at least 2 folds and an example for each; the data has 3 examples")
  }

  @Test func refusals() throws {
    #expect(try message(100) { $0.train = .count(101) } == "`split` asks for 101 examples for train, 100 of 100 are left")
    #expect(
      try message(100) { ($0.train, $0.test) = (.count(90), .count(20)) } == "`split` asks for 20 examples for test, 10 of 100 are left")
    #expect(
      try message(100) { ($0.train, $0.test) = (.fraction(0.9), .fraction(0.2)) } == "the parts of `split` are more than 100% of the data")
    #expect(try message(10) { $0.test = .fraction(0.01) } == "the test part is empty: the data has only 10 examples")
    #expect(try message(10) { $0.test = .count(10) } == "`split` leaves none of the 10 examples for training")
    #expect(try message(10) { $0.train = .count(-3) } == "the train part is empty: the data has only 10 examples")
    #expect(
      try message(10, hasTest: true) { $0.test = .count(2) } == "the data has a test set of its own, which `split` cannot change")
    #expect(try message(10) { ($0.train, $0.test) = (.count(.max), .count(.max)) }.hasPrefix("`split` asks for 9,223,372,036,854,775,807"))
  }

  @Test func partsAreCutOutOfTheExamples() throws {
    let all = Examples(
      shape: [2], storage: .floats([0, 1, 10, 11, 20, 21, 30, 31]), targets: .classes([0, 1, 2, 3]), count: 4,
      origin: .files(["a", "b", "c", "d"]))
    let copy = all.copied([1, 3])
    #expect(copy.floats == [10, 11, 30, 31])
    #expect(copy.labels == [1, 3])
    #expect(copy.place(of: 1) == "d")
    let parts = all.divided([[0, 3], [2]])
    #expect(parts.map(\.floats) == [[0, 1, 30, 31], [20, 21]])
    #expect(parts.map(\.labels) == [[0, 3], [2]])
    #expect(parts.map(\.count) == [2, 1])
  }

  /// Every order of five rows is reached where they are, whatever cycles it has.
  @Test func rowsAreArrangedInTheirMemory() {
    func orders(_ rest: [Int32]) -> [[Int32]] {
      rest.isEmpty ? [[]] : rest.flatMap { first in orders(rest.filter { $0 != first }).map { [first] + $0 } }
    }
    let rows = Stretch<Float>((0..<10).map { Float($0) })
    for order in orders([0, 1, 2, 3, 4]) {
      let expected = order.flatMap { [Float(2 * $0), Float(2 * $0 + 1)] }
      #expect(Array(rows.arranged(order, size: 2)) == expected)
    }
  }

  /// Rows without lines of their own take none; a gap makes a list.
  @Test func linesOfRows() {
    var lines = RowLines()
    for line in [2, 3, 4, 7, 8] as [Int32] { lines.append(line) }
    #expect((0..<5).map { lines[$0] } == [2, 3, 4, 7, 8])
    let chosen = lines.choosing([4, 1])
    #expect(chosen.count == 2 && chosen[0] == 8 && chosen[1] == 3)
    var plain = RowLines()
    for line in 5..<9 as Range<Int32> { plain.append(line) }
    let twice = plain.choosing([3, 1, 0]).choosing([2, 0])
    #expect(twice.count == 2 && twice[0] == 5 && twice[1] == 8)
  }

  /// The stratified order, by sorting all relative ranks at once.
  @Test func stratifiedOrderIsBySortedRanks() throws {
    let labels = (0..<997).map { Int32($0 % 7 == 0 ? 0 : $0 % 5 == 0 ? 1 : $0 % 2 == 0 ? 2 : 4) }
    for seed in 0..<5 as Range<UInt64> {
      var request = DataRequest()
      request.seed = seed
      request.split.stratified = true
      (request.split.train, request.split.test) = (.fraction(0.61), .fraction(0.39))
      let division = try Splitter(request, hasValidation: false, hasTest: false).divide(count: labels.count, labels: labels)
      var random = Random(seed: seed, 0x5B1D)
      var order = labels.indices.map { Int32($0) }
      random.shuffle(&order)
      var seen: [Int32: Int] = [:]
      let ranked = order.map { example -> (Double, Int32) in
        let label = labels[Int(example)]
        seen[label, default: 0] += 1
        return ((Double(seen[label, default: 0]) - 0.5) / Double(labels.filter { $0 == label }.count), example)
      }
      let sorted = ranked.sorted { $0 < $1 }.map(\.1)
      #expect(division.train == sorted[..<608].sorted())
    }
  }
}
