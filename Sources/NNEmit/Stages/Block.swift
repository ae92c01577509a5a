/// How a product is cut into blocks that fit the registers: so many pixels by so many vectors of channels.
struct Block: Equatable {
  var pixels: Int
  var vectors: Helper.Vectors
  /// Blocks along a row. The last one overlaps the one before where the pixels do not come out even: it computes the same numbers again.
  var count: Int

  /// The block that wastes least, by loads and multiplications per result.
  ///
  /// - Parameters:
  ///   - width: pixels in a row.
  ///   - vectors: of all channels; the block's number divides theirs.
  init(width: Int, vectors: Int, lanes: Int, processor: Processor) {
    var best = (score: 0.0, pixels: 1, vectors: 1)
    for count in 1...4 where vectors % count == 0 {
      for pixels in 1...max(1, min(width, processor.sums(withVectors: count) / count)) {
        let blocks = (width + pixels - 1) / pixels
        let products = Double(pixels * count)
        // Two multiplications and two loads can begin in a cycle; a sum takes four cycles.
        let cycles = max(products / 2, Double(pixels + count) / 2, 4)
        let score = Double(width) / Double(blocks * pixels) * products / cycles * (1 + products / 1000)
        if score > best.score { best = (score, pixels, count) }
      }
    }
    pixels = best.pixels
    self.vectors = Helper.Vectors(count: best.vectors, lanes: lanes)
    count = (width + pixels - 1) / pixels
  }

  /// The first pixel of block number `block`.
  func start(width: Int) -> String {
    count * pixels == width ? "block &* \(pixels)" : count == 1 ? "0" : "min(block &* \(pixels), \(width - pixels))"
  }
}
