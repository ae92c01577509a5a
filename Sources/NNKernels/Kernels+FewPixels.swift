import NNKernelTypes

// Convolutions of images of a few pixels, whose rows would not fill a tile.

extension Kernels {
  /// As a product of all windows `[batch x pixels][taps]` with the weights: rows of an image of few pixels would not fill a tile. In a turn.
  func multiplyColumns(
    _ g: ConvGeometry, _ batch: Int, _ x: Floats, _ packed: Floats, _ epilogue: Epilogue, _ y: MutableFloats
  ) {
    let pixels = g.outHeight * g.outWidth
    // Few products at a time wait for each other: below four the processor has nothing else to do.
    if batch * pixels <= 64, batch * pixels > 4, 5 * g.positionsInside <= 4 * pixels * g.kernelHeight * g.kernelWidth {
      multiplyInside(g, batch, x, packed, epilogue, y)
      return
    }
    let images = max(1, Self.blockRows / pixels)
    let columns = workspaces.room(0, min(images, batch) * (pixels * g.taps + g.outCount))
    let plain = columns + min(images, batch) * pixels * g.taps
    let width = max(2 * instructionSet.lanes, (Self.pieces(g.outChannels, threads) + 31) / 32 * 32)
    for first in stride(from: 0, to: batch, by: images) {
      let count = min(images, batch - first)
      let result = epilogue.pooled == nil ? y + first * g.outCount : plain
      forEachWorker(chunks: count) { image, _ in
        loops.imageToColumns(g, x: x + (first + image) * g.inCount, columns: columns + image * pixels * g.taps)
      }
      forEachWorker(chunks: Self.pieces(g.outChannels, width)) { chunk, worker in
        let j = chunk * width
        loops.gemmBlock(
          m: count * pixels, n: min(width, g.outChannels - j), k: g.taps, a: columns, aRow: g.taps, aStep: 1, panels: packed, column: j,
          c: result + j, ldc: g.outChannels, accumulate: false,
          epilogue: Epilogue(bias: epilogue.bias.map { $0 + j }, activation: epilogue.activation), workspace: workspaces[worker])
      }
      poolImages(g, first..<first + count, result, epilogue)
    }
  }

  /// The same without the positions of windows that are outside. In a turn.
  private func multiplyInside(
    _ g: ConvGeometry, _ batch: Int, _ x: Floats, _ packed: Floats, _ epilogue: Epilogue, _ y: MutableFloats
  ) {
    let outputs = batch * g.outHeight * g.outWidth
    let pixels = workspaces.room(0, outputs * g.taps + batch * g.outCount)
    let result = epilogue.pooled == nil ? y : pixels + outputs * g.taps
    loops.gatherInside(g, batch: batch, x: x, pixels: pixels)
    forEachWorker(chunks: Self.pieces(g.outChannels, loops.panelColumns)) { panel, worker in
      loops.multiplyInside(g, batch: batch, panel: panel, pixels: pixels, packed: packed, y: result, scratch: workspaces[worker])
    }
    loops.finish(
      rows: outputs, columns: g.outChannels, c: result, ldc: g.outChannels,
      epilogue: Epilogue(bias: epilogue.bias, activation: epilogue.activation))
    poolImages(g, 0..<batch, result, epilogue)
  }

  /// Where the epilogue has a pool: that of `images`, whose outputs lie at x.
  private func poolImages(_ g: ConvGeometry, _ images: Range<Int>, _ x: Floats, _ epilogue: Epilogue) {
    for image in images {
      let own = epilogue.of(image, g)
      guard let pooled = own.pooled else { return }
      loops.poolPairs(
        g, from: 0, to: g.outHeight, x: x + (image - images.lowerBound) * g.outCount, y: pooled, choices: own.choices)
    }
  }
}
