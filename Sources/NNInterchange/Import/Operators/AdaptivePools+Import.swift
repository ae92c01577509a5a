import NNLayers

/// An adaptive pool of which one axis is read, and the other is not: of means the columns, of maxima the rows.
struct AdaptiveHalf {
  var isMean: Bool
  var places: Int
}

/// Pools `to` a size: in a graph products with matrices of shares, or a maximum for every window.
extension ONNXImporter {
  /// The windows along an axis, as `torch.nn.AdaptiveAvgPool2d` has them.
  private static func spans(_ size: Int, _ places: Int) -> [Range<Int>] {
    (0..<places).map { $0 * size / places..<(($0 + 1) * size + places - 1) / places }
  }

  /// For each window the share of each number in its mean.
  private static func shares(_ size: Int, _ places: Int) -> [Float] {
    spans(size, places).flatMap { span in (0..<size).map { span.contains($0) ? 1 / Float(span.count) : 0 } }
  }

  /// The product of an image or a sequence with a matrix of shares from behind; nil where it is none.
  func pooledColumns(_ x: Flow, _ matrix: ONNXTensor) throws(Unsayable) -> Flow? {
    let isLine = x.shape.kind == .sequence && x.hasLayout([[nil], [1], [0]])
    guard x.isWhole, isLine || x.shape.kind == .image && x.isStandard, matrix.shape.count == 2, let size = x.dimensions.last,
      matrix.shape[0] == size,
      (1...size).contains(matrix.shape[1]), case .floats(let values) = matrix.transposed([1, 0]).values,
      values == Self.shares(size, matrix.shape[1])
    else { return nil }
    guard isLine else { return pooled(x, axis: 3, matrix.shape[1], isMean: true) }
    return try add("avgpool to \(matrix.shape[1])", x).transposed([0, 2, 1])
  }

  /// The product with a matrix from the front: the rows of the same pool.
  func pooledRows(_ matrix: ONNXTensor, _ x: Flow) throws(Unsayable) -> Flow? {
    guard let adaptive = x.adaptive, adaptive.isMean, case .image(let height, _, _) = x.shape, matrix.shape.count == 2,
      matrix.shape[1] == height,
      (1...height).contains(matrix.shape[0]), case .floats(let values) = matrix.values, values == Self.shares(height, matrix.shape[0])
    else { return nil }
    return try add("avgpool to \(matrix.shape[0])x\(adaptive.places)", flow(x.source, x.shape))
  }

  /// `AdaptiveMax`, put together from a slice and a maximum for every window: along the rows first, then along the columns.
  func adaptiveMaximum(_ node: ImportedNode) throws(Unsayable) -> Flow {
    let x = try node.flow()
    let axis = try node.axis(node.integer("axis", 0), of: x.axes.count)
    guard let starts = node.integers(named: "starts"), let ends = node.integers(named: "ends"), starts.count == ends.count, !starts.isEmpty
    else {
      throw Unsayable("its windows are missing")
    }
    let (size, places) = (x.dimensions[axis], starts.count)
    let spans = Self.spans(size, places)
    guard places <= size, spans.map(\.lowerBound) == starts, spans.map(\.upperBound) == ends else {
      throw Unsayable("its windows are not those of `maxpool to`")
    }
    if x.shape.kind == .sequence, x.hasLayout([[nil], [1], [0]]), axis == 2 {
      let result = try add("maxpool to \(places)", x)
      return result.transposed([0, 2, 1]) ?? result
    }
    if let adaptive = x.adaptive, !adaptive.isMean, axis == 3 {
      return try add("maxpool to \(adaptive.places)x\(places)", flow(x.source, x.shape))
    }
    guard x.shape.kind == .image, x.isStandard, axis == 2 else { throw layoutProblem(x, "N x C x H x W") }
    return pooled(x, axis: 2, places, isMean: false)
  }

  private func pooled(_ x: Flow, axis: Int, _ places: Int, isMean: Bool) -> Flow {
    var result = x
    result.adaptive = AdaptiveHalf(isMean: isMean, places: places)
    result.axes[axis] = [newAtom(places)]
    return result
  }
}
