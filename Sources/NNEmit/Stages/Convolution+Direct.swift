/// Convolutions straight from the input, in blocks of pixels by channels that stay in registers.
extension Convolution {
  /// The window's loops: its rows, its taps in a row, and the numbers that are neighbours.
  private struct Window {
    var rows: Int
    var rowStep: Int
    var taps: Int
    var tapStep: Int
    var run: Int

    var text: String { text(rows: "\(rows)") }

    func text(rows: String) -> String { "rows: \(rows), rowStep: \(rowStep), taps: \(taps), tapStep: \(tapStep), run: \(run)" }
  }

  /// Loops over neighbours are merged.
  private func window(_ x: Layout) -> Window {
    let g = geometry
    var window = Window(
      rows: g.kernelHeight, rowStep: g.dilationHeight * x.rowStep, taps: g.kernelWidth, tapStep: g.dilationWidth * x.pixelStep,
      run: g.groupInputs)
    if window.taps == 1 || window.tapStep == window.run {
      window.run *= window.taps
      window.taps = 1
      window.tapStep = 0
    }
    if window.taps == 1, window.rows == 1 || window.rowStep == window.run {
      window.run *= window.rows
      window.rows = 1
      window.rowStep = 0
    }
    return window
  }

  private func vectors(_ function: StageFunction) -> (lanes: Int, count: Int) {
    let channels = geometry.groups == 1 ? function.output.pixelStep : geometry.groupOutputs
    let lanes = function.processor.vectorLanes(dividing: channels)
    return (lanes, channels / lanes)
  }

  // MARK: Several pixels in a row

  func writeTiles(_ function: inout StageFunction) {
    let g = geometry
    let (lanes, count) = vectors(function)
    let block = Block(width: g.outWidth, vectors: count, lanes: lanes, processor: function.processor)
    function.use(.tile(pixels: block.pixels, block.vectors))
    let w = function.tensor(weights, .panels(width: block.vectors.channels), as: "w")
    function.prepareEpilogue()
    function.loop("panel", g.groups * count / block.vectors.count) { function, panel in
      if g.outHeight > 1 {
        function.unitLoop("row", g.outHeight) { function, row in
          function.loop("block", block.count) { writeTile(&$0, block, w, panel: panel, row: row, isFirst: $1 == "0") }
        }
      } else {
        function.unitLoop("block", block.count) { writeTile(&$0, block, w, panel: panel, row: "0", isFirst: $1 == "0") }
      }
    }
  }

  private func writeTile(_ function: inout StageFunction, _ block: Block, _ w: String, panel: String, row: String, isFirst: Bool) {
    let g = geometry
    let x = function.inputs[0]
    let channels = block.vectors.channels
    let column = isFirst ? "0" : "column"
    let window = window(x)
    let skips = skipsRows(window)
    if skips {
      // Of few rows a good part lies under the window's first or last.
      let top = Index((row, g.strideHeight))
      function.line("let firstRow = max(0, \(g.padTop) &- \(top.bracketed))")
      function.line("let rows = min(\(g.kernelHeight), \(g.inHeight + g.padTop) &- \(top.bracketed)) &- firstRow")
    }
    let firstRow = skips ? "firstRow" : "0"
    if !isFirst { function.line("let column = \(block.start(width: g.outWidth))") }
    function.pointers(row: row, column: column, channel: (panel, channels))
    let start = Index(
      (row, g.strideHeight * x.rowStep), (column, g.strideWidth * x.pixelStep), (firstRow, x.rowStep),
      groupStart(panel, channels), plus: windowOrigin(x))
    function.move("x", by: start)
    function.move(w, by: Index((panel, weights.rows * channels), (firstRow, g.kernelWidth * g.groupInputs * channels)))
    let loops = skips ? window.text(rows: "rows") : window.text
    function.call(
      "tile\(block.pixels)x\(channels)(\(loops), pixelStep: \(g.strideWidth * x.pixelStep), x, \(w))",
      parameters: "sum, pixel, lane"
    ) { $0.store("sum", column: "pixel", lane: "lane", lanes: block.vectors.lanes) }
  }

  /// Whether rows of the window that lie outside of the image are left out: with more rows it is not worth the code.
  private func skipsRows(_ window: Window) -> Bool {
    let g = geometry
    return window.rows > 1 && g.dilationHeight == 1 && (2...8).contains(g.outHeight) && g.padTop + g.padBottom > 0
      && max(g.padTop, g.padBottom) < g.kernelHeight
  }

  /// From a pixel to the first number of the window that lies over it.
  private func windowOrigin(_ x: Layout) -> Int { -(geometry.padTop * x.rowStep + geometry.padLeft * x.pixelStep) }

  /// Where the inputs of a panel's group begin.
  private func groupStart(_ panel: String, _ channels: Int) -> (String, Int) {
    let panelsPerGroup = geometry.groupOutputs / channels
    if geometry.groups == 1 { return ("0", 0) }
    return (panelsPerGroup == 1 ? panel : "(\(panel) / \(panelsPerGroup))", geometry.groupInputs)
  }

  // MARK: One pixel at a time

  /// Where rows have one pixel: each weight serves once, so that as many as possible are read side by side.
  func writeDots(_ function: inout StageFunction) {
    let g = geometry
    let x = function.inputs[0]
    let (lanes, count) = vectors(function)
    let window = window(x)
    let vectors = Helper.Vectors(count: [8, 4, 2, 1].first { count % $0 == 0 } ?? 1, lanes: lanes)
    let chains = [4, 2, 1].first { window.run % $0 == 0 && $0 * vectors.count <= 16 } ?? 1
    function.use(.dot(chains: chains, vectors))
    let w = function.tensor(weights, .panels(width: vectors.channels), as: "w")
    function.prepareEpilogue()
    let panels = g.groups * count / vectors.count
    let writePanel = { (function: inout StageFunction, row: String, panel: String) in
      function.pointers(row: row, column: "0", channel: (panel, vectors.channels))
      function.move("x", by: Index((row, g.strideHeight * x.rowStep), groupStart(panel, vectors.channels), plus: windowOrigin(x)))
      function.move(w, by: Index((panel, weights.rows * vectors.channels)))
      function.call("dot\(chains)x\(vectors.channels)(\(window.text), x, \(w))", parameters: "sum, lane") {
        $0.store("sum", lane: "lane", lanes: lanes)
      }
    }
    if g.outHeight > 1 {
      function.unitLoop("row", g.outHeight) { function, row in function.loop("panel", panels) { writePanel(&$0, row, $1) } }
    } else {
      function.unitLoop("panel", panels) { writePanel(&$0, "0", $1) }
    }
  }
}
