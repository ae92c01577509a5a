import NNLayers

extension ONNXImporter {
  /// Nodes that only put the axes in another order or group them otherwise; a stage comes of it only where numbers change their places.
  func moved(_ node: ImportedNode) throws(Unsayable) -> Flow {
    let x = try node.flow()
    switch node.operation {
    case "Transpose":
      guard let turned = x.transposed(node.integers(named: "perm") ?? Array(x.axes.indices.reversed())) else {
        throw Unsayable("`perm` does not fit the axes")
      }
      return turned
    case "Squeeze", "Unsqueeze":
      let list = try AxisList(node, rank: x.axes.count, isAdding: node.operation == "Unsqueeze")
      var result = x
      result.axes = try list.applied(to: x.axes, one: []) { atoms in atoms.allSatisfy { $0.size == 1 && !$0.isBatch } }
      return result
    case "Flatten":
      let axis = try node.axis(node.integer("axis", 1), of: x.axes.count + 1)
      return try reshaped(x, [x.dimensions[..<axis].reduce(1, *), x.dimensions[axis...].reduce(1, *)])
    case _: return try reshaped(x, try ReshapeSizes(node, x.dimensions).sizes)
    }
  }

  func reshaped(_ x: Flow, _ sizes: [Int]) throws(Unsayable) -> Flow {
    let regrouped = x.regrouped(sizes, newAtom: newAtom)
    // Axes may be merged, and the features of a sequence cut into heads; what cuts others puts the numbers into another shape.
    let isMoved = regrouped.map { regrouped in
      x.canonical.indices.allSatisfy { axis in
        regrouped.canonical[axis].count == x.canonical[axis].count || x.shape.kind == .sequence && axis == 1
      }
    }
    if let regrouped, isMoved == true { return regrouped }
    if let stage = try reshapeStage(x, sizes) { return stage }
    if let regrouped { return regrouped }
    throw Unsayable("\(x.layoutText) cannot become \(sizes.map(String.init).joined(separator: " x "))")
  }

  /// The numbers of an example in another shape, in the order that both have in files; nil where it is another.
  func reshapeStage(_ x: Flow, _ sizes: [Int]) throws(Unsayable) -> Flow? {
    guard sizes.first == x.batchSize, x.axes.first?.allSatisfy(\.isBatch) == true, (2...4).contains(sizes.count),
      sizes.allSatisfy({ $0 > 0 }),
      let flat = x.regrouped([x.batchSize, x.shape.count], newAtom: newAtom), flat.isFlatInFileOrder
    else { return nil }
    switch sizes.count {
    case 2: return try vector(flat)
    case 3: return try add("reshape \(sizes[1])x\(sizes[2])", x)
    case _: return try add("reshape \(sizes[2])x\(sizes[3])x\(sizes[1])", x)
    }
  }

  // MARK: Steps and rows

  func gather(_ node: ImportedNode) throws(Unsayable) -> Flow {
    if case .constant(let table)? = node.inputs.first ?? nil { return try lookedUp(table, node) }
    var x = try node.flow()
    guard let indices = try node.integers(1) else { throw Unsayable("its places are missing") }
    let axis = try node.axis(node.integer("axis", 0), of: x.axes.count)
    guard indices.count == 1, let index = indices.first else { return try gatheredColumns(node, x, indices, axis) }
    let isKept = try !node.constant(1).shape.isEmpty
    if axis == 1, x.dimensions[axis] > 1 { x = try sequence(x) }
    if let part = x.picking(axis, index) { return isKept ? inserted(part, axis) : part }
    let step = try oneStep(x, axis, index)
    return isKept ? inserted(step, axis) : step
  }

  private func inserted(_ x: Flow, _ axis: Int) -> Flow {
    var result = x
    result.axes.insert([], at: axis)
    return result
  }

  /// One place of an axis: the first or last step of a sequence, and then without that axis.
  private func oneStep(_ x: Flow, _ axis: Int, _ index: Int) throws(Unsayable) -> Flow {
    guard x.shape.kind == .sequence, x.layout[axis].map(\.axis) == [0], x.dimensions[axis] == x.shape.dimensions[0] else {
      // An axis of size 1 has one place.
      if x.dimensions[axis] == 1, index == 0 || index == -1, !x.axes[axis].contains(where: \.isBatch) {
        var result = x
        result.axes.remove(at: axis)
        return result
      }
      throw Unsayable("one place is taken from an axis of \(x.layoutText); `first` and `last` take steps")
    }
    let steps = x.shape.dimensions[0]
    guard index == 0 || index == -1 || index == steps - 1 else {
      throw Unsayable("it takes step \(index) of \(steps); `first` and `last` can be said")
    }
    let isFirst = index == 0
    // Behind a layer that goes both ways `last` means the final state of each, and a stage between them the last step.
    let isBoth = stage(x.source).map { ["rnn", "lstm", "gru"].contains($0.word) && $0.text.contains(" both") } ?? false
    guard isBoth, !isFirst else { return try stepAdded(x, axis, isFirst ? "first" : "last") }
    var plain = x
    plain.source = try add("reshape \(x.shape)", x).source
    return try stepAdded(plain, axis, "last")
  }

  func stepAdded(_ x: Flow, _ axis: Int, _ word: String) throws(Unsayable) -> Flow {
    let result = try add(word, x)
    var moved = result
    moved.axes = x.axes.indices.filter { $0 != axis }.map { place in
      x.layout[place].contains { $0.axis == nil } ? result.axes[0] : x.layout[place].isEmpty ? [] : result.axes[1]
    }
    return moved
  }

  func slice(_ node: ImportedNode) throws(Unsayable) -> Flow {
    let x = try node.flow()
    var result = x
    for part in try SlicePart.parts(node, x.dimensions) {
      if part.count == x.dimensions[part.axis] { continue }
      if let run = result.pickingRun(part, newAtom: newAtom) {
        result = run
        continue
      }
      guard part.count == 1 else { throw Unsayable("it takes \(part.count) places of an axis of \(x.layoutText)") }
      result = inserted(try oneStep(result, part.axis, part.first), part.axis)
    }
    return result
  }

  private func lookedUp(_ table: ONNXTensor, _ node: ImportedNode) throws(Unsayable) -> Flow {
    let tokens = try node.flow(1)
    guard table.shape.count == 2, case .floats(let values) = table.values, node.integer("axis", 0) == 0, tokens.shape.kind == .tokens else {
      throw Unsayable("rows of a table are looked up by tokens only")
    }
    guard case .tokens(_, let vocabulary) = tokens.shape, vocabulary == table.shape[0] else {
      throw Unsayable("the table has \(table.shape[0]) rows")
    }
    let result = try add("embed \(table.shape[1])", tokens, [("weight", values)])
    var moved = result
    let names = tokens.layout.map { $0.map(\.axis) }
    guard names == [[nil], [0]] || names == [[0], [nil]] else { throw layoutProblem(tokens, "N x T") }
    if names == [[0], [nil]] { moved.axes = [result.axes[1], result.axes[0], result.axes[2]] }
    return moved
  }

  func oneHot(_ node: ImportedNode) throws(Unsayable) -> Flow {
    let tokens = try node.flow()
    let depth = try node.constant(1).doubles.first
    let axis = try node.axis(node.integer("axis", -1), of: tokens.axes.count + 1)
    guard case .tokens(_, let vocabulary) = tokens.shape, depth == Double(vocabulary), try node.constant(2).doubles == [0, 1],
      axis == tokens.axes.count
    else {
      throw Unsayable("`onehot` gives 0 and 1 for tokens, in a last axis")
    }
    return try add("onehot", tokens)
  }
}
