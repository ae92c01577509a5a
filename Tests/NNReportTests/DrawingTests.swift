import Testing

@testable import NNReport

@Suite struct DrawingTests {
  @Test func ticksAreRound() {
    let axis = Axis.linear([0.13, 1.47])
    #expect(axis.low == 0 && axis.high == 1.5)
    #expect(axis.ticks.map { fixed($0, 2) } == ["0.00", "0.50", "1.00", "1.50"])
    let epochs = Axis.linear([1, 7], count: 8, whole: true, tight: true)
    #expect(epochs.ticks == [1, 2, 3, 4, 5, 6, 7])
    #expect(epochs.position(1) == 0 && epochs.position(7) == 1)
    #expect(Axis.logarithmic([0.002, 0.9]).ticks.map { significant($0, 3) } == ["0.001", "0.01", "0.1", "1"])
  }

  @Test(arguments: [[], [3.0], [0.0, 0.0], [1e300, -1e300], [Double.leastNonzeroMagnitude, 1.0], [1e-9, 1e9]])
  func anyValuesGiveAnAxis(_ values: [Double]) {
    for axis in [Axis.linear(values), Axis.linear(values, whole: true, tight: true)] {
      #expect(axis.high > axis.low)
      #expect(values.allSatisfy { (-1e-9...1 + 1e-9).contains(axis.position($0)) })
    }
  }

  private static let tiny = Double.leastNonzeroMagnitude * 1000

  /// Differences of which there is no number, and steps of which there is no power of ten.
  @Test(arguments: [[-1.7e308, 1.7e308], [0, tiny], [tiny, 3 * tiny], [-tiny, tiny], [tiny, 1]])
  func valuesBeyondAllScalesGiveAnAxis(_ values: [Double]) {
    for axis in [Axis.linear(values), .linear(values, whole: true, tight: true), .measured(values, isShare: false)] {
      #expect(axis.high > axis.low && (axis.high - axis.low).isFinite, "\(axis)")
      #expect(values.allSatisfy { axis.position($0).isFinite }, "\(axis)")
    }
  }

  @Test func curvesShowTheirSeries() {
    let epochs = (1...5).map {
      LearningCurves.Epoch(
        number: $0, trainLoss: 1 / Double($0), trainAccuracy: 0.5, validationLoss: 1.1 / Double($0), validationAccuracy: 0.4)
    }
    let svg = LearningCurves(title: "a & b", lossName: "cross_entropy", epochs: epochs, best: 4).svg()
    #expect(svg.contains("a &amp; b"))
    #expect(svg.components(of: "<polyline") == 4)
    #expect(svg.contains(">cross_entropy<") && svg.contains(">accuracy<") && svg.contains(">best epoch<"))
    #expect(isWellFormed(svg))
    let bare = LearningCurves(title: "r", lossName: "mse", epochs: epochs.map { .init(number: $0.number, trainLoss: $0.trainLoss) }).svg()
    #expect(bare.components(of: "<polyline") == 1)
    #expect(!bare.contains("accuracy") && !bare.contains(">validation<"))
  }

  @Test func curvesSurviveAnything() {
    let odd = [Double.nan, .infinity, -1, 1e300, 0].enumerated().map { LearningCurves.Epoch(number: $0.offset + 1, trainLoss: $0.element) }
    #expect(!LearningCurves(title: "", epochs: odd).svg().contains("nan"))
    #expect(isWellFormed(LearningCurves(title: "", epochs: []).svg()))
    let long = (1...20_000).map { LearningCurves.Epoch(number: $0, trainLoss: $0 == 12_345 ? 50 : 1) }
    let svg = LearningCurves(title: "long", epochs: long).svg()
    #expect(svg.utf8.count < 60_000)
    // The single peak is at the top of the plot area, whatever is left out.
    #expect(svg.contains(",88 "))
  }
}

extension String {
  /// How often `part` occurs.
  func components(of part: String) -> Int {
    var count = 0
    var rest = Substring(self)
    while let range = rest.firstRange(of: part) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}

/// Every element that is opened is closed, in order; attribute values are quoted by construction.
func isWellFormed(_ xml: String) -> Bool {
  var open: [Substring] = []
  var rest = Substring(xml)
  while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
    let tag = rest[rest.index(after: start)..<end]
    rest = rest[rest.index(after: end)...]
    let name = tag.prefix { !" /".contains($0) }
    if tag.hasPrefix("/") {
      guard open.popLast() == tag.dropFirst() else { return false }
    } else if !tag.hasSuffix("/") {
      open.append(name)
    }
  }
  return open.isEmpty && !rest.contains("<")
}
