/// Parts of an axis that are taken out and put together again: the queries of an attention, the directions of a recurrent layer.
extension Flow {
  /// One place of an axis that is a piece of the features; nil for another axis.
  func picking(_ axis: Int, _ index: Int) -> Flow? {
    guard axes[axis].count == 1, let atom = axes[axis].first, let features = canonical.last, features.contains(atom), features.count > 1,
      atom.size > 1,
      (-atom.size..<atom.size).contains(index)
    else { return nil }
    var result = self
    result.picked[atom] = index < 0 ? index + atom.size : index
    result.axes.remove(at: axis)
    return result
  }

  /// Features that are one of several runs of the same length; nil where they are none.
  func pickingRun(_ part: SlicePart, newAtom: (Int) -> Atom) -> Flow? {
    let (size, first, count) = (dimensions[part.axis], part.first, part.count)
    guard count > 0, count < size, size % count == 0, first % count == 0, part.step == 1 || count == 1,
      axes[part.axis].allSatisfy({ canonical[canonical.count - 1].contains($0) })
    else { return nil }
    var sizes = dimensions
    sizes.replaceSubrange(part.axis...part.axis, with: [size / count, count])
    return regrouped(sizes, newAtom: newAtom)?.picking(part.axis, first / count)
  }

  /// All the places of an atom, one behind the other: the whole again; nil where they are not.
  ///
  /// - Parameter axis: along which they are joined.
  static func joining(_ flows: [Flow], _ axis: Int) -> Flow? {
    guard let first = flows.first, first.picked.count == 1, let atom = first.picked.keys.first, atom.size == flows.count else { return nil }
    for (index, flow) in flows.enumerated() {
      // Each cut has made atoms of its own: their places are compared.
      guard flow.source == first.source, flow.picked.count == 1, let own = flow.picked.first, own.key.size == atom.size, own.value == index,
        flow.layout == first.layout
      else { return nil }
    }
    var result = first
    result.picked = [:]
    result.axes[axis] = [atom] + result.axes[axis]
    return result
  }
}

/// What a `Pad` node has put around an image or a sequence.
struct ImportedPadding {
  /// Per axis it slides over.
  var front: [Int]
  var end: [Int]
  var value: Float
}
