import NNReport
import Testing

struct NetworkDrawingTests {
  private static let residual = NetworkDrawing(
    [
      .init("input"), .init("conv 3x3x8 <pad 1>", detail: "224 parameters", inputs: [(box: 0, shape: "4x4x3")]),
      .init("relu", inputs: [(box: 1, shape: "4x4x8")]), .init("add", inputs: [(box: 2, shape: "4x4x8"), (box: 1, shape: "4x4x8")]),
      .init("output", inputs: [(box: 3, shape: "4x4x8")]),
    ], title: "A & B")

  @Test func everyBoxAndArrowIsDrawn() {
    let svg = NetworkDrawingTests.residual.svg()
    #expect(svg.split(separator: "class=\"box\"").count - 1 == 5)
    #expect(svg.split(separator: "<path class=\"edge\"").count - 1 == 5)
    #expect(svg.split(separator: "<polygon class=\"arrowhead\"").count - 1 == 5)
    #expect(svg.contains(">conv 3x3x8 &lt;pad 1&gt;</text>"))
    #expect(svg.contains("<title>A &amp; B</title>"))
    #expect(svg.contains(">4x4x3</text>"))
  }

  /// The arrow that passes `relu` has a place beside it: the two stand in one rank, so that neither is in the middle of the drawing.
  @Test func arrowsPassBesideBoxes() {
    let alone = NetworkDrawing([.init("input"), .init("relu", inputs: [(box: 0, shape: "4")])], title: "").svg()
    let x = { (svg: String, text: String) -> Double? in
      guard let line = svg.split(separator: "\n").first(where: { $0.hasSuffix(">\(text)</text>") }) else { return nil }
      return line.split(separator: "\"").dropFirst(3).first.flatMap { Double($0) }
    }
    #expect(x(alone, "relu") == x(alone, "input"))
    let svg = NetworkDrawingTests.residual.svg()
    #expect(x(svg, "add") == x(svg, "input"))
    #expect(x(svg, "relu") != x(svg, "input"))
  }
}
