import NNKernelTypes

// Convolutions. Packed weights and copies of rows lie in memory of the kernels' own, so that what a caller provides does not depend on how it is done.

extension Kernels {
  /// y `[batch][outHeight][outWidth][outChannels]` = x * w + bias, then the activation.
  public func convolutionForward(
    _ g: ConvGeometry, batch: Int, x: Floats, w: Floats, bias: Floats?, activation: Activation = .linear, y: MutableFloats
  ) {
    let epilogue = Epilogue(bias: bias, activation: activation)
    if g.isPointwise {
      gemm(m: batch * g.inHeight * g.inWidth, n: g.outChannels, k: g.inChannels, a: x, b: w, c: y, epilogue: epilogue)
    } else if g.isDepthwise {
      depthwiseForward(g, batch, x, w, epilogue, y)
    } else {
      pool.takeTurn {
        let packed = sharedWeights(g, batch)
        loops.packWeights(g, w: w, packed: packed)
        convolve(g, batch, x, packed, epilogue, y)
      }
    }
  }

  /// dx `[batch][inHeight][inWidth][inChannels]` from dy and w.
  public func convolutionInputGradient(_ g: ConvGeometry, batch: Int, dy: Floats, w: Floats, dx: MutableFloats) {
    if g.isPointwise {
      gemm(m: batch * g.inHeight * g.inWidth, n: g.inChannels, k: g.outChannels, a: dy, b: w, transposeB: true, c: dx)
    } else if g.isDepthwise {
      depthwiseInputGradient(g, batch, dy, w, dx)
    } else if g.hasUnitStride {
      pool.takeTurn {
        let packed = sharedWeights(g.transposed, batch)
        loops.packTransposedWeights(g, w: w, packed: packed)
        convolve(g.transposed, batch, dy, packed, Epilogue(), dx)
      }
    } else {
      stridedInputGradient(g, batch, dy, w, dx)
    }
  }

  /// dw as w, and dbias `[outChannels]`; nil for what is not wanted. `scratch` holds `convolutionWeightGradientScratch` floats, aligned to 64 bytes.
  public func convolutionWeightGradient(
    _ g: ConvGeometry, batch: Int, x: Floats, dy: Floats, dw: MutableFloats?, dbias: MutableFloats?, scratch: MutableFloats
  ) {
    if let dbias { columnSums(rows: batch * g.outHeight * g.outWidth, columns: g.outChannels, x: dy, y: dbias) }
    guard let dw else { return }
    let parts = Self.weightParts(g, batch: batch)
    let rows = gradientRows(g)
    pool.run(chunks: parts) { part, worker in
      let partial = parts == 1 ? dw : scratch + part * g.weightCount
      loops.fill(count: g.weightCount, value: 0, y: partial)
      for image in part * batch / parts..<(part + 1) * batch / parts {
        let input = x + image * g.inCount
        let slope = dy + image * g.outCount
        if g.isDepthwise {
          loops.depthwiseWeightGradient(g, x: input, dy: slope, dw: partial)
        } else {
          let copy = workspaces.room(worker, loops.directScratch(g, rows: rows))
          for from in stride(from: 0, to: g.outHeight, by: rows) {
            loops.directWeightGradient(
              g, from: from, to: min(from + rows, g.outHeight), x: input, dy: slope, dw: partial, scratch: copy)
          }
        }
      }
    }
    if parts > 1 { addParts(parts, count: g.weightCount, scratch, to: dw) }
  }

  public static func convolutionWeightGradientScratch(_ g: ConvGeometry, batch: Int) -> Int {
    let parts = weightParts(g, batch: batch)
    return parts > 1 ? parts * g.weightCount : 0
  }

  /// Room for packed weights, and for transformed ones behind them.
  private func sharedWeights(_ g: ConvGeometry, _ batch: Int) -> MutableFloats {
    workspaces.shared(loops.packedWeightCount(g) + (usesWinograd(g, batch) ? loops.winogradWeightCount(g) : 0))
  }

  private func convolve(
    _ g: ConvGeometry, _ batch: Int, _ x: Floats, _ packed: MutableFloats, _ epilogue: Epilogue, _ y: MutableFloats
  ) {
    if usesWinograd(g, batch) {
      winograd(g, batch, x, packed, epilogue, y)
    } else {
      direct(g, batch, x, packed, epilogue, y)
    }
  }

  // MARK: Winograd

  /// Pays where the transforms are small beside the products: with many channels on either side, and enough tiles for the weights.
  private func usesWinograd(_ g: ConvGeometry, _ batch: Int) -> Bool {
    !isExact && g.kernelHeight == 3 && g.kernelWidth == 3 && g.hasUnitStride && g.dilationHeight == 1 && g.dilationWidth == 1
      && g.groups == 1 && g.inChannels >= 16 && g.outChannels >= 16 && batch * g.tiles >= 32
  }

  private func winograd(
    _ g: ConvGeometry, _ batch: Int, _ x: Floats, _ packed: MutableFloats, _ epilogue: Epilogue, _ y: MutableFloats
  ) {
    let transformed = packed + loops.packedWeightCount(g)
    let panels = loops.packedWeightCount(g) / (g.taps * 2 * instructionSet.lanes)
    forEachWorker(chunks: panels) { panel, _ in
      loops.winogradWeights(g, panel: panel, packed: packed, transformed: transformed)
    }
    let tiles = batch * g.tiles
    let size = tilesPerChunk(g)
    forEachWorker(chunks: Self.pieces(tiles, size)) { chunk, worker in
      loops.winogradForward(
        g, from: chunk * size, to: min(chunk * size + size, tiles), x: x, transformed: transformed, epilogue: epilogue, y: y,
        scratch: workspaces.room(worker, loops.winogradScratch(g, tiles: size)))
    }
  }

