/// How a run went, epoch by epoch, as a picture: the loss, and beside it the accuracy where there is one.
public struct LearningCurves: Sendable {
  /// What was measured after one epoch; nil where there is no validation part or no accuracy.
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
  /// What the left panel is called: `cross_entropy`.
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

  /// The whole file.
  public func svg() -> String { drawing.document(title: description) }

  /// As part of a page.
  func element() -> String { drawing.element(title: description) }

  private var description: String { "Learning curves of \(title): \(panels.map(\.name).joined(separator: " and ")) by epoch" }

  private var drawing: SVG {
    let panels = panels
    var svg = SVG(width: LearningCurves.panelWidth * Double(panels.count), height: LearningCurves.height)
    svg.text(title, 16, 24, class: "heading")
    for (index, panel) in panels.enumerated() { draw(panel, left: Double(index) * LearningCurves.panelWidth, in: &svg) }
    return svg
  }

  private func draw(_ panel: Panel, left: Double, in svg: inout SVG) {
    let area = PlotArea(left: left + 58, top: 88, right: left + LearningCurves.panelWidth - 28, bottom: LearningCurves.height - 46)
    let y = Axis.measured((panel.train + panel.validation).map(\.y), isShare: panel.isShare)
    let x = Axis.linear(epochs.map { Double($0.number) }, count: 8, whole: true, tight: true)
    svg.axes(x, y, area, below: "epoch")
    svg.text(panel.name + (y.isLogarithmic ? " (logarithmic)" : ""), area.left, area.top - 34)
    drawLegend(panel, area, in: &svg)
    if let best { svg.line(area.x(x.position(Double(best))), area.top, area.x(x.position(Double(best))), area.bottom, class: "mark") }
    for (points, name) in [(panel.train, "train"), (panel.validation, "validation")] where !points.isEmpty {
      let places = thinned(points).map { (area.x(x.position($0.x)), area.y(y.position($0.y))) }
      svg.polyline(places, class: name)
      if places.count <= 40 { for place in places { svg.circle(place.0, place.1, radius: 2.5, class: name + "dot") } }
    }
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
}
