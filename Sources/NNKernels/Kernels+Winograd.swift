import NNKernelTypes

// Convolutions by Winograd's algorithm: when, and in what chunks.

extension Kernels {
  func mayUseWinograd(_ g: ConvGeometry) -> Bool { !isExact && g.suitsWinograd }

  /// With enough tiles for the weights: few where these stay in the caches.
  func usesWinograd(_ g: ConvGeometry, _ batch: Int) -> Bool {
    mayUseWinograd(g) && batch * g.tiles >= (36 * g.inChannels * g.outChannels < 2_000_000 ? 4 : 12)
  }

  func winograd(
    _ g: ConvGeometry, _ batch: Int, _ x: Floats, _ packed: MutableFloats, _ epilogue: Epilogue, _ y: MutableFloats
  ) {
    let transformed = packed + loops.packedWeightCount(g)
    let tiles = batch * g.tiles
    let size = tilesPerChunk(g, of: tiles)
    let isFar = batch * g.inCount > Self.nearCount
    forEachWorker(chunks: Self.pieces(tiles, size)) { chunk, worker in
      loops.winogradForward(
        g, from: chunk * size, to: min(chunk * size + size, tiles), x: x, isFar: isFar, transformed: transformed, epilogue: epilogue, y: y,
        scratch: workspaces.room(worker, loops.winogradScratch(g, tiles: size)))
    }
  }

  /// Numbers that stay in a second-level cache beside others.
  private static let nearCount = 1 << 17

  /// As many as keep their transforms in the second-level cache, from one to four blocks of rows; where the weights do not stay there, more of them
  /// for each reading. Whole rows of tiles where these are short enough, because a row is prepared once. All chunks are of nearly the same size, and
  /// there is one for every thread: an output does not depend on its chunk.
  private func tilesPerChunk(_ g: ConvGeometry, of tiles: Int) -> Int {
    let channels = g.inChannels + g.outChannels
    let largest = 36 * g.inChannels * g.outChannels > 1_000_000 ? 48 : max(12, min(48, 100_000 / (36 * channels) / 12 * 12))
    let across = Self.pieces(g.outWidth, 4)
    let unit = 2 * across <= 3 * largest ? across : 1
    let chunks = max(Self.pieces(tiles / unit, max(1, largest / unit)), min(threads, tiles / 12))
    return Self.pieces(tiles / unit, max(1, chunks)) * unit
  }

  /// Writes the weights that Winograd's algorithm reads behind the packed ones; in a turn.
  func transformWeights(_ g: ConvGeometry, _ packed: MutableFloats) {
    let transformed = packed + loops.packedWeightCount(g)
    let panels = loops.packedWeightCount(g) / (g.taps * 2 * instructionSet.lanes)
    forEachWorker(chunks: panels) { panel, _ in
      loops.winogradWeights(g, panel: panel, packed: packed, transformed: transformed)
    }
  }
}
