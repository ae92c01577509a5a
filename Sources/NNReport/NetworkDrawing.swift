/// A drawing of a network: a box for each layer, from top to bottom, and an arrow with its shape for each value.
public struct NetworkDrawing: Sendable {
  /// A layer, or the input or output.
  public struct Box: Sendable {
    public var text: String
    /// Smaller, below: `2,336 parameters`.
    public var detail: String
    /// Boxes this one reads, by number, all of them before it, with the shape of what flows.
    public var inputs: [(box: Int, shape: String)]

    public init(_ text: String, detail: String = "", inputs: [(box: Int, shape: String)] = []) {
      self.text = text
      self.detail = detail
      self.inputs = inputs
    }
  }

  private let boxes: [Box]
  private let title: String
  private let layout: LayeredLayout

  public init(_ boxes: [Box], title: String) {
    self.boxes = boxes
    self.title = title
    layout = LayeredLayout(boxes)
  }

  private static let boxHeight = 40.0
  private static let rankHeight = 84.0
  private static let margin = 24.0

  /// The whole file.
  public func svg() -> String { drawing(hasTitle: true).document(title: title) }

  /// As part of a page, which has a title of its own.
  func element() -> String { drawing(hasTitle: false).element(title: title) }

  private func drawing(hasTitle: Bool) -> SVG {
    let height = Double(layout.ranks) * NetworkDrawing.rankHeight - (NetworkDrawing.rankHeight - NetworkDrawing.boxHeight)
    var svg = SVG(width: layout.width + 2 * NetworkDrawing.margin, height: height + 2 * NetworkDrawing.margin + 28)
    if hasTitle { svg.text(title, NetworkDrawing.margin, NetworkDrawing.margin + 2, class: "heading") }
    for (number, box) in boxes.enumerated() { drawArrows(into: number, box, &svg) }
    for (number, box) in boxes.enumerated() { draw(number, box, &svg) }
    return svg
  }

  private func top(ofRank rank: Int) -> Double { NetworkDrawing.margin + 24 + Double(rank) * NetworkDrawing.rankHeight }

  private func draw(_ number: Int, _ box: Box, _ svg: inout SVG) {
    let (center, y) = (NetworkDrawing.margin + layout.center[number], top(ofRank: layout.rank[number]))
    let width = LayeredLayout.width(of: box)
    svg.rectangle(center - width / 2, y, width, NetworkDrawing.boxHeight, class: "box")
    svg.text(box.text, center, y + (box.detail.isEmpty ? 24 : 18), .middle)
    if !box.detail.isEmpty { svg.text(box.detail, center, y + 33, .middle, class: "faint small") }
  }

  /// An arrow goes down through the places that were kept free for it. Several into one box arrive side by side.
  private func drawArrows(into number: Int, _ box: Box, _ svg: inout SVG) {
    for (port, input) in box.inputs.enumerated() {
      let offset = (Double(port) - Double(box.inputs.count - 1) / 2) * 16
      let end = (x: NetworkDrawing.margin + layout.center[number] + offset, y: top(ofRank: layout.rank[number]))
      var points = [
        (x: NetworkDrawing.margin + layout.center[input.box], y: top(ofRank: layout.rank[input.box]) + NetworkDrawing.boxHeight)
      ]
      for (rank, x) in layout.waypoints(of: number, port) {
        points.append((NetworkDrawing.margin + x, top(ofRank: rank)))
        points.append((NetworkDrawing.margin + x, top(ofRank: rank) + NetworkDrawing.boxHeight))
      }
      points.append((end.x, end.y - 5))
      svg.curve(points, class: "edge")
      svg.polygon([(end.x, end.y), (end.x - 4, end.y - 8), (end.x + 4, end.y - 8)], class: "arrowhead")
      // Where several arrive, their shapes stand where they leave.
      let label = box.inputs.count > 1 ? (x: points[0].x, y: points[0].y + 15) : (x: end.x, y: end.y - 9)
      svg.text(input.shape, label.x + 8, label.y, class: "faint small")
    }
  }
}

/// Boxes in ranks: each below all it reads, and the boxes of a rank in the order of what they read (Sugiyama, Tagawa and Toda 1981).
private struct LayeredLayout: Sendable {
  private(set) var rank: [Int] = []
  /// By box: the middle, from the left.
  private(set) var center: [Double]
  private(set) var width = 0.0
  private(set) var ranks = 0
  private var slots: [[Slot]] = []
  /// By box and port: the places of its arrow in the ranks between.
  private var passing: [[[(rank: Int, slot: Int)]]] = []

  /// A place in a rank: a box, or room for an arrow that passes.
  private struct Slot {
    var box: Int?
    var width: Double
    var center = 0.0
    /// Slots of the rank before that lead here.
    var above: [Int]
  }

  static func width(of box: NetworkDrawing.Box) -> Double {
    max(90, SVG.width(of: box.text) + 24, SVG.width(of: box.detail, size: 11) + 24)
  }

  private static let gap = 28.0

  init(_ boxes: [NetworkDrawing.Box]) {
    center = Array(repeating: 0, count: boxes.count)
    for box in boxes { rank.append((box.inputs.map { rank[$0.box] + 1 }.max()) ?? 0) }
    ranks = (rank.max() ?? 0) + 1
    slots = Array(repeating: [], count: ranks)
    var place = Array(repeating: 0, count: boxes.count)
    for (number, box) in boxes.enumerated() {
      var above: [Int] = []
      var passed: [[(rank: Int, slot: Int)]] = []
      for input in box.inputs {
        var from = place[input.box]
        var through: [(rank: Int, slot: Int)] = []
        for between in (rank[input.box] + 1)..<max(rank[number], rank[input.box] + 1) {
          slots[between].append(Slot(width: 60, above: [from]))
          from = slots[between].count - 1
          through.append((between, from))
        }
        above.append(from)
        passed.append(through)
      }
      slots[rank[number]].append(Slot(box: number, width: LayeredLayout.width(of: box), above: above))
      place[number] = slots[rank[number]].count - 1
      passing.append(passed)
    }
    width = slots.map { $0.reduce(-LayeredLayout.gap) { $0 + $1.width + LayeredLayout.gap } }.max() ?? 0
    for rank in slots.indices { arrange(rank) }
  }

  /// Side by side in the order of what is above, the whole rank in the middle.
  private mutating func arrange(_ rank: Int) {
    let wanted = slots[rank].map { slot in
      slot.above.isEmpty ? width / 2 : slot.above.reduce(0) { $0 + slots[rank - 1][$1].center } / Double(slot.above.count)
    }
    let total = slots[rank].reduce(-LayeredLayout.gap) { $0 + $1.width + LayeredLayout.gap }
    var x = (width - total) / 2
    for number in slots[rank].indices.sorted(by: { (wanted[$0], $0) < (wanted[$1], $1) }) {
      slots[rank][number].center = x + slots[rank][number].width / 2
      if let box = slots[rank][number].box { center[box] = slots[rank][number].center }
      x += slots[rank][number].width + LayeredLayout.gap
    }
  }

  /// Where an arrow crosses the ranks between its ends.
  func waypoints(of box: Int, _ port: Int) -> [(rank: Int, x: Double)] {
    passing[box][port].map { ($0.rank, slots[$0.rank][$0.slot].center) }
  }
}
