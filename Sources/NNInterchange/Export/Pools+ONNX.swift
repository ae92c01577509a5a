import NNKernelTypes
import NNLayers

extension MaxPool: ONNXWritable {
  func write(_ stage: ONNXStage) -> String {
    guard let geometry = geometry(for: stage.input) else { return stage.x }
    return stage.channelsFirst { ONNXPool(stage: stage, geometry: geometry).maximum($0) }
  }
}

extension AvgPool: ONNXWritable {
  func write(_ stage: ONNXStage) -> String {
    guard let geometry = geometry(for: stage.input) else { return stage.x }
    return stage.channelsFirst { ONNXPool(stage: stage, geometry: geometry).average($0) }
  }
}

extension GlobalAvgPool: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.add("Flatten", [stage.add("GlobalAveragePool", [stage.x])]) }
}

extension GlobalMaxPool: ONNXWritable {
  func write(_ stage: ONNXStage) -> String { stage.add("Flatten", [stage.add("GlobalMaxPool", [stage.x])]) }
}

/// A pool of an image, or along the steps of a sequence whose features stand first.
struct ONNXPool {
  let stage: ONNXStage
  let geometry: PoolGeometry

  private struct Axis {
    var size: Int
    var places: Int
    var window: Int
    var stride: Int
    var pad: Int
    /// Of each place; what lies beyond the padding is not counted.
    var spans: [PoolGeometry.Span]

    /// Rows that the last window hangs over the padding (`ceil`).
    var overhang: Int { max(0, (places - 1) * stride + window - size - 2 * pad) }
  }

  private var axes: [Axis] {
    let g = geometry
    let rows = Axis(
      size: g.inHeight, places: g.outHeight, window: g.windowHeight, stride: g.strideHeight, pad: g.padHeight,
      spans: (0..<g.outHeight).map(g.rows))
    let columns = Axis(
      size: g.inWidth, places: g.outWidth, window: g.windowWidth, stride: g.strideWidth, pad: g.padWidth,
      spans: (0..<g.outWidth).map(g.columns))
    return stage.input.kind == .image ? [rows, columns] : [rows]
  }

  /// An adaptive pool whose windows are all alike is a pool as any other.
  private var sliding: [Axis]? {
    if !geometry.isAdaptive { return axes }
    guard axes.allSatisfy({ $0.size % $0.places == 0 }) else { return nil }
    return axes.map { axis in
      Axis(
        size: axis.size, places: axis.places, window: axis.size / axis.places, stride: axis.size / axis.places, pad: 0, spans: axis.spans)
    }
  }

  func maximum(_ x: String) -> String {
    guard let axes = sliding else { return adaptiveMaximum(x) }
    return pool("MaxPool", axes, padded(x, axes, with: -.infinity), [])
  }

  func average(_ x: String) -> String {
    guard let axes = sliding else { return adaptiveAverage(x) }
    let mean = pool("AveragePool", axes, padded(x, axes, with: 0), [("count_include_pad", .integer(1))])
    guard hangsOver(axes) else { return mean }
    // The mean was taken over whole windows; those at the end count fewer.
    let factors = axes.map { axis in axis.spans.map { Float(axis.window) / Float($0.extent) } }
    let product = factors.dropFirst().reduce(factors[0]) { rows, columns in rows.flatMap { row in columns.map { row * $0 } } }
    return stage.add("Mul", [mean, stage.builder.constant("share", product, shape: [1, 1] + axes.map(\.places))])
  }

  private func hangsOver(_ axes: [Axis]) -> Bool { axes.contains { $0.overhang > 0 } }

  private func pool(_ operation: String, _ axes: [Axis], _ x: String, _ more: [(name: String, value: ONNXAttribute)]) -> String {
    let pads = hangsOver(axes) ? axes.map { _ in 0 } : axes.map(\.pad)
    return stage.add(
      operation, [x],
      [
        ("kernel_shape", .integers(axes.map(\.window))), ("pads", .integers(pads + pads)), ("strides", .integers(axes.map(\.stride))),
      ] + more)
  }

  /// Windows that hang over get numbers to lie on: `ceil_mode` does not mean the same in all versions of ONNX.
  private func padded(_ x: String, _ axes: [Axis], with value: Float) -> String {
    guard hangsOver(axes) else { return x }
    let pads = [0, 0] + axes.map(\.pad) + [0, 0] + axes.map { $0.pad + $0.overhang }
    return stage.add("Pad", [x, stage.builder.constant("pads", pads), stage.builder.constant("fill", [value], shape: [])])
  }

  /// Means over windows of different sizes: along each axis a product with a matrix of shares.
  private func adaptiveAverage(_ x: String) -> String {
    let shares = axes.map { axis in
      axis.spans.flatMap { span in (0..<axis.size).map { span.start..<span.end ~= $0 ? 1 / Float(span.end - span.start) : 0 } }
    }
    let last = axes[axes.count - 1]
    let columns = stage.builder.constant(
      "columns", (0..<last.size).flatMap { i in (0..<last.places).map { shares[axes.count - 1][$0 * last.size + i] } },
      shape: [last.size, last.places])
    let narrowed = stage.add("MatMul", [x, columns])
    guard axes.count == 2 else { return narrowed }
    return stage.add("MatMul", [stage.builder.constant("rows", shares[0], shape: [axes[0].places, axes[0].size]), narrowed])
  }

  /// Along each axis, the largest number of every window.
  private func adaptiveMaximum(_ x: String) -> String {
    axes.enumerated().reduce(x) { x, next in
      let (axis, place) = (next.element, next.offset + 2)
      let parts = axis.spans.map { span -> String in
        let (start, end) = (stage.builder.constant("start", [span.start]), stage.builder.constant("end", [span.end]))
        let slice = stage.add("Slice", [x, start, end, stage.builder.constant("axis", [place])])
        return stage.add("ReduceMax", [slice], [("axes", .integers([place])), ("keepdims", .integer(1))])
      }
      return stage.add("Concat", parts, [("axis", .integer(place))])
    }
  }
}
