/// Where in the picture a chart's lines lie.
struct PlotArea {
  let left: Double
  let top: Double
  let right: Double
  let bottom: Double

  func x(_ position: Double) -> Double { left + position * (right - left) }
  func y(_ position: Double) -> Double { bottom - position * (bottom - top) }
}

extension SVG {
  /// Ticks, grid lines and numbers of both axes. `name`: what is counted to the right.
  mutating func axes(_ x: Axis, _ y: Axis, _ area: PlotArea, below name: String) {
    for tick in y.ticks {
      let height = area.y(y.position(tick))
      line(area.left, height, area.right, height, class: "grid")
      text(significant(tick, 4), area.left - 8, height + 4, .end, class: "faint")
    }
    for tick in x.ticks {
      let place = area.x(x.position(tick))
      line(place, area.bottom, place, area.bottom + 4, class: "axis")
      text(SVG.tickText(tick), place, area.bottom + 18, .middle, class: "faint")
    }
    line(area.left, area.bottom, area.right, area.bottom, class: "axis")
    text(name, (area.left + area.right) / 2, area.bottom + 36, .middle, class: "faint")
  }

  private static func tickText(_ tick: Double) -> String {
    tick == tick.rounded() && tick.magnitude < 1e9 ? grouped(Int(tick)) : significant(tick, 6)
  }
}

/// At most about 1,000 points: the lowest and the highest of each stretch, so that no peak is lost.
func thinned(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
  let limit = 1000
  guard points.count > limit else { return points }
  let length = (points.count + limit / 2 - 1) / (limit / 2)
  return stride(from: 0, to: points.count, by: length).flatMap { start in
    let stretch = points[start..<min(start + length, points.count)]
    let ends = [stretch.min { $0.y < $1.y }, stretch.max { $0.y < $1.y }].compactMap(\.self)
    return ends.sorted { $0.x < $1.x }
  }
}
