/// The plane of two inputs, coloured by the class that a machine gives each place, with the examples it was trained on.
public struct DecisionMap: Sendable {
  /// An example, in the units of the axes.
  public struct Point: Sendable {
    public var x: Double
    public var y: Double
    /// The number of its class.
    public var group: Int
    /// A support vector.
    public var isMarked: Bool
    public init(x: Double, y: Double, group: Int, isMarked: Bool) {
      (self.x, self.y, self.group, self.isMarked) = (x, y, group, isMarked)
    }
  }

  public var title: String
  /// In the order of their numbers.
  public var classes: [String]
  /// Of the two inputs.
  public var names: [String]
  public private(set) var points: [Point]
  /// The class of each place of `grid`.
  public var regions: [Int] = []
  /// Of two classes: the decision at each place of `grid`, 0 on the boundary, 1 and -1 at the margins.
  public var decisions: [Double] = []
  private let xAxis: Axis
  private let yAxis: Axis

  private static let columns = 150
  private static let rows = 120

  /// - Parameter points: of more than 3,000, every n-th is drawn.
  public init(title: String, points: [Point], classes: [String], names: [String]) {
    self.title = title
    self.classes = classes
    self.names = names
    let finite = points.filter { $0.x.isFinite && $0.y.isFinite }
    let step = max(1, (finite.count + 2999) / 3000)
    self.points = stride(from: 0, to: finite.count, by: step).map { finite[$0] }
    xAxis = Axis.linear(finite.map(\.x))
    yAxis = Axis.linear(finite.map(\.y))
  }

  /// The places to ask a machine about: the middles of cells, row by row from below.
  public var grid: [(x: Double, y: Double)] {
    let width = (xAxis.high - xAxis.low) / Double(Self.columns)
    let height = (yAxis.high - yAxis.low) / Double(Self.rows)
    var places: [(x: Double, y: Double)] = []
    for row in 0..<Self.rows {
      let y = yAxis.low + (Double(row) + 0.5) * height
      for column in 0..<Self.columns { places.append((xAxis.low + (Double(column) + 0.5) * width, y)) }
    }
    return places
  }

  /// The whole file.
  public func svg() -> String { drawing.document(title: title) }

  /// As part of a page.
  func element() -> String { drawing.element(title: title) }

  private static let area = PlotArea(left: 64, top: 44, right: 564, bottom: 444)

  private var drawing: SVG {
    let shown = Array(classes.prefix(8))
    var svg = SVG(width: 600, height: 500 + 20 * Double(shown.count + 1))
    svg.text(title, 16, 24, class: "heading")
    fill(&svg)
    svg.axes(xAxis, yAxis, Self.area, below: "\(names.first ?? "") (to the right), \(names.last ?? "") (up)")
    for (level, name) in [(0.0, "boundary"), (1, "mark"), (-1, "mark")] {
      for (from, to) in contour(level) { svg.line(from.x, from.y, to.x, to.y, class: name) }
    }
    for point in points {
      let (x, y) = (Self.area.x(xAxis.position(point.x)), Self.area.y(yAxis.position(point.y)))
      if point.isMarked { svg.circle(x, y, radius: 5.5, class: "ring") }
      svg.circle(x, y, radius: 3, class: "line\(point.group % 8)dot")
    }
    for (number, name) in shown.enumerated() {
      svg.circle(Self.area.left + 6, 500 + 20 * Double(number), radius: 4, class: "line\(number)dot")
      svg.text(name, Self.area.left + 20, 504 + 20 * Double(number))
    }
    let last = 500 + 20 * Double(shown.count)
    svg.circle(Self.area.left + 6, last, radius: 5.5, class: "ring")
    svg.text(decisions.isEmpty ? "support vector" : "support vector; thin lines: the margins", Self.area.left + 20, last + 4)
    return svg
  }

  /// A rectangle for each run of cells of one class.
  private func fill(_ svg: inout SVG) {
    guard regions.count == Self.columns * Self.rows else { return }
    let width = (Self.area.right - Self.area.left) / Double(Self.columns)
    let height = (Self.area.bottom - Self.area.top) / Double(Self.rows)
    for row in 0..<Self.rows {
      var start = 0
      for column in 1...Self.columns
      where column == Self.columns || regions[row * Self.columns + column] != regions[row * Self.columns + start] {
        let top = Self.area.bottom - Double(row + 1) * height
        svg.rectangle(
          Self.area.left + Double(start) * width, top, Double(column - start) * width, height,
          class: "line\(regions[row * Self.columns + start] % 8)dot", opacity: 0.16)
        start = column
      }
    }
  }

  private typealias Place = (x: Double, y: Double)

  /// Pieces of the line where the decision is `level`, by squares between four places (marching squares).
  private func contour(_ level: Double) -> [(Place, Place)] {
    guard decisions.count == Self.columns * Self.rows else { return [] }
    var pieces: [(Place, Place)] = []
    for row in 0..<Self.rows - 1 {
      for column in 0..<Self.columns - 1 {
        let corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
        let crossings = corners.indices.compactMap { crossing(corners[$0], corners[($0 + 1) % 4], level) }
        if crossings.count >= 2 { pieces.append((crossings[0], crossings[1])) }
        if crossings.count == 4 { pieces.append((crossings[2], crossings[3])) }
      }
    }
    return pieces
  }

  /// Where the decision is `level` between two neighbours.
  private func crossing(_ a: (Int, Int), _ b: (Int, Int), _ level: Double) -> Place? {
    let (first, second) = (decisions[a.1 * Self.columns + a.0] - level, decisions[b.1 * Self.columns + b.0] - level)
    guard (first > 0) != (second > 0), first.isFinite, second.isFinite else { return nil }
    let share = first / (first - second)
    let x = Double(a.0) + 0.5 + share * Double(b.0 - a.0)
    let y = Double(a.1) + 0.5 + share * Double(b.1 - a.1)
    return (Self.area.x(x / Double(Self.columns)), Self.area.y(y / Double(Self.rows)))
  }
}
