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

  /// Columns of a vector, on the way to `poly`.
  func gatheredColumns(_ node: ImportedNode, _ x: Flow, _ indices: [Int], _ axis: Int) throws(Unsayable) -> Flow {
    let own = x.monomials ?? (0..<x.shape.count).map { [$0] }
    guard x.shape.kind == .vector, axis == x.axes.count - 1, x.picked.isEmpty, indices.allSatisfy({ own.indices.contains($0) }) else {
      throw Unsayable("it takes several places of an axis of \(x.layoutText)")
    }
    var result = x
    result.monomials = indices.map { own[$0] }
    result.axes[axis] = [newAtom(indices.count)]
    return result
  }

  /// The products of two lists of columns, one by one; nil where they are none.
  func productOfColumns(_ a: Flow, _ b: Flow) -> Flow? {
    guard let x = a.monomials, let y = b.monomials, a.source == b.source, x.count == y.count else { return nil }
    var result = a
    result.monomials = zip(x, y).map { $0 + $1 }
    return result
  }

  /// Columns and their products side by side, in the order of `poly`; nil where they are another list.
  func poly(_ flows: [Flow]) throws(Unsayable) -> Flow? {
    guard let first = flows.first, first.shape.kind == .vector, flows.contains(where: { $0.monomials != nil }),
      flows.allSatisfy({ $0.source == first.source })
    else { return nil }
    let monomials = flows.flatMap { $0.monomials ?? (0..<$0.shape.count).map { [$0] } }
    let degree = monomials.reduce(1) { max($0, $1.count) }
    let inputs = first.shape.count
    var usual = (0..<inputs).map { [$0] }
    for step in Poly.steps(inputs: inputs, degree: degree) {
      usual.append((step.earlier < usual.count ? usual[step.earlier] : []) + [step.input])
    }
    guard monomials == usual else { throw Unsayable("its columns are not those of `poly \(degree)`") }
    return try add("poly \(degree)", flow(first.source, first.shape))
  }
}
