/// How a run went, epoch by epoch, as a picture: the loss, and beside it the accuracy where there is one.
public struct LearningCurves: Sendable {
  public struct Epoch: Sendable {
    /// From 1.
    public var number: Int
    public var trainLoss: Double
    public var trainAccuracy: Double?
    public var validationLoss: Double?
    public var validationAccuracy: Double?

    public init(
      number: Int, trainLoss: Double, trainAccuracy: Double? = nil, validationLoss: Double? = nil, validationAccuracy: Double? = nil
    ) {
      self.number = number
      self.trainLoss = trainLoss
      self.trainAccuracy = trainAccuracy
      self.validationLoss = validationLoss
      self.validationAccuracy = validationAccuracy
    }
  }

  public var title: String
  public var lossName: String
  public var epochs: [Epoch]
  /// The epoch whose weights were kept, marked by a line.
  public var best: Int?

  public init(title: String, lossName: String = "loss", epochs: [Epoch], best: Int? = nil) {
    self.title = title
    self.lossName = lossName
    self.epochs = epochs
    self.best = best
  }

  private struct Panel {
    var name: String
    var train: [(x: Double, y: Double)]
    var validation: [(x: Double, y: Double)]
    var isShare: Bool
  }

  private var panels: [Panel] {
    func points(_ value: (Epoch) -> Double?) -> [(x: Double, y: Double)] {
      epochs.compactMap { epoch in value(epoch).flatMap { $0.isFinite ? (Double(epoch.number), $0) : nil } }
    }
    let loss = Panel(name: lossName, train: points(\.trainLoss), validation: points(\.validationLoss), isShare: false)
    let accuracy = Panel(
      name: "accuracy", train: points(\.trainAccuracy), validation: points(\.validationAccuracy), isShare: true)
    return accuracy.train.isEmpty && accuracy.validation.isEmpty ? [loss] : [loss, accuracy]
  }

  private static let panelWidth = 440.0
  private static let height = 360.0

  public func svg() -> String {
    let panels = panels
    var svg = SVG(width: LearningCurves.panelWidth * Double(panels.count), height: LearningCurves.height)
    svg.text(title, 16, 24, class: "heading")
    for (index, panel) in panels.enumerated() { draw(panel, left: Double(index) * LearningCurves.panelWidth, in: &svg) }
    return svg.document(title: "Learning curves of \(title): \(panels.map(\.name).joined(separator: " and ")) by epoch")
  }

  private func draw(_ panel: Panel, left: Double, in svg: inout SVG) {
    let area = PlotArea(left: left + 58, top: 88, right: left + LearningCurves.panelWidth - 28, bottom: LearningCurves.height - 46)
    let y = LearningCurves.verticalAxis((panel.train + panel.validation).map(\.y), isShare: panel.isShare)
    let x = Axis.linear(epochs.map { Double($0.number) }, count: 8, whole: true, tight: true)
    drawAxes(x, y, area, in: &svg)
    svg.text(panel.name + (y.isLogarithmic ? " (logarithmic)" : ""), area.left, area.top - 34)
    drawLegend(panel, area, in: &svg)
    if let best { svg.line(area.x(x.position(Double(best))), area.top, area.x(x.position(Double(best))), area.bottom, class: "mark") }
    for (points, name) in [(panel.train, "train"), (panel.validation, "validation")] where !points.isEmpty {
      let places = thinned(points).map { (area.x(x.position($0.x)), area.y(y.position($0.y))) }
      svg.polyline(places, class: name)
      if places.count <= 40 { for place in places { svg.circle(place.0, place.1, radius: 2.5, class: name + "dot") } }
    }
  }

  private func drawAxes(_ x: Axis, _ y: Axis, _ area: PlotArea, in svg: inout SVG) {
    for tick in y.ticks {
      let height = area.y(y.position(tick))
      svg.line(area.left, height, area.right, height, class: "grid")
      svg.text(significant(tick, 4), area.left - 8, height + 4, .end, class: "faint")
    }
    for tick in x.ticks {
      let place = area.x(x.position(tick))
      svg.line(place, area.bottom, place, area.bottom + 4, class: "axis")
      svg.text(grouped(Int(tick)), place, area.bottom + 18, .middle, class: "faint")
    }
    svg.line(area.left, area.bottom, area.right, area.bottom, class: "axis")
    svg.text("epoch", (area.left + area.right) / 2, area.bottom + 36, .middle, class: "faint")
  }

  private func drawLegend(_ panel: Panel, _ area: PlotArea, in svg: inout SVG) {
    var x = area.left
    let entries = [
      ("train", "train", !panel.train.isEmpty), ("validation", "validation", !panel.validation.isEmpty),
      ("best epoch", "mark", best != nil),
    ]
    for (label, name, isShown) in entries where isShown {
      svg.line(x, area.top - 17, x + 20, area.top - 17, class: name)
      svg.text(label, x + 26, area.top - 13, class: "faint")
      x += 26 + SVG.width(of: label) + 14
    }
  }

  /// Logarithmic where the values span more than two powers of ten; a share ends at 1.
  private static func verticalAxis(_ values: [Double], isShare: Bool) -> Axis {
    guard !isShare, let low = values.min(), let high = values.max(), low > 0, high / low > 100 else {
      let axis = Axis.linear(values)
      guard isShare, axis.high > 1 || axis.low < 0 else { return axis }
      let ticks = axis.ticks.filter { (0...1.000001).contains($0) }
      return Axis(low: max(0, axis.low), high: min(1, axis.high), ticks: ticks, isLogarithmic: false)
    }
    return .logarithmic(values)
  }

  /// At most about 1,000 points: the lowest and the highest of each stretch, so that no peak is lost.
  private func thinned(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    let limit = 1000
    guard points.count > limit else { return points }
    let length = (points.count + limit / 2 - 1) / (limit / 2)
    return stride(from: 0, to: points.count, by: length).flatMap { start in
      let stretch = points[start..<min(start + length, points.count)]
      let ends = [stretch.min { $0.y < $1.y }, stretch.max { $0.y < $1.y }].compactMap(\.self)
      return ends.sorted { $0.x < $1.x }
    }
  }
}

/// Where in the picture a chart's lines lie.
private struct PlotArea {
  let left: Double
  let top: Double
  let right: Double
  let bottom: Double

  func x(_ position: Double) -> Double { left + position * (right - left) }
  func y(_ position: Double) -> Double { bottom - position * (bottom - top) }
}
