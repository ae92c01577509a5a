import NNKernelTypes
import NNLayers

/// The largest number or the mean of every window, channel by channel.
struct Pool: Operation {
  enum Kind { case largest, mean }
  var kind: Kind
  /// A sequence lies along the width.
  var geometry: PoolGeometry

  var name: String { kind == .largest ? "maxPool" : "averagePool" }

  var summary: String {
    let what = kind == .largest ? "The largest" : "The mean"
    return geometry.isAdaptive
      ? "\(what) of \(geometry.outHeight)x\(geometry.outWidth) parts"
      : "\(what) of \(geometry.windowHeight)x\(geometry.windowWidth) windows"
  }

  var readsVectors: Bool { true }

  func fuses(_ step: EpilogueStep, after steps: [EpilogueStep]) -> Bool { step != .pool }

  /// 2x2 windows side by side: what a convolution can do at its end.
  var isHalving: Bool {
    let g = geometry
    return kind == .largest && !g.isAdaptive && g.windowHeight == 2 && g.windowWidth == 2 && g.strideHeight == 2 && g.strideWidth == 2
      && g.padHeight == 0 && g.padWidth == 0 && g.outHeight == g.inHeight / 2 && g.outWidth == g.inWidth / 2
  }

  /// Whether every window lies inside and has the same size.
  private var isUniform: Bool {
    let g = geometry
    let spans = (0..<g.outHeight).map(g.rows) + (0..<g.outWidth).map(g.columns)
    let (height, width) = (g.rows(0).extent, g.columns(0).extent)
    return spans.prefix(g.outHeight).allSatisfy { $0.end - $0.start == height && $0.extent == height }
      && spans.dropFirst(g.outHeight).allSatisfy { $0.end - $0.start == width && $0.extent == width } && stepsEvenly
  }

  private var stepsEvenly: Bool {
    let g = geometry
    return (0..<g.outHeight).allSatisfy { g.rows($0).start == $0 * rowStride }
      && (0..<g.outWidth).allSatisfy { g.columns($0).start == $0 * columnStride }
  }

  private var rowStride: Int { geometry.outHeight > 1 ? geometry.rows(1).start - geometry.rows(0).start : 0 }
  private var columnStride: Int { geometry.outWidth > 1 ? geometry.columns(1).start - geometry.columns(0).start : 0 }

  func write(_ function: inout StageFunction) {
    let lanes = function.lanes
    function.use(.load(lanes))
    if kind == .largest { function.use(.larger(lanes)) }
    function.prepareEpilogue()
    function.unitLoop("row", geometry.outHeight) { function, row in
      function.loop("column", geometry.outWidth) { function, column in
        let bounds = isUniform ? uniformBounds(&function, row, column) : spanBounds(&function, row, column)
        function.pointers(row: row, column: column)
        function.vectorLoop(function.output.pixelStep, lanes: lanes) { writeWindow(&$0, bounds, lane: $1, lanes) }
      }
    }
  }

  /// The pixels of a window, as ranges, and the factor of its mean.
  private struct Bounds {
    var rows: String
    var columns: String
    var factor: String
  }

  private func uniformBounds(_ function: inout StageFunction, _ row: String, _ column: String) -> Bounds {
    let x = function.inputs[0]
    let (height, width) = (geometry.rows(0).extent, geometry.columns(0).extent)
    function.move("x", by: Index((row, rowStride * x.rowStep), (column, columnStride * x.pixelStep)))
    return Bounds(rows: "0..<\(height)", columns: "0..<\(width)", factor: "\(1 / Float(height * width))")
  }

  private func spanBounds(_ function: inout StageFunction, _ row: String, _ column: String) -> Bounds {
    let g = geometry
    let rows = range(&function, "Row", row, g.outHeight, g.inHeight, g.windowHeight, g.strideHeight, g.padHeight)
    let columns = range(&function, "Column", column, g.outWidth, g.inWidth, g.windowWidth, g.strideWidth, g.padWidth)
    return Bounds(
      rows: rows.range, columns: columns.range, factor: kind == .mean ? "1 / Float(\(rows.extent) &* \(columns.extent))" : "")
  }

