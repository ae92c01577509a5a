import NNLayers

/// Fits what was seen at several inputs by simple formulas in the input's sizes; every formula holds at every point.
struct SizeFormula {
  let family: InputFamily
  /// The sizes of the inputs that were tried.
  let points: [[Int]]

  // MARK: Outputs

  /// `H/2xW/2x32` for the shapes of a stage; nil where one of its sizes follows no simple rule.
  func text(of shapes: [Shape?]) -> String? {
    let known = shapes.compactMap { $0 }
    guard known.count == points.count, let first = known.first, known.allSatisfy({ $0.kind == first.kind }) else { return nil }
    let sizes = first.dimensions.indices.map { axis in text(of: known.map { $0.dimensions[axis] }) }
    let texts = sizes.compactMap { $0 }
    return texts.count == sizes.count ? texts.joined(separator: "x") : nil
  }

  /// A number, or one of the input's sizes, moved and divided (rounded down).
  private func text(of values: [Int]) -> String? {
    guard let first = values.first else { return nil }
    if values.allSatisfy({ $0 == first }) { return "\(first)" }
    for (axis, name) in family.names.enumerated() {
      guard let rule = rule(values, axis) else { continue }
      let moved = rule.shift == 0 ? name : rule.shift > 0 ? "\(name)+\(rule.shift)" : "\(name)-\(-rule.shift)"
      if rule.divisor == 1 { return rule.shift == 0 ? moved : "(\(moved))" }
      return rule.shift == 0 ? "\(moved)/\(rule.divisor)" : "(\(moved))/\(rule.divisor)"
    }
    return nil
  }

  /// value = floor((size + shift) / divisor) at every point.
  private func rule(_ values: [Int], _ axis: Int) -> (shift: Int, divisor: Int)? {
    for divisor in 1...64 {
      for distance in 0...64 {
        for shift in distance == 0 ? [0] : [-distance, distance] {
          let holds = zip(points, values).allSatisfy { point, value in
            let moved = point[axis] + shift
            return moved >= 0 && moved / divisor == value
          }
          if holds { return (shift, divisor) }
        }
      }
    }
    return nil
  }

  // MARK: Parameters

  /// `288*C + 36`, or with a `fc` on an image `… + 128*(H/2)*(W/2)`; nil where no such formula holds.
  func parameters(of tries: [Inference]) -> String? {
    let totals = tries.map { $0.nodes.reduce(0) { sum, node in sum + node.weights.filter(\.isTrained).reduce(0) { $0 + $1.count } } }
    guard totals.count == points.count, tries.allSatisfy({ $0.isComplete }), let first = totals.first else { return nil }
    if totals.allSatisfy({ $0 == first }) { return first.grouped }
    return onOneSize(totals) ?? onFlattenedImage(totals, tries)
  }

  private func onOneSize(_ totals: [Int]) -> String? {
    for (axis, name) in family.names.enumerated() {
      guard let line = Line(points.map { $0[axis] }, totals) else { continue }
      return "\(line.slope.grouped)*\(name)\(line.tail)"
    }
    return nil
  }

  /// One `fc` reads an image whose size follows from the input's: its share is known exactly, the rest is a line in C.
  private func onFlattenedImage(_ totals: [Int], _ tries: [Inference]) -> String? {
    guard case .image = family,
      let index = tries.first?.nodes.firstIndex(where: { $0.layer is FullyConnected && $0.inputShapes[0].kind == .image })
    else { return nil }
    let nodes = tries.map { $0.nodes[index] }
    let outputs = nodes.map { $0.output.count }
    guard let size = text(of: nodes.map { $0.inputShapes[0] }), let first = outputs.first else { return nil }
    let rest = zip(totals, nodes).map { $0 - $1.inputShapes[0].count * first }
    let product = SizeFormula.product(first, size.split(separator: "x").map(String.init))
    if let constant = rest.first, rest.allSatisfy({ $0 == constant }) { return "\(product) + \(constant.grouped)" }
    guard let line = Line(points.map { $0[2] }, rest) else { return nil }
    return "\(line.slope.grouped)*C + \(product)\(line.tail)"
  }

  /// `128*(H/2)*(W/2)`
  private static func product(_ outputs: Int, _ sizes: [String]) -> String {
    let numbers = sizes.compactMap { Int($0) }
    let others = sizes.filter { Int($0) == nil }.map { $0.count > 1 && !$0.hasSuffix(")") ? "(\($0))" : $0 }
    return (["\(numbers.reduce(outputs, &*).grouped)"] + others).joined(separator: "*")
  }

  /// y = slope x + offset, exactly, at every point.
  private struct Line {
    let slope: Int
    let offset: Int

    init?(_ x: [Int], _ y: [Int]) {
      guard let other = x.indices.first(where: { x[$0] != x[0] }), (y[other] - y[0]) % (x[other] - x[0]) == 0 else { return nil }
      slope = (y[other] - y[0]) / (x[other] - x[0])
      offset = y[0] &- slope &* x[0]
      for (x, y) in zip(x, y) where slope &* x &+ offset != y { return nil }
      guard slope != 0 else { return nil }
    }

    var tail: String { offset == 0 ? "" : offset > 0 ? " + \(offset.grouped)" : " - \((-offset).grouped)" }
  }
}
