/// 3x3 convolutions by Winograd's F(4x4, 3x3): tiles of 4x4 outputs from 6x6 inputs, with 36 products per pair of channels in place of 144.
///
/// Bands of tile rows are done one after the other, so that the transformed numbers stay in the cache: inputs are transformed, multiplied as 36
/// matrices [tiles][inputs] x [inputs][outputs], and transformed back on the way to memory.
extension Convolution {
  private struct Tiles {
    var across: Int
    var down: Int
    /// Rows of tiles that are done at once.
    var band: Int
    /// `[36][tiles][inputStep]`, then `[36][tiles][outputStep]`.
    var inputStep: Int
    var outputStep: Int

    var count: Int { across * band }
    var bands: Int { (down + band - 1) / band }
    var transformed: Int { 36 * count * inputStep }
    var products: Int { 36 * count * outputStep }
  }

  private func tiles(_ function: StageFunction) -> Tiles {
    // A pool leaves out a last odd row or column, and with it maybe a tile.
    let perPixel = function.epilogue.contains(.pool) ? 2 : 1
    let across = (function.output.width * perPixel + 3) / 4
    let down = (function.output.height * perPixel + 3) / 4
    // As many rows as make the products long enough to pay for loading the weights.
    let fewest = max(1, min(down, (function.processor == .v4 ? 12 : 8) / across))
    let band = (fewest...max(fewest, min(down, 2 * fewest))).first { down % $0 == 0 } ?? fewest
    return Tiles(
      across: across, down: down, band: band, inputStep: function.inputs[0].pixelStep, outputStep: function.output.pixelStep)
  }

  func writeWinograd(_ function: inout StageFunction) {
    let tiles = tiles(function)
    let block = Block(
      width: tiles.count, vectors: tiles.outputStep / function.lanes, lanes: function.lanes, processor: function.processor)
    let w = function.tensor(weights, .winograd(width: block.vectors.channels), as: "w")
    function.prepareEpilogue()
    function.scratch = tiles.transformed + tiles.products
    function.line("let transformed = scratch")
    function.line("let products = scratch + \(tiles.transformed)")
    function.unitLoop("band", tiles.bands) { function, band in
      var top = (band, tiles.band)
      if tiles.bands * tiles.band != tiles.down {
        function.line("let top = min(band &* \(tiles.band), \(tiles.down - tiles.band))")
        top = ("top", 1)
      }
      writeInputs(&function, tiles, top)
      writeProducts(&function, tiles, block, w)
      writeOutputs(&function, tiles, top)
    }
  }

  private func writeInputs(_ function: inout StageFunction, _ tiles: Tiles, _ top: (String, Int)) {
    let x = function.inputs[0]
    let lanes = function.processor.vectorLanes(dividing: x.pixelStep)
    function.use(.winogradInput(lanes))
    function.loop("row", tiles.band) { function, row in
      function.loop("column", tiles.across) { function, column in
        let place = Index(
          (top.0, 4 * top.1 * x.rowStep), (row, 4 * x.rowStep), (column, 4 * x.pixelStep),
          plus: -(geometry.padTop * x.rowStep + geometry.padLeft * x.pixelStep))
        function.line("let tile = \(place.added(to: "x"))")
        function.line("let target = \(Index((row, tiles.across * x.pixelStep), (column, x.pixelStep)).added(to: "transformed"))")
        function.loop("vector", x.pixelStep / lanes) { function, vector in
          let (from, to) = (Index((vector, lanes)).added(to: "tile"), Index((vector, lanes)).added(to: "target"))
          let steps = "rowStep: \(x.rowStep), pixelStep: \(x.pixelStep)"
          function.line("winogradInput\(lanes)(\(from), \(steps), \(to), step: \(tiles.count * x.pixelStep))")
        }
      }
    }
  }

  private func writeProducts(_ function: inout StageFunction, _ tiles: Tiles, _ block: Block, _ w: String) {
    let channels = block.vectors.channels
    let panels = tiles.outputStep / channels
    function.use(.tile(pixels: block.pixels, block.vectors))
    function.use(.store(block.vectors.lanes))
    function.block("for product in 0..<36") { function in
      function.loop("panel", panels) { function, panel in
        function.line(
          "let w = \(Index(("product", panels * geometry.inChannels * channels), (panel, geometry.inChannels * channels)).added(to: w))")
        function.loop("block", block.count) { function, number in
          var start = "0"
          if number != "0" {
            function.line("let start = \(block.start(width: tiles.count))")
            start = "start"
          }
          function.line(
            "let x = \(Index(("product", tiles.count * tiles.inputStep), (start, tiles.inputStep)).added(to: "transformed"))")
          let y = Index(("product", tiles.count * tiles.outputStep), (start, tiles.outputStep), (panel, channels))
          function.line("let y = \(y.added(to: "products"))")
          let window = "rows: 1, rowStep: 0, taps: 1, tapStep: 0, run: \(geometry.inChannels), pixelStep: \(tiles.inputStep)"
          function.call("tile\(block.pixels)x\(channels)(\(window), x, w)", parameters: "sum, pixel, lane") {
            $0.line("store(sum, y + (pixel &* \(tiles.outputStep) &+ lane))")
          }
        }
      }
    }
  }

  private func writeOutputs(_ function: inout StageFunction, _ tiles: Tiles, _ top: (String, Int)) {
    let pool = function.epilogue.firstIndex(of: .pool)
    // Rows and columns of results that a tile gives, and that there are.
    let perTile = pool == nil ? 4 : 2
    let (height, width) = (function.output.height, function.output.width)
    let lanes = function.lanes
    function.use(pool == nil ? .winogradOutput(lanes) : .winogradPooled(lanes))
    function.loop("row", tiles.band) { function, row in
      let bandRow = Index((top.0, perTile * top.1), (row, perTile)).bracketed
      let rows = left(&function, "rows", height, perTile, tiles.down, bandRow)
      function.loop("column", tiles.across) { function, column in
        let columns = left(&function, "columns", width, perTile, tiles.across, Index((column, perTile)).bracketed)
        function.line("let sums = \(Index((row, tiles.across * tiles.outputStep), (column, tiles.outputStep)).added(to: "products"))")
        function.pointers(row: bandRow, column: Index((column, perTile)).bracketed)
        function.loop("vector", tiles.outputStep / lanes) { function, vector in
          function.moveEpilogue(channel: (vector, lanes))
          function.move("sums", by: Index((vector, lanes)))
          let arguments = "sums, step: \(tiles.count * tiles.outputStep), rows: \(rows), columns: \(columns)"
          writeTileOutput(&function, arguments, pool)
        }
      }
    }
  }

  /// How many rows or columns of a tile there are, where the last tile reaches over the end.
  private func left(
    _ function: inout StageFunction, _ name: String, _ size: Int, _ perTile: Int, _ tiles: Int, _ start: String
  ) -> String {
    guard size != tiles * perTile else { return "\(perTile)" }
    function.line("let \(name) = min(\(perTile), \(size) &- \(start))")
    return name
  }

  private func writeTileOutput(_ function: inout StageFunction, _ arguments: String, _ pool: Int?) {
    let lanes = function.lanes
    // What is done before the pool keeps the order of numbers, so that it can wait until there is a quarter of them.
    let (name, value) = pool == nil ? ("winogradTile", "sum") : ("winogradPooledTile", "largest")
    function.call("\(name)\(lanes)(\(arguments))", parameters: "\(value), row, column") {
      $0.store(value, row: "row", column: "column", lane: "0", lanes: lanes)
    }
  }
}
