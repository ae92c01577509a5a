import NNLayers

/// Layers that a graph holds as several nodes.
extension ONNXImporter {
  /// x sigmoid(x), and the other half of a `gelu` that was read as far as x (1 + erf).
  func pattern(_ node: ImportedNode, _ flows: [Flow]) throws(Unsayable) -> Flow? {
    guard node.operation == "Mul", flows.count == 2 else { return nil }
    for (x, gate) in [(flows[0], flows[1]), (flows[1], flows[0])] {
      if let sigmoid = stage(gate.source), sigmoid.text == "sigmoid", sigmoid.inputs == [x.source], x.layout == gate.layout {
        return try addKeeping("silu", x)
      }
    }
    return nil
  }

  // MARK: Columns

  /// More columns than this are taken for damage.
  private static let mostColumns = 1 << 20

  /// Columns of a vector, on the way to `poly`.
  func gatheredColumns(_ node: ImportedNode, _ x: Flow, _ indices: [Int], _ axis: Int) throws(Unsayable) -> Flow {
    let count = x.monomials?.count ?? x.shape.count
    guard x.shape.kind == .vector, axis == x.axes.count - 1, x.picked.isEmpty, indices.count <= Self.mostColumns,
      indices.allSatisfy({ (0..<count).contains($0) })
    else {
      throw Unsayable("it takes several places of an axis of \(x.layoutText)")
    }
    var result = x
    result.monomials = indices.map { x.monomials?[$0] ?? [$0] }
    result.axes[axis] = [newAtom(indices.count)]
    return result
  }

  /// The products of two lists of columns, one by one; nil where they are none.
  func productOfColumns(_ a: Flow, _ b: Flow) throws(Unsayable) -> Flow? {
    guard let x = a.monomials, let y = b.monomials, a.source == b.source, x.count == y.count else { return nil }
    guard zip(x, y).allSatisfy({ $0.count + $1.count <= Poly.highestDegree }) else {
      throw Unsayable("products of more than \(Poly.highestDegree) columns are no `poly`")
    }
    var result = a
    result.monomials = zip(x, y).map { $0 + $1 }
    return result
  }

  /// Columns and their products side by side, in the order of `poly`; nil where they are another list.
  func poly(_ flows: [Flow]) throws(Unsayable) -> Flow? {
    guard let first = flows.first, first.shape.kind == .vector, flows.contains(where: { $0.monomials != nil }),
      flows.allSatisfy({ $0.source == first.source })
    else { return nil }
    let degree = flows.reduce(1) { ($1.monomials ?? []).reduce($0) { max($0, $1.count) } }
    let text = "poly \(degree)"
    let count = flows.reduce(0) { $0 + ($1.monomials?.count ?? $1.shape.count) }
    // Counted before they are listed: few columns may claim a degree whose list no memory holds.
    guard let shape = try? probe.result(of: text, on: first.shape).shape, shape.count == count,
      flows.flatMap({ $0.monomials ?? Self.columns($0.shape.count) }) == Self.monomials(of: first.shape.count, degree: degree)
    else { throw Unsayable("its columns are not those of `\(text)`") }
    return try add(text, flow(first.source, first.shape))
  }

  /// Each input by itself.
  private static func columns(_ inputs: Int) -> [[Int]] { (0..<inputs).map { [$0] } }

  /// The inputs that each column of `poly` is the product of.
  private static func monomials(of inputs: Int, degree: Int) -> [[Int]] {
    Poly.steps(inputs: inputs, degree: degree).reduce(into: columns(inputs)) { $0.append($0[$1.earlier] + [$1.input]) }
  }
}
