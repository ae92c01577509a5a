/// The few shapes that the drawings are made of. Colours are classes, so that one file suits a light and a dark page.
struct SVG {
  private(set) var body = ""
  let width: Double
  let height: Double

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class name: String) {
    body += "<line class=\"\(name)\" x1=\"\(n(x1))\" y1=\"\(n(y1))\" x2=\"\(n(x2))\" y2=\"\(n(y2))\"/>\n"
  }

  mutating func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double, class name: String, opacity: Double? = nil) {
    let share = opacity.map { " fill-opacity=\"\(fixed($0, 3))\"" } ?? ""
    body += "<rect class=\"\(name)\" x=\"\(n(x))\" y=\"\(n(y))\" width=\"\(n(width))\" height=\"\(n(height))\"\(share)/>\n"
  }

  mutating func circle(_ x: Double, _ y: Double, radius: Double, class name: String) {
    body += "<circle class=\"\(name)\" cx=\"\(n(x))\" cy=\"\(n(y))\" r=\"\(n(radius))\"/>\n"
  }

  mutating func polyline(_ points: [(x: Double, y: Double)], class name: String) {
    body += "<polyline class=\"\(name)\" points=\"\(points.map { "\(n($0.x)),\(n($0.y))" }.joined(separator: " "))\"/>\n"
  }

  mutating func polygon(_ points: [(x: Double, y: Double)], class name: String) {
    body += "<polygon class=\"\(name)\" points=\"\(points.map { "\(n($0.x)),\(n($0.y))" }.joined(separator: " "))\"/>\n"
  }

  /// From point to point, leaving and arriving straight down.
  mutating func curve(_ points: [(x: Double, y: Double)], class name: String) {
    guard let first = points.first else { return }
    var path = "M\(n(first.x)),\(n(first.y))"
    for (from, to) in zip(points, points.dropFirst()) {
      let middle = (from.y + to.y) / 2
      path += from.x == to.x ? "V\(n(to.y))" : "C\(n(from.x)),\(n(middle)) \(n(to.x)),\(n(middle)) \(n(to.x)),\(n(to.y))"
    }
    body += "<path class=\"\(name)\" d=\"\(path)\"/>\n"
  }

  enum Anchor: String { case start, middle, end }

  /// `degrees`: turned about its anchor.
  mutating func text(_ text: String, _ x: Double, _ y: Double, _ anchor: Anchor = .start, class name: String = "text", degrees: Double = 0)
  {
    let turn = degrees == 0 ? "" : " transform=\"rotate(\(n(degrees)) \(n(x)) \(n(y)))\""
    body += "<text class=\"\(name)\" x=\"\(n(x))\" y=\"\(n(y))\" text-anchor=\"\(anchor.rawValue)\"\(turn)>\(xmlEscaped(text))</text>\n"
  }

  /// The whole file. `title` is what a screen reader says.
  func document(title: String) -> String {
    """
    \(opening)
    <title>\(xmlEscaped(title))</title>
    <style>
    \(SVG.style)</style>
    <rect class="background" width="100%" height="100%"/>
    \(body)</svg>

    """
  }

  /// The drawing as part of a page that holds `style` once.
  func element(title: String) -> String { "\(opening)\n<title>\(xmlEscaped(title))</title>\n\(body)</svg>\n" }

  private var opening: String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(n(width)) \(n(height))\" width=\"\(n(width))\" height=\"\(n(height))\" role=\"img\">"
  }

  /// What the classes look like, light and dark.
  static let style = """
    text { font: 12px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f; }
    .heading { font-size: 14px; font-weight: 600; }
    .faint { fill: #57606a; }
    .onfill { fill: #ffffff; }
    .background { fill: #ffffff; }
    .grid { stroke: #d8dee4; stroke-width: 1; }
    .axis { stroke: #57606a; stroke-width: 1; }
    .mark { stroke: #57606a; stroke-width: 1; stroke-dasharray: 3 3; }
    .cell { fill: #1f6fb5; }
    .small { font-size: 11px; }
    .box { fill: #eef4fa; stroke: #1f6fb5; stroke-width: 1; rx: 6px; }
    .edge { fill: none; stroke: #57606a; stroke-width: 1.2; }
    .arrowhead { fill: #57606a; }
    .frame { fill: none; stroke: #d8dee4; stroke-width: 1; }
    .train, .validation { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
    .train { stroke: #1f6fb5; }
    .validation { stroke: #d9730d; }
    .traindot { fill: #1f6fb5; }
    .validationdot { fill: #d9730d; }
    .line0, .line1, .line2, .line3, .line4, .line5, .line6, .line7 { fill: none; stroke-width: 2; stroke-linejoin: round; }
    .line0 { stroke: #1f6fb5; } .line0dot { fill: #1f6fb5; }
    .line1 { stroke: #d9730d; } .line1dot { fill: #d9730d; }
    .line2 { stroke: #2e8b57; } .line2dot { fill: #2e8b57; }
    .line3 { stroke: #b03a8c; } .line3dot { fill: #b03a8c; }
    .line4 { stroke: #8a6d00; } .line4dot { fill: #8a6d00; }
    .line5 { stroke: #6a51a3; } .line5dot { fill: #6a51a3; }
    .line6 { stroke: #c0392b; } .line6dot { fill: #c0392b; }
    .line7 { stroke: #00808a; } .line7dot { fill: #00808a; }
    .dashed { stroke-dasharray: 5 4; }
    .point { fill: #1f6fb5; fill-opacity: 0.55; }
    .boundary { stroke: #24292f; stroke-width: 1.6; }
    .ring { fill: none; stroke: #24292f; stroke-width: 1; }
    @media (prefers-color-scheme: dark) {
    .point { fill: #58a6ff; }
    .boundary, .ring { stroke: #e6edf3; }
    .line0 { stroke: #58a6ff; } .line0dot { fill: #58a6ff; }
    .line1 { stroke: #f0883e; } .line1dot { fill: #f0883e; }
    .line2 { stroke: #56d364; } .line2dot { fill: #56d364; }
    .line3 { stroke: #e07bc4; } .line3dot { fill: #e07bc4; }
    .line4 { stroke: #d9b83a; } .line4dot { fill: #d9b83a; }
    .line5 { stroke: #b39ddb; } .line5dot { fill: #b39ddb; }
    .line6 { stroke: #ff7b72; } .line6dot { fill: #ff7b72; }
    .line7 { stroke: #39c5cf; } .line7dot { fill: #39c5cf; }
    text { fill: #e6edf3; }
    .faint { fill: #9da7b1; }
    .background { fill: #0d1117; }
    .grid, .frame { stroke: #30363d; }
    .axis, .mark { stroke: #9da7b1; }
    .cell { fill: #2f81d0; }
    .box { fill: #14263a; stroke: #58a6ff; }
    .edge { stroke: #9da7b1; }
    .arrowhead { fill: #9da7b1; }
    .train { stroke: #58a6ff; }
    .validation { stroke: #f0883e; }
    .traindot { fill: #58a6ff; }
    .validationdot { fill: #f0883e; }
    }

    """

  /// A hundredth of a pixel is enough.
  private func n(_ x: Double) -> String { x == x.rounded() ? fixed(x, 0) : fixed(x, 2) }

  /// How wide a text will be, roughly: three fifths of its height a letter.
  static func width(of text: String, size: Double = 12) -> Double { Double(text.count) * size * 0.62 }
}
