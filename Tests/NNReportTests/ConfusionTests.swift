import Testing

@testable import NNReport

@Suite struct ConfusionTests {
  // 3 + 1 of `cat`, 2 + 4 of `dog`: accuracy 7/10, recall 3/4 and 4/6, precision 3/5 and 4/5.
  let matrix = ConfusionMatrix(classes: ["cat", "dog"], counts: [[3, 1], [2, 4]])

  @Test func measures() throws {
    let matrix = try #require(matrix)
    #expect(matrix.total == 10)
    #expect(matrix.accuracy == 0.7)
    #expect(matrix.recall(0) == 0.75 && matrix.recall(1) == 4.0 / 6)
    #expect(matrix.precision(0) == 0.6 && matrix.precision(1) == 0.8)
  }

  @Test func tableThatIsNotSquare() {
    #expect(ConfusionMatrix(classes: ["a", "b"], counts: [[1, 2]]) == nil)
    #expect(ConfusionMatrix(classes: ["a", "b"], counts: [[1, 2], [3]]) == nil)
    #expect(ConfusionMatrix(classes: [], counts: []) == nil)
  }

  @Test func text() throws {
    #expect(
      try #require(matrix).text() == """
          actual \\ predicted    cat    dog  recall
          cat                     3      1   0.750
          dog                     2      4   0.667
          precision           0.600  0.800

        """)
  }

  @Test func emptyClassHasNoRecall() throws {
    let matrix = try #require(ConfusionMatrix(classes: ["a", "b"], counts: [[0, 0], [0, 2]]))
    #expect(matrix.recall(0) == nil && matrix.precision(0) == nil)
    #expect(matrix.text().contains("-"))
  }

  @Test func manyClassesShowTheWorstPairs() throws {
    let names = (0..<20).map { "c\($0)" }
    var counts = Array(repeating: Array(repeating: 0, count: 20), count: 20)
    counts[3][5] = 7
    counts[1][2] = 2
    let text = try #require(ConfusionMatrix(classes: names, counts: counts)).text()
    #expect(text == "  most often confused:\n    7  c3 taken for c5\n    2  c1 taken for c2\n")
  }

  @Test func csv() throws {
    let matrix = try #require(ConfusionMatrix(classes: ["=x", "b,c"], counts: [[1, 0], [0, 2]]))
    #expect(matrix.csv() == "actual,'=x,\"b,c\"\n'=x,1,0\n\"b,c\",0,2\n")
  }

  @Test(arguments: [1, 4, 12, 40])
  func drawing(_ count: Int) throws {
    let names = (0..<count).map { "class <\($0)>" }
    let counts = (0..<count).map { row in (0..<count).map { $0 == row ? 9 : 1 } }
    let svg = try #require(ConfusionMatrix(classes: names, counts: counts)).svg(title: "test")
    #expect(isWellFormed(svg))
    #expect(svg.components(of: "class=\"cell\"") == count * count)
    #expect(svg.contains("class &lt;0&gt;"))
  }
}