  /// The lines that work out one axis of a window: PyTorch's rules, as `PoolGeometry` has them.
  private func range(
    _ function: inout StageFunction, _ axis: String, _ index: String, _ count: Int, _ size: Int, _ window: Int, _ stride: Int, _ pad: Int
  ) -> (range: String, extent: String) {
    if geometry.isAdaptive {
      function.line("let first\(axis) = \(Index((index, size)).bracketed) / \(count)")
      function.line("let end\(axis) = (\(Index((index, size), plus: size + count - 1))) / \(count)")
      return ("first\(axis)..<end\(axis)", "(end\(axis) &- first\(axis))")
    }
    let start = Index((index, stride), plus: -pad)
    function.line("let first\(axis) = max(0, \(start))")
    function.line("let end\(axis) = min(\(size), \(Index((index, stride), plus: window - pad)))")
    guard kind == .mean else { return ("first\(axis)..<end\(axis)", "") }
    function.line("let extent\(axis) = min(\(size + pad), \(Index((index, stride), plus: window - pad))) &- \(start.bracketed)")
    return ("first\(axis)..<end\(axis)", "extent\(axis)")
  }

  private func writeWindow(_ function: inout StageFunction, _ bounds: Bounds, lane: String, _ lanes: Int) {
    let x = function.inputs[0]
    let start = kind == .largest ? "Vector\(lanes)(repeating: -Float.infinity)" : "Vector\(lanes)()"
    function.line("var result = \(start)")
    function.block("for windowRow in \(bounds.rows)") { function in
      function.block("for windowColumn in \(bounds.columns)") { function in
        let place = Index(("windowRow", x.rowStep), ("windowColumn", x.pixelStep), (lane, 1)).added(to: "x")
        function.line(kind == .largest ? "result = larger(result, load\(lanes)(\(place)))" : "result += load\(lanes)(\(place))")
      }
    }
    if kind == .mean { function.line("result *= \(bounds.factor)") }
    function.store("result", lane: lane, lanes: lanes)
  }
}

// MARK: Layers

extension MaxPool: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    guard let geometry = geometry(for: node.node.inputShapes[0]) else { return node.inputs[0] }
    return network.pool(.largest, geometry, node)
  }
}

extension AvgPool: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    guard let geometry = geometry(for: node.node.inputShapes[0]) else { return node.inputs[0] }
    return network.pool(.mean, geometry, node)
  }
}

extension GlobalMaxPool: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    network.pool(.largest, PoolGeometry(global: node.node.inputShapes[0]), node)
  }
}

extension GlobalAvgPool: Emittable {
  func emit(_ node: EmittedNode, into network: inout EmittedNetwork) -> Int {
    network.pool(.mean, PoolGeometry(global: node.node.inputShapes[0]), node)
  }
}

extension EmittedNetwork {
  fileprivate mutating func pool(_ kind: Pool.Kind, _ geometry: PoolGeometry, _ node: EmittedNode) -> Int {
    let pool = Pool(kind: kind, geometry: node.shape.kind == .sequence ? geometry.alongRow : geometry)
    if pool.isHalving, let fused = applyPool(to: node.inputs[0], node) { return fused }
    return add(pool, node)
  }
}

extension EmittedNetwork {
  /// The mean over the steps of a sequence, which lies along the width.
  mutating func meanOfSteps(_ node: EmittedNode) -> Int {
    let grid = node.node.inputShapes[0].grid
    let geometry = PoolGeometry(inHeight: 1, inWidth: grid.width, channels: grid.channels, toHeight: 1, toWidth: 1)
    return add(Pool(kind: .mean, geometry: geometry), node)
  }
}

extension PoolGeometry {
  /// Of a sequence, which is an image of width 1 to the layers, as one row of pixels.
  fileprivate var alongRow: PoolGeometry {
    var g = self
    swap(&g.inHeight, &g.inWidth)
    swap(&g.outHeight, &g.outWidth)
    swap(&g.windowHeight, &g.windowWidth)
    swap(&g.strideHeight, &g.strideWidth)
    swap(&g.padHeight, &g.padWidth)
    return g
  }
}