  /// As many as keep their transforms in the second-level cache, from one to four blocks of rows.
  private func tilesPerChunk(_ g: ConvGeometry) -> Int {
    max(12, min(48, 5000 / (g.inChannels + g.outChannels) / 12 * 12))
  }

  // MARK: Direct

  private func direct(
    _ g: ConvGeometry, _ batch: Int, _ x: Floats, _ packed: Floats, _ epilogue: Epilogue, _ y: MutableFloats
  ) {
    let rows = forwardRows(g)
    let blocks = Self.pieces(g.outHeight, rows)
    forEachWorker(chunks: batch * blocks) { chunk, worker in
      let image = chunk / blocks
      let from = chunk % blocks * rows
      loops.directForward(
        g, from: from, to: min(from + rows, g.outHeight), x: x + image * g.inCount, packed: packed, epilogue: epilogue,
        y: y + image * g.outCount, scratch: workspaces.room(worker, loops.directScratch(g, rows: rows)))
    }
  }

  /// Output rows per chunk: about a million products.
  private func forwardRows(_ g: ConvGeometry) -> Int {
    let pieces = Self.pieces(g.macs, 1_000_000)
    return max(1, Self.pieces(g.outHeight, max(1, pieces)))
  }

  /// Output rows whose gradients are summed at a time: a few hundred pixels.
  private func gradientRows(_ g: ConvGeometry) -> Int { max(1, min(g.outHeight, 384 / max(1, g.outWidth))) }

  // MARK: Depthwise

  private func depthwiseForward(
    _ g: ConvGeometry, _ batch: Int, _ x: Floats, _ w: Floats, _ epilogue: Epilogue, _ y: MutableFloats
  ) {
    forEach(chunks: batch * g.outHeight, work: batch * g.macs) { chunk in
      let image = chunk / g.outHeight
      let row = chunk % g.outHeight
      loops.depthwiseForward(
        g, from: row, to: row + 1, x: x + image * g.inCount, w: w, epilogue: epilogue, y: y + image * g.outCount)
    }
  }

  private func depthwiseInputGradient(_ g: ConvGeometry, _ batch: Int, _ dy: Floats, _ w: Floats, _ dx: MutableFloats) {
    forEach(chunks: batch, work: batch * g.macs) { image in
      loops.fill(count: g.inCount, value: 0, y: dx + image * g.inCount)
      loops.depthwiseInputGradient(g, dy: dy + image * g.outCount, w: w, dx: dx + image * g.inCount)
    }
  }

  // MARK: Strided input gradient

  private func stridedInputGradient(
    _ g: ConvGeometry, _ batch: Int, _ dy: Floats, _ w: Floats, _ dx: MutableFloats
  ) {
    let rows = rowsPerBlock(g)
    let product = Product(
      n: g.taps, k: g.groupOutputs, aRow: g.outChannels, aStep: 1, bRow: 1, bColumn: g.outChannels, ldc: g.taps, accumulate: false)
    forEachWithWorkspace(chunks: batch) { image, worker, workspace in
      let columns = workspaces.room(worker, rows * g.outWidth * g.taps)
      let target = dx + image * g.inCount
      loops.fill(count: g.inCount, value: 0, y: target)
      for from in stride(from: 0, to: g.outHeight, by: rows) {
        let to = min(from + rows, g.outHeight)
        let slope = dy + image * g.outCount + from * g.outWidth * g.outChannels
        for group in 0..<g.groups {
          let offset = group * g.groupOutputs
          multiply(
            product, rows: (to - from) * g.outWidth, columns: g.taps, a: slope + offset, b: w + offset, c: columns,
            workspace: workspace)
          loops.columnsToImage(g, group: group, from: from, to: to, columns: columns, dx: target)
        }
      }
    }
  }

  /// Output rows that are turned into columns at a time: about 64k floats.
  private func rowsPerBlock(_ g: ConvGeometry) -> Int {
    let pixels = min(Self.blockRows, 65_536 / max(1, g.taps))
    return max(1, min(g.outHeight, pixels / max(1, g.outWidth)))
  }

  // MARK: Sums of parts

  /// to = part 0 + part 1 + …, in this order.
  func addParts(_ parts: Int, count: Int, _ partials: Floats, to: MutableFloats) {
    forEachRange(of: count, grain: 4096, work: parts * count) { start, size in
      loops.add(count: size, a: partials + start, b: partials + count + start, y: to + start)
      for part in 2..<max(2, parts) { loops.add(count: size, a: to + start, b: partials + part * count + start, y: to + start) }
    }
  }

  /// Sums that a batch's weight gradient is made of: enough to share, few enough to stay small.
  private static func weightParts(_ g: ConvGeometry, batch: Int) -> Int {
    max(1, min(batch, 8, 2_097_152 / max(1, g.weightCount)))
  }
}

extension ConvGeometry {
  var isDepthwise: Bool { groups > 1 && groups == inChannels && inChannels == outChannels }

  /// A product of pixels and channels.
  var isPointwise: Bool {
    kernelHeight == 1 && kernelWidth == 1 && hasUnitStride && groups == 1 && padTop == 0 && padLeft == 0 && padBottom == 0
      && padRight == 0
  }

  /// Tiles of 4 x 4 outputs.
  var tiles: Int { (outHeight + 3) / 4 * ((outWidth + 3) / 4) }

  var hasUnitStride: Bool { strideHeight == 1 && strideWidth == 1 }
}
