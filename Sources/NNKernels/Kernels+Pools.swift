import NNKernelTypes

extension Kernels {
  /// The largest number of each window and channel; padding does not count. NaN where a window holds one.
  public func maxPoolForward(_ g: PoolGeometry, batch: Int, x: Floats, y: MutableFloats) {
    forEachWindowRow(g, batch) { image, row in
      loops.maxPoolForward(g, from: row, to: row + 1, x: x + image * g.inCount, y: y + image * g.outCount)
    }
  }

  /// dx: the gradient of each window goes to the first of its largest numbers in row order. x and y are those of the forward pass.
  /// `scratch` holds `maxPoolBackwardScratch` floats.
  public func maxPoolBackward(
    _ g: PoolGeometry, batch: Int, x: Floats, y: Floats, dy: Floats, dx: MutableFloats, scratch: MutableFloats
  ) {
    forEach(chunks: batch, work: batch * g.inCount * 4) { image in
      loops.maxPoolBackward(
        g, x: x + image * g.inCount, y: y + image * g.outCount, dy: dy + image * g.outCount, dx: dx + image * g.inCount,
        open: scratch + image * Self.roundedChannels(g))
    }
  }

  /// Floats that `maxPoolBackward` needs as scratch.
  public static func maxPoolBackwardScratch(_ g: PoolGeometry, batch: Int) -> Int { batch * roundedChannels(g) }

  /// The mean of each window and channel, padded zeros counted.
  public func averagePoolForward(_ g: PoolGeometry, batch: Int, x: Floats, y: MutableFloats) {
    forEachWindowRow(g, batch) { image, row in
      loops.averagePoolForward(g, from: row, to: row + 1, x: x + image * g.inCount, y: y + image * g.outCount)
    }
  }

  /// dx: each number of dy in even parts to its window.
  public func averagePoolBackward(_ g: PoolGeometry, batch: Int, dy: Floats, dx: MutableFloats) {
    forEach(chunks: batch, work: batch * g.inCount * 2) { image in
      let target = dx + image * g.inCount
      loops.fill(count: g.inCount, value: 0, y: target)
      loops.averagePoolBackward(g, dy: dy + image * g.outCount, dx: target)
    }
  }

  private func forEachWindowRow(_ g: PoolGeometry, _ batch: Int, _ body: (Int, Int) -> Void) {
    forEach(chunks: batch * g.outHeight, work: batch * g.inCount) { chunk in body(chunk / g.outHeight, chunk % g.outHeight) }
  }

  /// A cache line at least, so that no two images' areas share one.
  private static func roundedChannels(_ g: PoolGeometry) -> Int { (g.channels + 15) / 16 * 16 }
}
