extension ConfusionMatrix {
  /// Cells are shaded by their share of the row, so that a small class shows as clearly as a large one.
  public func svg(title: String) -> String { drawing(title: title, .both).document(title: "Confusion matrix of \(title)") }

  /// What stands in the cells.
  enum Cells { case both, counts, shares }

  /// As part of a page.
  func element(title: String, _ cells: Cells) -> String { drawing(title: title, cells).element(title: "Confusion matrix, \(title)") }

  private func drawing(title: String, _ cells: Cells) -> SVG {
    let layout = Layout(self)
    var svg = SVG(width: layout.width, height: layout.height)
    svg.text(title, 16, 24, class: "heading")
    let facts = "\(grouped(total)) examples" + (accuracy.map { ", accuracy \(fixed($0, 4))" } ?? "")
    svg.text(facts, 16, 44, class: "faint")
    drawNames(layout, in: &svg)
    for row in counts.indices {
      for column in counts.indices { drawCell(row, column, layout, cells, in: &svg) }
    }
    svg.rectangle(layout.left, layout.top, layout.cell * Double(classes.count), layout.cell * Double(classes.count), class: "frame")
    return svg
  }

  private func drawNames(_ layout: Layout, in svg: inout SVG) {
    let middle = layout.cell * Double(classes.count) / 2
    svg.text("predicted", layout.left + middle, layout.top - layout.columnNames - 12, .middle, class: "faint")
    svg.text("actual", layout.left - layout.rowNames - 24, layout.top + middle, .middle, class: "faint", degrees: -90)
    for (index, name) in classes.enumerated() {
      let center = (Double(index) + 0.5) * layout.cell
      let shown = layout.shown(name)
      svg.text(shown, layout.left - 8, layout.top + center + 4, .end)
      if layout.turnsNames {
        svg.text(shown, layout.left + center + 4, layout.top - 8, class: "text", degrees: -60)
      } else {
        svg.text(shown, layout.left + center, layout.top - 8, .middle)
      }
    }
  }

  private func drawCell(_ row: Int, _ column: Int, _ layout: Layout, _ cells: Cells, in svg: inout SVG) {
    let count = counts[row][column]
    let all = counts[row].reduce(0, +)
    let share = all == 0 ? 0 : Double(count) / Double(all)
    let x = layout.left + Double(column) * layout.cell
    let y = layout.top + Double(row) * layout.cell
    if count > 0 { svg.rectangle(x, y, layout.cell, layout.cell, class: "cell", opacity: 0.06 + 0.94 * share) }
    guard layout.showsNumbers else { return }
    // From here on white stands out more on the light theme's blue than ink does.
    let name = share > 0.8 ? "onfill" : count == 0 ? "faint" : "text"
    let center = (x: x + layout.cell / 2, y: y + layout.cell / 2)
    switch cells {
    case .both where layout.showsShares && count > 0:
      svg.text(grouped(count), center.x, center.y - 2, .middle, class: name)
      svg.text("\(fixed(share * 100, 1))%", center.x, center.y + 14, .middle, class: name)
    case .both, .counts: svg.text(grouped(count), center.x, center.y + 4, .middle, class: name)
    case .shares:
      let text = all == 0 ? "-" : fixed(share, layout.showsShares ? 3 : 2)
      svg.text(text, center.x, center.y + 4, .middle, class: name)
    }
  }

  private struct Layout {
    let cell: Double
    let left: Double
    let top: Double
    let width: Double
    let height: Double
    let rowNames: Double
    let columnNames: Double
    let turnsNames: Bool
    let showsNumbers: Bool
    let showsShares: Bool

    init(_ matrix: ConfusionMatrix) {
      let count = matrix.classes.count
      cell = count <= 6 ? 92 : count <= 10 ? 68 : count <= 24 ? 44 : 14
      showsNumbers = count <= 24
      showsShares = count <= 10
      let longest = matrix.classes.map { SVG.width(of: Layout.shortened($0)) }.max() ?? 0
      turnsNames = longest > cell - 6
      rowNames = longest
      columnNames = turnsNames ? longest * 0.87 + 24 : 20
      left = rowNames + 52
      top = 84 + columnNames
      width = max(320, left + cell * Double(count) + 28 + (turnsNames ? longest * 0.5 : 0))
      height = top + cell * Double(count) + 24
    }

    func shown(_ name: String) -> String { Layout.shortened(name) }

    private static func shortened(_ name: String) -> String { name.count <= 24 ? name : name.prefix(23) + "…" }
  }
}
