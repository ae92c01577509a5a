/// The axes of a `Squeeze` or `Unsqueeze`.
struct AxisList {
  private let axes: Set<Int>?
  private let isAdding: Bool

  init(_ node: ImportedNode, rank: Int, isAdding: Bool) throws(Unsayable) {
    self.isAdding = isAdding
    let given = try node.integers(1, orNamed: "axes")
    let newRank = isAdding ? rank + (given?.count ?? 0) : rank
    var axes: Set<Int> = []
    for axis in given ?? [] {
      guard axes.insert(try node.axis(axis, of: newRank)).inserted else { throw Unsayable("an axis is named twice") }
    }
    self.axes = given == nil ? nil : axes
  }

  func applied(to sizes: [Int]) throws(Unsayable) -> [Int] { try applied(to: sizes, one: 1) { $0 == 1 } }

  /// Of anything that stands for an axis.
  func applied<Element>(to sizes: [Element], one: Element, isOne: (Element) -> Bool) throws(Unsayable) -> [Element] {
    guard isAdding else {
      let removed = axes ?? Set(sizes.indices.filter { isOne(sizes[$0]) })
      guard removed.allSatisfy({ isOne(sizes[$0]) }) else { throw Unsayable("an axis that is left out has more than one place") }
      return sizes.indices.filter { !removed.contains($0) }.map { sizes[$0] }
    }
    var rest = sizes[...]
    return (0..<sizes.count + (axes?.count ?? 0)).compactMap { axes?.contains($0) == true ? one : rest.popFirst() }
  }
}

/// The sizes that a `Reshape` asks for, with 0 and -1 worked out.
struct ReshapeSizes {
  let sizes: [Int]

  init(_ node: ImportedNode, _ old: [Int]) throws(Unsayable) {
    guard var sizes = try node.integers(1, orNamed: "shape") else { throw Unsayable("the new shape is missing") }
    if node.integer("allowzero", 0) == 0 {
      for (axis, size) in sizes.enumerated() where size == 0 {
        guard axis < old.count else { throw Unsayable("there is no axis \(axis) to take the size of") }
        sizes[axis] = old[axis]
      }
    }
    let known = sizes.filter { $0 != -1 }
    if let size = known.first(where: { $0 < 0 }) { throw Unsayable("a size of the new shape is \(size)") }
    guard var product = ONNXTensor.count(of: known) else {
      throw Unsayable("the new shape \(sizes.map(String.init).joined(separator: "x")) is too large")
    }
    let count = old.reduce(1, *)
    if let open = sizes.firstIndex(of: -1) {
      guard known.count == sizes.count - 1, product > 0, count % product == 0 else {
        throw Unsayable("the open size does not come out whole")
      }
      sizes[open] = count / product
      product = count
    }
    guard product == count else { throw Unsayable("\(count) numbers do not fit into \(sizes.map(String.init).joined(separator: "x"))") }
    self.sizes = sizes
  }
}
