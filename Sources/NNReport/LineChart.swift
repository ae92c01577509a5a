/// Several lines over one axis: the runs of a comparison, or a measure by the number of training examples.
public struct LineChart: Sendable {
  /// A line with its name in the legend.
  public struct Line: Sendable {
    public var name: String
    /// From left to right.
    public var points: [(x: Double, y: Double)]
    public init(_ name: String, _ points: [(x: Double, y: Double)]) {
      self.name = name
      self.points = points
    }
  }

  public var title: String
  /// What is counted to the right.
  public var below: String
  public var lines: [Line]
  /// The values are between 0 and 1.
  public var isShare: Bool

  public init(title: String, below: String, lines: [Line], isShare: Bool) {
    self.title = title
    self.below = below
    self.lines = lines.map { Line($0.name, $0.points.filter { $0.x.isFinite && $0.y.isFinite }) }.filter { !$0.points.isEmpty }
    self.isShare = isShare
  }

  /// A colour, and dashes from where the colours begin anew.
  private static func style(_ number: Int) -> String {
    "line\(number % colours)" + (number / colours % 2 == 1 ? " dashed" : "")
  }

  /// As many as can be told apart.
  private static let colours = 8
  private static let width = 560.0

  /// The whole file.
  public func svg() -> String { drawing.document(title: title) }

  /// As part of a page.
  func element() -> String { drawing.element(title: title) }

  private var drawing: SVG {
    let named = Array(lines.prefix(24))
    let legendRows = Double(named.count)
    var svg = SVG(width: LineChart.width, height: 350 + 20 * legendRows)
    svg.text(title, 16, 24, class: "heading")
    let area = PlotArea(left: 64, top: 44, right: LineChart.width - 24, bottom: 290)
    let y = Axis.measured(lines.flatMap { $0.points.map(\.y) }, isShare: isShare)
    let all = lines.flatMap { $0.points.map(\.x) }
    let x = Axis.linear(all, count: 8, whole: true, tight: true)
    svg.axes(x, y, area, below: below + (y.isLogarithmic ? " (values on a logarithmic axis)" : ""))
    for (number, line) in lines.enumerated() {
      let name = LineChart.style(number)
      let places = thinned(line.points).map { (area.x(x.position($0.x)), area.y(y.position($0.y))) }
      svg.polyline(places, class: name)
      if places.count <= 40 {
        for place in places { svg.circle(place.0, place.1, radius: 2.5, class: "line\(number % LineChart.colours)dot") }
      }
    }
    for (number, line) in named.enumerated() {
      let top = 346 + 20 * Double(number)
      svg.line(area.left, top, area.left + 24, top, class: LineChart.style(number))
      svg.text(line.name, area.left + 32, top + 4)
    }
    return svg
  }
}

/// Predicted against actual numbers: on the diagonal they agree.
public struct ScatterChart: Sendable {
  public var title: String
  /// Those that are drawn.
  public var points: [(actual: Double, predicted: Double)]

  /// Of more than 2,000 points, every n-th is drawn.
  public init(title: String, points: [(actual: Double, predicted: Double)]) {
    self.title = title
    let finite = points.filter { $0.actual.isFinite && $0.predicted.isFinite }
    let step = max(1, (finite.count + 1999) / 2000)
    self.points = stride(from: 0, to: finite.count, by: step).map { finite[$0] }
  }

  func element() -> String {
    var svg = SVG(width: 460, height: 430)
    svg.text(title, 16, 24, class: "heading")
    let area = PlotArea(left: 64, top: 44, right: 440, bottom: 380)
    let axis = Axis.linear(points.flatMap { [$0.actual, $0.predicted] })
    svg.axes(axis, axis, area, below: "actual (to the right), predicted (up)")
    svg.line(area.left, area.bottom, area.right, area.top, class: "mark")
    for point in points {
      svg.circle(area.x(axis.position(point.actual)), area.y(axis.position(point.predicted)), radius: 2, class: "point")
    }
    return svg.element(title: title)
  }
}
