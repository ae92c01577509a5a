import Testing

@testable import NNReport

@Suite struct ReportTests {
  private var report: Report {
    var report = Report(title: "A <b>title</b>", subtitle: "net.nn on data")
    report.tiles = [.init("97 %", "test accuracy")]
    report.verdict = ("generalizing", ["The gap is small."])
    report.curves = LearningCurves(title: "x", epochs: [.init(number: 1, trainLoss: 1), .init(number: 2, trainLoss: 0.5)])
    report.confusion = ConfusionMatrix(classes: ["cat", "dog"], counts: [[3, 1], [2, 4]])
    report.mistakes = [
      .init(
        picture: Thumbnail(width: 1, height: 1, channels: 1, pixels: [9]), place: "a/b \"c\".png", actual: "cat", predicted: "dog",
        probability: 0.99, right: 0.01)
    ]
    report.stages = [.init(text: "fc 2", output: "2", parameters: 6, macs: 4)]
    report.settings = [("seed", "7")]
    return report
  }

  /// Nothing is fetched from elsewhere, and what users wrote is text.
  @Test func standsAlone() {
    let html = report.html()
    #expect(!html.contains("<b>title") && html.contains("A &lt;b&gt;title&lt;/b&gt;"))
    #expect(!html.contains("<script") && !html.contains("src=\"http") && !html.contains("href="))
    #expect(html.contains("data:image/png;base64,") && html.contains("a/b &quot;c&quot;.png"))
    #expect(html.contains("prefers-color-scheme: dark"))
    for heading in ["Learning curves", "Confusion matrix", "Classes", "Most confident mistakes", "Network", "Settings"] {
      #expect(html.contains("<h2>\(heading)</h2>"))
    }
  }

  /// scikit-learn 1.5's `classification_report(digits=4)` for 3 + 1 and 2 + 4.
  @Test func classReport() throws {
    let matrix = try #require(report.confusion)
    let expected = [
      "<td>cat</td><td class=\"number\">0.6000</td><td class=\"number\">0.7500</td><td class=\"number\">0.6667</td><td class=\"number\">4</td>",
      "<td>dog</td><td class=\"number\">0.8000</td><td class=\"number\">0.6667</td><td class=\"number\">0.7273</td><td class=\"number\">6</td>",
      "<td>macro average</td><td class=\"number\">0.7000</td><td class=\"number\">0.7083</td><td class=\"number\">0.6970</td>",
      "<td>weighted average</td><td class=\"number\">0.7200</td><td class=\"number\">0.7000</td><td class=\"number\">0.7030</td>",
    ]
    for row in expected { #expect(report.html().contains(row)) }
    #expect(matrix.support(1) == 6)
  }

  /// `Reference/metrics.py`: macro precision and f1, weighted recall, with a class that is not there and one that is never predicted.
  @Test func averages() throws {
    let counts = [
      [38, 8, 6, 4, 0, 0], [1, 6, 1, 0, 0, 0], [1, 1, 3, 0, 0, 0], [1, 0, 2, 13, 0, 0], [2, 1, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0],
    ]
    let matrix = try #require(ConfusionMatrix(classes: (0..<6).map { "\($0)" }, counts: counts))
    #expect(abs(matrix.macro(matrix.precision) - 0.4423424766448022) < 1e-14)
    #expect(abs(matrix.macro(matrix.f1) - 0.47314319667260846) < 1e-14)
    #expect(abs(matrix.weighted(matrix.recall) - 0.6666666666666666) < 1e-14)
  }

  @Test func emptyParts() {
    let html = Report(title: "t", subtitle: "s").html()
    #expect(!html.contains("<section>"))
  }

  @Test func comparison() {
    let runs = [Comparison.Run(name: "lr=0.1", cells: ["0.9"], loss: [(1, 0.5), (2, 0.25)], accuracy: [])]
    var page = Comparison(title: "t", subtitle: "s", columns: ["accuracy"], runs: runs, part: "validation")
    #expect(page.curves.count == 1)
    #expect(page.html().contains(">lr=0.1</text>") && page.html().contains("validation loss"))
    #expect(!page.html().contains("href="))
    page.runs[0].page = "01/report.html"
    #expect(page.html().contains("<a href=\"01/report.html\">0.9</a>"))
  }
}
